import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describeInBrowser } from "../support/browser.ts";
import { Laptop, repository } from "../support/laptop.ts";
import { RoomPage } from "../support/room-page.ts";

/** The one in docs/images/ is a copy of it. */
const screenshot = join(repository, "dist/page.png");

describeInBrowser("the page of npm start", (browser) => {
  let laptop: Laptop;

  before(async function () {
    this.timeout(60_000);
    laptop = await Laptop.start();
  });

  after(async () => {
    await laptop?.stop();
  });

  it("lets two people talk, and shows each what becomes of their messages", async () => {
    const { pageUrl } = laptop.ready;
    const alice = await RoomPage.join(browser, pageUrl, "alice");
    const bob = await RoomPage.join(browser, pageUrl, "bob");
    await alice.page.locator("#members li", { hasText: "bob" }).waitFor();
    assert.deepEqual((await bob.members()).sort(), ["alice", "bob"]);

    await alice.say("Hello bob");
    await bob.hears("alice", "Hello bob");
    await bob.say("Hello alice");
    await alice.hears("bob", "Hello alice");
    const markup = "<img src=x onerror=\"document.title='broken'\"><b>bold</b>";
    await bob.say(markup);
    await alice.hears("bob", markup);
    await alice.page.locator("#own .detail", { hasText: "delivered in" }).waitFor();
    await alice.page.getByRole("button", { name: "One a second" }).click();
    await bob.hears("alice", "pulse 3");
    await alice.page.getByRole("button", { name: "One a second" }).click();

    assert.deepEqual(await alice.messages(), await bob.messages());
    assert.equal(await alice.page.title(), "Roomcast");
    assert.equal(await alice.page.locator("#messages img, #messages b").count(), 0);
    assert.match(
      (await alice.page.locator("#latency").textContent()) ?? "",
      /^Acknowledged: median \d+ ms, /,
    );
    assert.ok((await alice.page.locator("#chart circle").count()) >= 4);
    assert.deepEqual([...alice.complaints, ...bob.complaints], []);
    await mkdir(dirname(screenshot), { recursive: true });
    await alice.page.screenshot({ path: screenshot });

    await bob.page.getByRole("button", { name: "Leave" }).click();
    await bob.state("closed");
    await alice.page.locator("#members li", { hasText: "bob" }).waitFor({ state: "detached" });
  }).timeout(60_000);

  it("is used by the keyboard alone, and says its state to a screen reader", async () => {
    const { page } = await RoomPage.open(browser, `${laptop.ready.pageUrl}?user=carol`);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("status").filter({ hasText: "In lobby" }).waitFor();
    await page.keyboard.type("by hand");
    await page.keyboard.press("Enter");
    const log = page.getByRole("log", { name: "Messages" });
    await log.getByText("by hand").waitFor();
    const unnamed = await page.evaluate(
      "[...document.querySelectorAll('input, button')].filter(" +
        "({ labels, textContent }) => !labels?.length && !textContent).length",
    );
    assert.equal(unnamed, 0);
  }).timeout(30_000);

  it("fits a screen of 360 pixels", async () => {
    const size = { width: 360, height: 640 };
    const { page } = await RoomPage.open(browser, laptop.ready.pageUrl, size);
    await page.getByLabel("Name").fill("n".repeat(100));
    await page.getByRole("button", { name: "Join" }).click();
    await page.locator('#state[data-state="open"]').waitFor();
    await page.getByRole("textbox", { name: "Message" }).fill("w".repeat(500));
    await page.keyboard.press("Enter");
    await page.locator("#own .detail", { hasText: "delivered in" }).waitFor();
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 360);
  }).timeout(30_000);

  it("runs no script but its own", async () => {
    const { page } = await RoomPage.open(browser, laptop.ready.pageUrl);
    const attempts = [
      "document.createElement('script').src = 'https://elsewhere.example/x.js'",
      "document.body.innerHTML = '<img src=x onerror=alert(1)>'",
    ];
    for (const attempt of attempts) {
      const thrown = await page.evaluate(`try { ${attempt}; "" } catch (error) { String(error) }`);
      assert.match(String(thrown), /TypeError: .*Trusted/, attempt);
    }
    const violated = page.evaluate(
      "new Promise((resolve) => document.addEventListener('securitypolicyviolation', " +
        "({ effectiveDirective }) => resolve(effectiveDirective), { once: true }))",
    );
    await page.evaluate("fetch('https://elsewhere.example/').catch(() => {})");
    assert.equal(await violated, "connect-src");
  }).timeout(30_000);
});
