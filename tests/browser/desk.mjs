// The desk as an editor uses it, in headless Chromium. Fails with a sentence; run by tests/suite/desk_browser.rs.
//
// DESK: address of a desk over the sample media. ODD_DESK: one over a page whose caption is made to hurt. PICTURE: a file
// that the first archive holds. CHROMIUM: the browser. CUTLINE_SCREENSHOTS: a folder for what was seen.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const { DESK, ODD_DESK, PICTURE, CHROMIUM, CUTLINE_SCREENSHOTS } = process.env;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
// Chromium's own sandbox needs rights that a container often lacks; the pages are the test's own.
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
const complaints = [];
let seen = 0;

const SIZES = {
  desk: { viewport: { width: 1360, height: 900 } },
  dark: { viewport: { width: 1360, height: 900 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
};

async function open(size) {
  const context = await browser.newContext(SIZES[size]);
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on("console", (m) => { if (m.type() === "error") complaints.push(`${page.url()}: console: ${m.text()}`); });
  page.on("pageerror", (e) => complaints.push(`${page.url()}: script: ${e.message}`));
  page.on("dialog", (d) => { complaints.push(`${page.url()}: a dialog opened: ${d.message()}`); d.dismiss(); });
  page.on("request", (r) => {
    const to = new URL(r.url());
    if (!to.host.startsWith("127.0.0.1") && to.protocol !== "data:") complaints.push(`${page.url()} asks ${r.url()}`);
  });
  return page;
}

// No accessibility violation of level A or AA, nothing that runs out of the window.
async function look(page, name) {
  await page.waitForLoadState("networkidle");
  seen += 1;
  if (CUTLINE_SCREENSHOTS) await page.screenshot({ path: `${CUTLINE_SCREENSHOTS}/${name}.png` });
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const { violations } = await axe.run(document, { runOnly: tags });
    return violations.map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => n.html.slice(0, 120)).slice(0, 3).join(" ")})`);
  });
  assert.deepEqual(found, [], `${name}: accessibility`);
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(beyond <= 0, `${name}: the page is ${beyond} pixels wider than the window`);
}

const total = async (page) => Number((await page.locator("#total").innerText()).replace(/\s/g, ""));
const to = (page, path) => page.goto(new URL(path, DESK).href);

async function filterAndOpen(page, size) {
  await to(page, "/findings");
  await look(page, `${size}-findings`);
  const all = await total(page);
  if (size === "phone") await page.locator("[data-filters] > summary").click();
  const facet = page.locator(".facet a", { hasText: "source-dropped" });
  const says = Number(await facet.locator(".n").innerText());
  await facet.click();
  await page.waitForURL(/rule=source-dropped/);
  assert.equal(await total(page), says, "a filter leaves what its count said");
  assert.ok(says > 0 && says < all);
  if (size === "phone") await page.locator("[data-filters] > summary").click();
  await page.locator('input[name="q"]').fill("harbour");
  await page.locator('input[name="q"]').press("Enter");
  await page.waitForURL(/q=harbour/);
  await page.locator(".chips a", { hasText: "source-dropped" }).click();
  await page.waitForURL((url) => !url.search.includes("rule="));
  await page.locator(".finding [data-open]").first().click();
  await page.waitForURL(/\/(picture|use)\//);
  await page.locator(".verdict:target").waitFor();
  await look(page, `${size}-picture`);
}

async function compare(page, size) {
  await to(page, "/findings?state=&rule=near-duplicate");
  await page.locator(".finding [data-open]").first().click();
  await page.locator("table.compare").waitFor();
  assert.ok((await page.locator("table.compare thead img").count()) >= 2, "copies stand side by side");
  assert.ok((await page.locator("table.compare td.differs").count()) > 0, "what differs is marked");
  const loaded = await page.locator("table.compare thead img").evaluateAll((all) => all.every((i) => i.complete && i.naturalWidth > 0));
  assert.ok(loaded, "the copies are shown");
  await page.locator(".strip a:not([aria-current])").first().click();
  await page.waitForURL(/photo=/);
  await look(page, `${size}-compare`);
}

async function decideAndUndo(page) {
  await to(page, "/findings");
  const before = await total(page);
  const ids = await page.locator("[data-list] > [data-finding]").evaluateAll((all) => all.map((r) => r.dataset.finding));
  const row = (id) => page.locator(`[data-list] > [data-finding="${id}"]`);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  assert.ok(await row(ids[0]).evaluate((r) => r.classList.contains("here")), "j and k move");
  await page.keyboard.press("c");
  await row(ids[0]).locator(".state.confirmed").waitFor();
  assert.ok(await row(ids[1]).evaluate((r) => r.classList.contains("here")), "the next finding comes");
  await page.keyboard.press("x");
  await row(ids[1]).locator(".state.rejected").waitFor();
  await page.waitForFunction((n) => Number(document.querySelector("#total").textContent.replace(/\s/g, "")) === n, before - 2);
  await look(page, "desk-decided");
  await page.keyboard.press("z");
  await row(ids[1]).locator('button[value="reject"]').waitFor();
  await to(page, "/findings");
  assert.equal(await total(page), before - 1, "one is confirmed, one was undone");
  await to(page, "/decisions");
  await look(page, "desk-decisions");
  assert.equal(await page.locator("table.decisions tbody tr").count(), 3, "confirmed, rejected, undone");
  await page.locator('button[name="review"]').first().click();
  await page.waitForURL(/\/decisions/);
  await to(page, "/findings");
  assert.equal(await total(page), before, "all is as before");
  // With Enter a finding is opened, with its own form it is decided there.
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.locator(".verdict:target").waitFor();
  await page.locator(".verdict:target details.more summary").click();
  await page.locator(".verdict:target textarea").fill("seen by the desk <b>twice</b>");
  await page.locator('.verdict:target button[value="confirm"]').click();
  await page.locator(".done").waitFor();
  assert.match(await page.locator(".verdict:target").innerText(), /seen by the desk <b>twice<\/b>/);
  await page.locator(".done button").click();
  await page.locator('.verdict:target button[value="confirm"]').waitFor();
  await page.keyboard.press("?");
  await page.locator("#keys").waitFor({ state: "visible" });
  await look(page, "desk-keys");
  // On the page of a picture no key decides about a finding that nobody chose.
  const several = page.url().split(/[?#]/)[0];
  await page.goto(several);
  await page.keyboard.press("c");
  await page.locator("#said", { hasText: "Choose a finding first" }).waitFor();
  await page.keyboard.press("j");
  assert.ok(await page.locator(".verdict").first().evaluate((v) => v.classList.contains("here")), "j chooses one");
  // Keys that come faster than answers are all obeyed.
  await to(page, "/findings");
  for (const key of "jccc") await page.keyboard.press(key);
  await page.waitForFunction(() => document.querySelectorAll("[data-list] .state.confirmed").length === 3);
  for (const key of "zzz") {
    const left = await page.locator("[data-list] .state.confirmed").count();
    await page.keyboard.press(key);
    await page.waitForFunction((n) => document.querySelectorAll("[data-list] .state.confirmed").length < n, left);
  }
  await to(page, "/findings");
  assert.equal(await total(page), before, "all is as before");
}

// What a colleague decided meanwhile is said and not overruled; the picture stays in view beside its findings.
async function decideTogether(page) {
  await to(page, "/findings");
  await page.locator(".finding [data-open]").first().click();
  await page.locator(".verdict:target").waitFor();
  const stage = await page.locator(".stage img").first().boundingBox();
  assert.ok(stage.y + stage.height > 0 && stage.y < 900, `the picture is in the window (${stage.y})`);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.locator('.verdict:target button[value="confirm"]').click();
  await other.locator(".done").waitFor();
  await page.locator('.verdict:target button[value="reject"]').click();
  await page.locator("h1", { hasText: "That did not work" }).waitFor();
  assert.match(await page.locator("main").innerText(), /was confirmed by/);
  await look(page, "desk-decided-meanwhile");
  // The refusal is what was to be seen.
  complaints.splice(0, complaints.length, ...complaints.filter((c) => !/409/.test(c)));
  await other.locator(".done button").click();
  await other.locator('.verdict:target button[value="confirm"]').waitFor();
  await other.close();
}

// A use without a photo is shown the photo that somebody names.
async function tie(page, size) {
  await to(page, "/search?q=kim");
  const photo = await page.locator('.hits a[href^="/photo/"]').first().getAttribute("href");
  await to(page, "/findings?state=");
  await page.goto(new URL(photo, DESK).href);
  await page.locator("#other input[name=with]").fill("nothing of this name");
  await page.locator("#other button").click();
  await page.locator("#other .problem").waitFor();
  await look(page, `${size}-named`);
}

async function checkAPicture(page, size) {
  await to(page, "/check");
  await look(page, `${size}-check`);
  const bytes = [...readFileSync(PICTURE)];
  await page.locator('textarea[name="caption"]').fill("Flags in Vladivostok, 25 April 2019. (Foto: KCNA via Reuters)");
  await page.evaluate((bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], "dropped.jpg", { type: "image/jpeg" }));
    document.querySelector("#drop").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
  }, bytes);
  await page.locator(".found li").first().waitFor();
  assert.match(await page.locator(".found").innerText(), /same bytes/);
  assert.match(await page.locator("main").innerText(), /KCNA/);
  assert.ok((await page.locator(".verdict").count()) > 0, "the rules judge what was dropped");
  await look(page, `${size}-checked`);
}

async function audit(page, size) {
  await to(page, "/audit");
  await look(page, `${size}-audit`);
  await page.locator('select[name="by"]').first().selectOption("state-source");
  await page.locator("form.ask button").click();
  await page.waitForURL(/by=state-source/);
  const cell = page.locator("table.numbers tbody td a").first();
  const says = Number(await cell.innerText());
  await cell.click();
  await page.waitForURL(/audit\/list/);
  assert.equal(await page.locator(".hits > li").count(), says, "a number leads to what stands behind it");
  await look(page, `${size}-behind`);
  await page.locator(".hits a").first().click();
  await page.locator("article.picture").waitFor();
}

async function odd(page, size) {
  const at = (path) => page.goto(new URL(path, ODD_DESK).href);
  for (const path of ["/findings?state=", "/search?q=harbour", "/audit", "/ingest"]) {
    await at(path);
    await look(page, `${size}-odd${path.replace(/\W+/g, "-")}`);
  }
  await at("/findings?state=");
  await page.locator(".finding [data-open]").first().click();
  await page.locator("article.picture").waitFor();
  const text = await page.locator(".use .read").first().innerText();
  assert.ok(text.includes("<script>alert(1)</script>") && text.length > 10_000, "all of the caption is shown, as text");
  assert.ok(text.includes("\\u{202e}"), "invisible characters are made visible");
  await look(page, `${size}-odd-picture`);
}

try {
  for (const size of ["desk", "dark", "phone"]) {
    const page = await open(size);
    await filterAndOpen(page, size);
    await compare(page, size);
    if (size === "desk") {
      await decideAndUndo(page);
      await decideTogether(page);
    }
    await tie(page, size);
    await checkAPicture(page, size);
    await audit(page, size);
    await to(page, "/ingest");
    await look(page, `${size}-ingest`);
    await to(page, "/search?q=kim");
    await look(page, `${size}-search`);
    await odd(page, size);
    await page.context().close();
  }
  assert.deepEqual(complaints, [], "no page complains");
  console.log(`${seen} pages looked at`);
} finally {
  await browser.close();
}
