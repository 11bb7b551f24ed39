// The HTML report in Chromium. Usage: node report.mjs REPORT.html…   (or ORG_AUDIT_REPORT=REPORT.html)
//
// Exits 1 when a check fails and 2 when there is nothing to check.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { check as checked, equal, failed, launch, open, truly } from "./harness.mjs";

const files = process.argv.slice(2);
if (files.length === 0 && process.env.ORG_AUDIT_REPORT) files.push(process.env.ORG_AUDIT_REPORT);
if (files.length === 0 || !files.every(existsSync)) {
  console.error("give the path of a report.html that exists");
  process.exit(2);
}
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const users = (page) => page.locator("#panel-users");
const matched = (page, tab = "users") =>
  page.locator(`#panel-${tab} .matched`).evaluate(({ dataset }) => ({ n: Number(dataset.n), all: Number(dataset.all) }));
const column = (page, index, tab = "users") =>
  page.locator(`#panel-${tab} tbody tr[data-at] td:nth-child(${index})`).allTextContents();
const embedded = (page) => page.evaluate(() => JSON.parse(document.getElementById("data").textContent));

async function nothingBad(page) {
  equal(page.problems, [], "problems");
}

async function noSidewaysScroll(page, width) {
  await page.setViewportSize({ width, height: 800 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  truly(wide <= 0, `the page is ${wide} px too wide at ${width} px`);
}

// A number that is broken over two lines reads as two numbers.
async function wholeNumbers(page, width) {
  await page.setViewportSize({ width, height: 800 });
  const broken = await page.evaluate(() => {
    const lines = (cell) => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
    };
    const cells = [...document.querySelectorAll("td.number")].filter((cell) => lines(cell) > 1);
    return cells.map((cell) => `${cell.textContent} of ${cell.parentElement.cells[0].textContent}`);
  });
  equal(broken, [], `numbers that are broken over lines at ${width} px`);
}

async function accessible(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }),
  );
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
  equal(told, [], `axe violations, ${what}`);
}

async function filters(page) {
  const data = await embedded(page);
  const counts = {};
  for (const [, , , , , kinds] of data.accounts) {
    for (const kind of kinds) counts[data.kinds[kind][4]] = (counts[data.kinds[kind][4]] ?? 0) + 1;
  }
  const { all } = await matched(page);
  equal(all, Object.values(counts).reduce((sum, count) => sum + count, 0), "users in the table");
  for (const outcome of ["fail", "pass", "unknown"]) {
    await users(page).locator("select").first().selectOption(outcome);
    equal((await matched(page)).n, counts[outcome] ?? 0, `users with ${outcome}`);
  }
  await users(page).locator("button.reset").click();
  equal((await matched(page)).n, all, "users after Clear");
}

async function search(page) {
  const [, , , , [name]] = (await embedded(page)).accounts.find(([, , , , names]) => names.length > 0);
  await users(page).locator("input[type=search]").fill(name.slice(0, 12));
  const { n, all } = await matched(page);
  truly(n >= 1 && n <= all, `${n} users match ${name}`);
  await users(page).locator("input[type=search]").fill("no such user anywhere zzz");
  equal((await matched(page)).n, 0, "users that match nonsense");
  truly(await users(page).locator(".empty").isVisible(), "nothing says that nothing matches");
  await users(page).locator("input[type=search]").fill("");
}

async function sort(page) {
  const header = users(page).locator("thead th").first();
  await header.locator("button").click();
  equal(await header.getAttribute("aria-sort"), "ascending", "aria-sort");
  const up = await column(page, 1);
  equal(up, [...up].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)), "users ascending");
  await users(page).locator("thead th button").first().press("Enter");
  equal(await users(page).locator("thead th").first().getAttribute("aria-sort"), "descending", "aria-sort");
  const down = await column(page, 1);
  truly(down[0] >= up[0], "users descending");
  await users(page).locator("thead th button").first().click();
}

// What a link or a key opens is there once the browser has followed it, which on a busy machine is not at once.
const shown = (page, selector) => page.locator(selector).waitFor({ state: "visible", timeout: 10_000 });

async function close(page) {
  await page.keyboard.press("Escape");
  await page.locator("#detail").waitFor({ state: "hidden", timeout: 5_000 });
}

async function keyboard(page) {
  await users(page).locator("tbody tr[tabindex='0']").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  equal(await page.evaluate(() => document.activeElement.dataset.at), "2", "the row in focus");
  const name = await page.evaluate(() => document.activeElement.cells[0].textContent);
  await page.keyboard.press("Enter");
  await shown(page, "#detail");
  equal(await page.locator("#detail-title").textContent(), name, "the user opened");
  truly(page.url().includes("user="), "the address does not keep the user");
  await close(page);
  await users(page).locator("tbody tr[tabindex='0']").focus();
  await page.keyboard.press("End");
  const { n } = await matched(page);
  equal(await page.evaluate(() => Number(document.activeElement.dataset.at)), n - 1, "the last row");
  await page.keyboard.press("Home");
}

