// Drives a real Chromium: takes JSON lines of {url, out?, width?, dark?, full?, click?, pictures?} on standard input, prints one JSON
// line each: {url, status, title, text, overflow, broken, errors}. `height`: how tall the page is, without pictures if
// `pictures` is false; `overflow`: how many CSS pixels the page is wider than
// its window; `broken`: addresses of pictures that didn't load; `errors`: what the browser's console complained of.
const { chromium } = require("../judges/node_modules/playwright-core");
const readline = require("node:readline");

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

async function look(browser, job) {
  const context = await browser.newContext({
    viewport: { width: job.width || 1280, height: job.height || 900 },
    deviceScaleFactor: job.scale || (job.width && job.width < 600 ? 2 : 1),
    colorScheme: job.dark ? "dark" : "light",
  });
  const page = await context.newPage();
  const errors = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  // nothing outside the sandbox is ever asked for
  await page.route("**/*", (route) => (/^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(route.request().url()) ? route.continue() : route.abort()));
  if (job.pictures === false) await page.route("**/*", (route) => (route.request().resourceType() === "image" ? null : route.fallback())); // on their way for ever
  const answer = await page.goto(job.url, { waitUntil: job.pictures === false ? "domcontentloaded" : "load" });
  await page.waitForFunction(() => [...document.querySelectorAll("link[rel=stylesheet]")].every((link) => link.sheet));
  for (const selector of job.click || []) await page.click(selector);
  const found = await page.evaluate(async (waits) => {
    const pictures = [...document.images].filter((image) => new URL(image.src, location).origin === location.origin);
    for (const image of pictures) image.loading = "eager";
    if (waits) await Promise.all(pictures.map((image) => image.decode().catch(() => null)));
    return {
      title: document.title,
      text: document.body.innerText,
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      height: document.documentElement.scrollHeight,
      broken: pictures.filter((image) => !image.naturalWidth).map((image) => image.src),
    };
  }, job.pictures !== false);
  if (job.out) await page.screenshot({ path: job.out, fullPage: job.full !== false });
  await context.close();
  return { url: job.url, status: answer.status(), ...found, errors: errors.filter((text) => !/ERR_FAILED/.test(text)) };
}

(async () => {
  const browser = await chromium.launch({ executablePath: process.argv[2], args: FLAGS });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let result;
    try {
      result = await look(browser, JSON.parse(line));
    } catch (error) {
      result = { error: String(error) };
    }
    process.stdout.write(JSON.stringify(result) + "\n");
  }
  await browser.close();
})();
