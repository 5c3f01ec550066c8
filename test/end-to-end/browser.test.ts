import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { describeInBrowser } from "../support/browser.ts";
import { Laptop } from "../support/laptop.ts";

describeInBrowser("a browser", (browser) => {
  let laptop: Laptop;
  let page: Page;

  before(async function () {
    this.timeout(60_000);
    laptop = await Laptop.start();
    page = await browser.newPage();
    await page.goto(laptop.ready.pageUrl);
  });

  after(async () => {
    await laptop?.stop();
  });

  /**
   * Opens a WebSocket to the lobby in the page, by the rest of its arguments, as JavaScript. Resolves
   * with the subprotocol that was chosen, or the close code.
   */
  async function open(more: string): Promise<unknown> {
    const url = JSON.stringify(`${laptop.ready.url}?room_id=lobby`);
    return await page.evaluate(
      `new Promise((resolve) => {
        const socket = new WebSocket(${url}, ${more});
        socket.onopen = () => resolve(socket.protocol);
        socket.onclose = ({ code }) => resolve(code);
      })`,
    );
  }

  it("cannot send Authorization, and is refused without a token", async () => {
    const from = laptop.lines.all.length;
    const headers = JSON.stringify({ Authorization: `Bearer ${laptop.ready.tokens.alice}` });
    assert.equal(await open(`[], { headers: ${headers} }`), 1006);
    await laptop.lines.find(/"status":401,"reason":"no token was sent"/, from);
  });

  it("authenticates by a subprotocol, and is told roomcast.v1 alone", async () => {
    const offers = ["roomcast.v1", `bearer.${laptop.ready.tokens.alice}`];
    assert.equal(await open(JSON.stringify(offers)), "roomcast.v1");
  });

  it("closes the connection when none of its subprotocols is answered, as on AWS", async () => {
    const from = laptop.lines.all.length;
    const complaint = page.waitForEvent("console", (message) => message.type() === "error");
    // A good token, so the stack takes it; but a token is never echoed.
    const offers = [`bearer.${laptop.ready.tokens.alice}`];
    assert.equal(await open(JSON.stringify(offers)), 1006);
    assert.match((await complaint).text(), /Sec-WebSocket-Protocol.* but no response was received/);
    await laptop.lines.find(/connected/, from);
    await laptop.lines.find(/disconnected/, from);
  });
});