async function tabs(page) {
  const data = await embedded(page);
  const kind = (wanted) => data.policies.filter(([of]) => of === wanted);
  const expected = {
    accounts: data.accounts.length,
    controls: data.controls.length,
    findings: data.accounts.reduce((sum, account) => sum + account[7].length, 0),
    policies: kind("identity").length,
    scps: kind("scp").length,
    lints: data.policies.reduce((sum, policy) => sum + policy[7].length, 0),
    targets: data.targets.length,
  };
  await page.locator("#tab-users").focus();
  for (const [name, rows] of Object.entries(expected)) {
    await page.keyboard.press("ArrowRight");
    equal(await page.evaluate(() => document.activeElement.id), `tab-${name}`, "the tab in focus");
    await shown(page, `#panel-${name}`);
    equal((await matched(page, name)).all, rows, name);
  }
  await page.keyboard.press("ArrowRight");
  equal(await page.evaluate(() => document.activeElement.id), "tab-users", "the tab after the last");
}

// Every table: each filter narrows, a search for nonsense finds nothing, every column can be chosen and sorts,
// the file has all rows, and a row opens by keyboard and has an address of its own.
async function everyTable(page) {
  for (const name of ["users", "accounts", "controls", "findings", "policies", "scps", "lints", "targets"]) {
    await page.locator(`#tab-${name}`).click();
    const panel = page.locator(`#panel-${name}`);
    const { all } = await matched(page, name);
    if (all === 0) {
      truly(await panel.locator(".empty").isVisible(), `${name}: nothing says that there is nothing`);
      continue;
    }
    for (const select of await panel.locator("select").all()) {
      const values = await select.locator("option").evaluateAll((options) => options.map((option) => option.value).filter(Boolean));
      for (const value of values.slice(0, 3)) {
        await select.selectOption(value);
        truly((await matched(page, name)).n <= all, `${name}: ${value}`);
      }
      await select.selectOption("");
    }
    equal((await matched(page, name)).n, all, `${name}: rows without a filter`);
    await panel.locator("input[type=search]").fill("zzz no such thing");
    equal((await matched(page, name)).n, 0, `${name}: rows that match nonsense`);
    await panel.locator("button.reset").click();
    await panel.locator(".menu summary").focus();
    await page.keyboard.press("Enter");
    for (const box of await panel.locator(".menu input").all()) if (!(await box.isChecked())) await box.check();
    const columns = await panel.locator(".menu input").count();
    await page.keyboard.press("Escape");
    equal(await panel.locator("thead th").count(), columns, `${name}: columns after choosing all`);
    truly(page.url().includes("columns=") || name === "users", `${name}: the address keeps the columns`);
    for (let at = 0; at < columns; at += 1) {
      await panel.locator("thead th button").nth(at).click();
      equal(await panel.locator("thead th").nth(at).getAttribute("aria-sort"), "ascending", `${name}: column ${at}`);
    }
    const [saved] = await Promise.all([page.waitForEvent("download"), panel.locator("button.download").click()]);
    const lines = readFileSync(await saved.path(), "utf8").split("\r\n").length;
    truly(lines >= all + 2, `${name}: ${lines} lines of ${all} rows`);
    await panel.locator("tbody tr[data-at]").first().focus();
    await page.keyboard.press("Enter");
    await shown(page, "#detail");
    const address = page.url();
    truly(/#(user|account|control|policy|target)=/.test(address), `${name}: the address of a row: ${address}`);
    const title = await page.locator("#detail-title").textContent();
    await close(page);
    // The address goes back to the table's a moment after the row is closed.
    await page.waitForFunction((opened) => location.href !== opened, address);
    await page.evaluate((hash) => { location.hash = hash; }, address.slice(address.indexOf("#")));
    await shown(page, "#detail");
    equal(await page.locator("#detail-title").textContent(), title, `${name}: what the address opens`);
    // The key of a message stands where its words are missing.
    const text = `${await panel.textContent()} ${await page.locator("#detail").textContent()}`;
    const key = /\b(column|coverage|js|kind|lint|outcome|protection|scope|session|severity|status|verdict)\.[a-z][a-z_]+\b/.exec(text);
    truly(key === null, `${name}: a message without words: ${key?.[0]}`);
    await close(page);
    await panel.locator("button.reset").click();
  }
  await page.locator("#tab-users").click();
}

async function picture(page) {
  const cell = page.locator("#tree a.c").first();
  await cell.focus();
  await page.keyboard.press("ArrowRight");
  equal(await page.evaluate(() => [...document.querySelectorAll("#tree a.c")].indexOf(document.activeElement)), 1, "the cell");
  await shown(page, "#tip");
  await page.keyboard.press("Enter");
  await shown(page, "#detail");
  await close(page);
  const chip = page.locator("#tree button.chip").first();
  if ((await chip.count()) > 0) {
    await chip.focus();
    await shown(page, "#tree .lit >> nth=0");
  }
  const cells = await page.locator("#tree a.c").count();
  equal(cells, (await embedded(page)).accounts.length, "cells");
}

async function download(page) {
  const [saved] = await Promise.all([page.waitForEvent("download"), users(page).locator("button.download").click()]);
  const file = readFileSync(await saved.path(), "utf8");
  const { n } = await matched(page);
  truly(file.startsWith("\ufeffuser,account"), "the header of the file");
  truly(file.split("\r\n").length >= n + 2, "rows of the file");
  truly(!/^"?[=+\-@]/m.test(file.slice(1)), "a cell of the file begins like a formula");
}

async function hostileNames(page) {
  equal(await page.evaluate(() => document.querySelectorAll("main script, main img, main iframe, [onerror], [onload]").length), 0, "elements made by names");
  for (const text of ["<script>", "=cmd|", "U+202E"]) {
    await users(page).locator("input[type=search]").fill(text);
    for (const name of await column(page, 1)) truly(!/[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/.test(name), `control characters in ${JSON.stringify(name)}`);
  }
  await users(page).locator("input[type=search]").fill("");
}

// Accounts that are too much for the report have pages of their own, which need no script.
async function accountPages(browser, file, page) {
  const directory = join(dirname(file), "accounts");
  const written = existsSync(directory) ? readdirSync(directory).sort() : [];
  const data = await embedded(page);
  const flagged = data.accounts.filter((account) => account[8]).map(([[id]]) => `${id}.html`);
  equal(written, flagged.sort(), "the pages of accounts");
  if (flagged.length === 0) return;
  const [[id], , , all, names] = data.accounts.find((account) => account[8] && account[3] > 0);
  await page.locator("#tab-accounts").click();
  await page.locator("#panel-accounts input[type=search]").fill(id);
  await page.locator("#panel-accounts tbody tr[data-at]").first().click();
  equal(await page.locator("#detail a").getAttribute("href"), `accounts/${id}.html`, "the way to the page");
  await close(page);
  truly(names.length <= all, "more users than there are");
  for (const colorScheme of ["light", "dark"]) {
    const own = await open(browser, join(directory, `${id}.html`), { ready: false, settings: { colorScheme } });
    equal(await own.locator(".names li").count(), all, "users of the account");
    equal(await own.locator("script, img, iframe").count(), 0, "elements that load or run");
    equal(await own.locator("nav a").getAttribute("href"), `../${basename(file)}#account=${id}`, "the way back");
    truly(!/[\u202a-\u202e\u2066-\u2069]/.test(await own.locator("main").innerText()), "characters that turn text around");
    await accessible(own, `the page of an account, ${colorScheme}`);
    for (const width of [360, 1280, 2560]) await noSidewaysScroll(own, width);
    await nothingBad(own);
    await own.context().close();
  }
}

async function policyHolds(browser, file) {
  const page = await open(browser, file);
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.foreign = true";
    document.body.append(script);
    const image = document.createElement("img");
    image.setAttribute("onerror", "window.foreign = true");
    image.src = "data:image/png,none";
    document.body.append(image);
    return new Promise((resolve) => setTimeout(() => resolve(window.foreign === true), 300));
  });
  truly(!ran, "a script that is not the report's own ran");
  truly(page.problems.some((problem) => problem.includes("Content Security Policy")), "the policy stopped nothing");
  await page.context().close();
}

async function deepLink(browser, file) {
  const page = await open(browser, file, { hash: "#tab=users&outcome=fail&sort=-user" });
  equal(await users(page).locator("select").first().inputValue(), "fail", "the filter of the address");
  equal(await users(page).locator("thead th").first().getAttribute("aria-sort"), "descending", "the order of the address");
  await page.context().close();
}

async function withoutScript(browser, file) {
  const page = await open(browser, file, { settings: { javaScriptEnabled: false } });
  for (const id of ["summary", "organization", "worst", "evidence"]) truly(await page.locator(`#${id}`).isVisible(), `#${id}`);
  truly(await page.locator("noscript").count(), "nothing tells that the tables need a script");
  await page.context().close();
}

// The best of several: what the page can do, and not what else the machine is doing.
async function fast(page) {
  const filter = await page.evaluate(() => {
    const input = document.querySelector("#panel-users input[type=search]");
    const typed = (text) => {
      input.value = text;
      const start = performance.now();
      input.dispatchEvent(new Event("input"));
      return performance.now() - start;
    };
    const best = (text) => Math.min(...[1, 2, 3, 4, 5].map(() => (typed(""), typed(text))));
    const slowest = Math.max(...["an", "prod ana", "exposed", "zzz"].map(best));
    typed("");
    return slowest;
  });
  let paint = Infinity;
  for (let attempt = 0; attempt < 3 && paint > 1_000; attempt += 1) {
    await page.reload();
    await page.waitForSelector("html[data-ready]", { timeout: 30_000 });
    const now = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0);
    paint = Math.min(paint, now);
  }
  truly(Number.isFinite(paint), "nothing was painted");
  console.log(`      first paint ${paint.toFixed(0)} ms, slowest filter ${filter.toFixed(0)} ms`);
}

