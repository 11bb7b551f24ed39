// A browser, a page that may load nothing but its own file, and checks that are counted.

import { chromium } from "playwright-core";
import { pathToFileURL } from "node:url";

let failures = 0;

export async function check(name, body, afterFailure = () => {}) {
  try {
    await body();
    console.log(`ok    ${name}`);
  } catch (error) {
    failures += 1;
    console.log(`FAIL  ${name}\n      ${String(error.message ?? error).replaceAll("\n", "\n      ")}`);
    await afterFailure();
  }
}

export function equal(actual, expected, what) {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: expected ${b}, got ${a}`);
}

export function truly(condition, what) {
  if (!condition) throw new Error(what);
}

export const failed = () => failures;

export async function launch() {
  const executablePath = process.env.ORG_AUDIT_CHROMIUM || "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

// Opens `file` and keeps what must not happen: errors on the console, requests that leave the file.
export async function open(browser, file, { hash = "", settings = {}, ready = settings.javaScriptEnabled !== false } = {}) {
  const url = pathToFileURL(file).href;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...settings });
  const page = await context.newPage();
  page.problems = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) page.problems.push(message.text());
  });
  page.on("pageerror", (error) => page.problems.push(error.message));
  page.on("dialog", (dialog) => {
    page.problems.push(`a dialog opened: ${dialog.message()}`);
    dialog.dismiss();
  });
  await context.route("**/*", (route) => {
    const request = route.request();
    if (request.url().split("#")[0] === url) return route.continue();
    page.problems.push(`a request left the file: ${request.url()}`);
    return route.abort();
  });
  page.on("request", (request) => {
    const target = request.url();
    if (target.split("#")[0] !== url && !target.startsWith("data:image/svg+xml") && !target.startsWith("blob:")) {
      page.problems.push(`a request: ${target}`);
    }
  });
  await page.goto(url + hash);
  if (ready) await page.waitForSelector("html[data-ready]", { timeout: 30_000 });
  return page;
}
