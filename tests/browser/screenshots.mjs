// Pictures of a report for the documentation. Usage: node screenshots.mjs REPORT.html DIRECTORY

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch, open } from "./harness.mjs";

const [file, directory] = process.argv.slice(2);
if (!file || !directory) {
  console.error("give the path of a report.html and a directory");
  process.exit(2);
}
mkdirSync(directory, { recursive: true });
const browser = await launch();
for (const [width, height, colorScheme] of [
  [360, 780, "light"],
  [1280, 1100, "light"],
  [1280, 1100, "dark"],
  [2560, 1440, "light"],
]) {
  const page = await open(browser, file, { settings: { viewport: { width, height }, colorScheme } });
  await page.screenshot({ path: join(directory, `report-${width}-${colorScheme}.png`) });
  await page.context().close();
}
await browser.close();
