// How fast a report opens and filters. Usage: node speed.mjs REPORT.html…
//
// Prints numbers and judges nothing: a machine that does something else is slow.

import { statSync } from "node:fs";
import { launch, open } from "./harness.mjs";

const browser = await launch();
for (const file of process.argv.slice(2)) {
  const start = performance.now();
  const page = await open(browser, file);
  const opened = performance.now() - start;
  const times = await page.evaluate(() => {
    const input = document.querySelector("#panel-users input[type=search]");
    const select = document.querySelector("#panel-users select");
    const timed = (act) => {
      const begin = performance.now();
      act();
      return Math.round(performance.now() - begin);
    };
    const type = (text) => timed(() => {
      input.value = text;
      input.dispatchEvent(new Event("input"));
    });
    const first = type("an");
    const typed = ["ana", "ana prod", "exposed", "zzz", ""].map(type);
    const choose = ["fail", ""].map((value) => timed(() => {
      select.value = value;
      select.dispatchEvent(new Event("change"));
    }));
    const sort = timed(() => document.querySelector("#panel-users thead button").click());
    const scroll = timed(() => {
      const scroller = document.querySelector("#panel-users .virtual");
      scroller.scrollTop = scroller.scrollHeight / 2;
      scroller.dispatchEvent(new Event("scroll"));
    });
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    const rows = document.querySelector("#panel-users .matched").textContent;
    return { paint: Math.round(paint?.startTime ?? -1), first, typed, choose, sort, scroll, rows };
  });
  const megabytes = (statSync(file).size / 1e6).toFixed(1);
  console.log(`${file}: ${megabytes} MB, ${times.rows} users`);
  console.log(`  first paint ${times.paint} ms, tables ready ${Math.round(opened)} ms`);
  console.log(`  first search ${times.first} ms, searches ${times.typed.join(", ")} ms, filters ${times.choose.join(", ")} ms`);
  console.log(`  sort by name ${times.sort} ms, scroll ${times.scroll} ms`);
  await page.context().close();
}
await browser.close();
