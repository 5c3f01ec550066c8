import assert from "node:assert/strict";
import { describeInBrowser } from "../support/browser.ts";
import { Laptop } from "../support/laptop.ts";
import { RoomPage } from "../support/room-page.ts";

const settled = /^(delivered in \d+ ms|queued|failed: .+)$/;

describeInBrowser("two pages", (browser) => {
  let laptop: Laptop;
  let alice: RoomPage;
  let bob: RoomPage;

  before(async function () {
    this.timeout(60_000);
    laptop = await Laptop.start({ options: ["--port", "0", "--gateway-process"] });
    alice = await RoomPage.join(browser, laptop.ready.pageUrl, "alice");
    bob = await RoomPage.join(browser, laptop.ready.pageUrl, "bob");
  });

  after(async () => {
    await laptop?.stop();
  });

  /** What must hold of a page whatever has happened: each message at most once, and in order. */
  async function isInOrder(page: RoomPage): Promise<void> {
    const seqs = (await page.messages()).map(({ seq }) => seq);
    assert.deepEqual(seqs, [...new Set(seqs)].sort());
  }

  /** Waits until both have come back, each with so many gaps in what it shows. */
  async function areBack(gaps: number): Promise<void> {
    for (const page of [alice, bob]) {
      await page.page
        .locator("#messages .gap")
        .nth(gaps - 1)
        .waitFor();
      await page.state("open");
    }
  }

  /** Both send on, and hear each other. */
  async function goOn(after: string): Promise<void> {
    await alice.say(`alice goes on after ${after}`);
    await bob.say(`bob goes on after ${after}`);
    for (const page of [alice, bob]) {
      await page.hears("alice", `alice goes on after ${after}`);
      await page.hears("bob", `bob goes on after ${after}`);
    }
  }

  async function haveSettled(): Promise<void> {
    for (const page of [alice, bob]) {
      await page.page
        .locator("#own li > :last-child")
        .filter({ hasText: /^(waiting|acknowledged)$/ })
        .first()
        .waitFor({ state: "detached" });
      for (const outcome of await page.outcomes()) assert.match(outcome, settled);
    }
  }

  it("go on when the gateway's process is killed under them, and show what they may have missed", async () => {
    const killed = Number(
      /process (\d+)$/.exec(await laptop.lines.find(/the gateway runs in process/))?.[1],
    );
    // In the midst of it: some are queued, some acknowledged, some on their way.
    for (let number = 1; number <= 10; number++) {
      await alice.say(`a${number}`);
      await bob.say(`b${number}`);
    }
    process.kill(killed, "SIGKILL");
    await alice.page.locator('#state:not([data-state="open"])').waitFor();
    await alice.say("while nobody is there");

    await laptop.lines.find(/its connections are lost, and it starts again/);
    await areBack(1);
    await goOn("the kill");
    await haveSettled();
    // Bob may come back after that, and miss it: his page shows the gap.
    await alice.hears("alice", "while nobody is there");
    for (const page of [alice, bob]) {
      await isInOrder(page);
      assert.equal((await page.lines(".gap")).length, 1);
      assert.equal((await page.outcomes()).length, page === alice ? 12 : 11);
    }
    // Queue and functions have lived on: what was acknowledged is delivered, and nothing failed.
    const outcomes = [...(await alice.outcomes()), ...(await bob.outcomes())];
    assert.deepEqual(
      outcomes.filter((outcome) => outcome.startsWith("failed")),
      [],
    );
    const next = await laptop.lines.findAll(/the gateway runs in process/, 2);
    assert.doesNotMatch(next[1] ?? "", new RegExp(`process ${killed}$`));
  }).timeout(120_000);

  it("go on when all of npm start has ended and is started again, and seq still grows", async () => {
    await alice.say("before");
    await bob.hears("alice", "before");
    const ports = [laptop.ready.url, laptop.ready.pageUrl].map((url) => new URL(url).port);
    const [port = "", pagePort = ""] = ports;
    await laptop.stop();
    await alice.page.locator('#state:not([data-state="open"])').waitFor();
    laptop = await Laptop.start({ options: ["--port", port, "--page-port", pagePort] });

    await areBack(2);
    await goOn("the restart");
    await haveSettled();
    for (const page of [alice, bob]) {
      await isInOrder(page);
      assert.equal((await page.lines(".gap")).length, 2);
    }
  }).timeout(120_000);
});