// A page has these parts only where the run was given a baseline and a history.
async function overTime(page) {
  const list = page.locator(".change details.more");
  if (await list.count()) {
    await list.locator("summary").focus();
    await page.keyboard.press("Enter");
    truly(await list.locator("tbody tr").first().isVisible(), "what is new does not open by keyboard");
    await accessible(page, "what is new");
  }
  if (!(await page.locator("#trend").count())) return;
  const runs = await page.locator("#trend tbody tr").count();
  for (const picture of await page.locator("#trend svg.trend").all()) {
    const points = await picture.locator("circle").count();
    truly(points > 0 && points <= runs, `${points} points for ${runs} runs`);
    truly((await picture.getAttribute("aria-label")).includes(String(runs)), "the picture does not say how many runs");
  }
  const incomplete = await page.locator("#trend tbody .unread").count();
  equal(await page.locator("#trend svg.trend").first().locator("circle.hollow").count(), incomplete, "hollow points");
}

async function one(browser, file) {
  console.log(file);
  const page = await open(browser, file);
  // A dialog that a failed check left open would fail the checks after it, too.
  const check = (name, body) => checked(name, body, () => page.isClosed() || page.keyboard.press("Escape"));
  await check("the filters show just the rows that match", () => filters(page));
  await check("the search finds names and says when it finds nothing", () => search(page));
  await check("a heading sorts, by mouse and by keyboard", () => sort(page));
  await check("rows are moved through and opened by keyboard", () => keyboard(page));
  await check("the tabs are moved through by keyboard", () => tabs(page));
  await check("every table filters, searches, sorts, chooses columns, downloads, and opens rows with an address", () => everyTable(page));
  await check("the picture has every account, and answers to the keyboard", () => picture(page));
  await check("the filtered rows can be downloaded, and no cell is a formula", () => download(page));
  await check("accounts that are too much have pages of their own", () => accountPages(browser, file, page));
  await page.locator("#tab-users").click();
  await check("hostile names are text", () => hostileNames(page));
  await check("the page paints and filters; how fast is printed and judged by nobody, as machines are busy", () => fast(page));
  await check("what changed, and the runs over time, are there by keyboard and in words", () => overTime(page));
  await check("no console error, and no request leaves the file", () => nothingBad(page));
  await page.context().close();
  await check("the policy in the page stops any other script", () => policyHolds(browser, file));
  await check("an address shows what it says", () => deepLink(browser, file));
  await check("the page reads without a script", () => withoutScript(browser, file));
  for (const colorScheme of ["light", "dark"]) {
    const themed = await open(browser, file, { settings: { colorScheme } });
    await check(`axe finds no violation of WCAG 2.2 AA, ${colorScheme}`, () => accessible(themed, colorScheme));
    await check(`the same in every table, ${colorScheme}`, async () => {
      for (const tab of await themed.locator("[role=tab]").all()) {
        await tab.click();
        await accessible(themed, await tab.textContent());
      }
      await themed.locator("#tab-users").click();
    });
    await check(`the same with a user opened, ${colorScheme}`, async () => {
      await users(themed).locator("tbody tr[data-at]").first().click();
      await shown(themed, "#detail");
      await accessible(themed, "dialog");
    });
    await themed.context().close();
  }
  const narrow = await open(browser, file);
  for (const width of [360, 768, 1280, 2560, 3840]) {
    await check(`no sideways scroll at ${width} px`, () => noSidewaysScroll(narrow, width));
    await check(`every number in one piece at ${width} px`, () => wholeNumbers(narrow, width));
  }
  await narrow.context().close();
}

const browser = await launch();
try {
  for (const file of files) await one(browser, file);
} finally {
  await browser.close();
}
console.log(failed() === 0 ? "all checks passed" : `${failed()} checks failed`);
process.exit(failed() === 0 ? 0 : 1);
