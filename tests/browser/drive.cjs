// One page of a real Chromium under command: JSON lines in on standard input, one JSON line out for each.
// open {width, height, dark, scale}: a fresh page · goto {url} · click {role, name, within, exact} or {selector} · wait {code}: until
// true · run {code, within}: the value of an expression (`within`: selector of a frame) · press {key} · fill {selector, text} ·
// shot {path, full} · axe {}: violations of axe-core in the page.
const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const { chromium } = require("../judges/node_modules/playwright-core");

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const AXE = fs.readFileSync(path.join(__dirname, "../judges/node_modules/axe-core/axe.min.js"), "utf8");
const WAIT = 20000;
let context, page;
const errors = [];

async function open(browser, job) {
  if (context) await context.close();
  errors.length = 0;
  context = await browser.newContext({
    viewport: { width: job.width || 1280, height: job.height || 900 }, deviceScaleFactor: job.scale || 1, colorScheme: job.dark ? "dark" : "light", reducedMotion: "reduce",
  });
  page = await context.newPage();
  page.setDefaultTimeout(WAIT);
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.route("**/*", (route) => (/^https?:\/\/(127\.0\.0\.1|localhost)[:/]/.test(route.request().url()) ? route.continue() : route.abort()));
  return {};
}

// The page's own policy lets no script run; evaluate() goes through the debugger and so is none of its business.
async function axe() {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const found = await window.axe.run(document, { iframes: false, resultTypes: ["violations"] });
    return found.violations.map((one) => ({ id: one.id, impact: one.impact, help: one.help, nodes: one.nodes.slice(0, 4).map((node) => node.html.slice(0, 160) + " | " + (node.failureSummary || "").slice(0, 260)) }));
  });
}

// Playwright's own waiting evaluates in the page, which the pages' policies forbid.
async function wait(job) {
  const end = Date.now() + (job.timeout || WAIT);
  for (;;) {
    let value = false;
    try { value = await page.evaluate(job.code); } catch (error) { if (Date.now() > end) throw error; }
    if (value) return {};
    if (Date.now() > end) throw new Error("never true: " + job.code);
    await new Promise((done) => setTimeout(done, 50));
  }
}

async function act(browser, job) {
  switch (job.do) {
    case "open": return open(browser, job);
    case "goto": { const answer = await page.goto(job.url, { waitUntil: "load" }); return { status: answer.status() }; }
    case "click": {
      const base = job.within ? page.locator(job.within) : page;
      const target = job.selector ? base.locator(job.selector) : base.getByRole(job.role, { name: job.name, exact: Boolean(job.exact) });
      await target.first().click();
      await page.waitForLoadState("load");
      return { url: page.url() };
    }
    case "wait": return wait(job);
    case "run": return { value: await page.evaluate(job.code) };
    case "press": await page.keyboard.press(job.key); return { url: page.url() };
    case "fill": await page.fill(job.selector, job.text); return {};
    case "select": await page.selectOption(job.selector, job.value); return {};
    case "shot": await page.screenshot({ path: job.path, fullPage: job.full !== false }); return {};
    case "axe": return { violations: await axe() };
    case "errors": return { errors: errors.filter((text) => !/ERR_FAILED/.test(text)) };
    default: throw new Error("no such command: " + job.do);
  }
}

(async () => {
  const browser = await chromium.launch({ executablePath: process.argv[2], args: FLAGS });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let result;
    try {
      result = await act(browser, JSON.parse(line));
    } catch (error) {
      result = { error: String(error) };
    }
    process.stdout.write(JSON.stringify(result) + "\n");
  }
  await browser.close();
})();
