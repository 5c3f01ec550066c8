import type { Page } from "playwright-core";
import type { TestBrowser } from "./browser.ts";

/** The page of `npm start`, in a browser, used as a person does. */
export class RoomPage {
  readonly page: Page;
  /** What the browser complained of. */
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") {
        this.complaints.push(message.text());
      }
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  /** Opens the page, and waits until it takes input. */
  static async open(
    browser: TestBrowser,
    url: string,
    size?: { width: number; height: number },
  ): Promise<RoomPage> {
    const page = new RoomPage(await browser.newPage(size));
    await page.page.goto(url);
    await page.page.locator("#enter:enabled").waitFor();
    return page;
  }

  /** Opens the page, joins, and is in the room. */
  static async join(browser: TestBrowser, url: string, user: string): Promise<RoomPage> {
    const page = await RoomPage.open(browser, url);
    await page.page.getByLabel("Name").fill(user);
    await page.page.getByRole("button", { name: "Join" }).click();
    await page.state("open");
    return page;
  }

  /** Waits until the room is in this state. */
  async state(state: string): Promise<void> {
    await this.page.locator(`#state[data-state="${state}"]`).waitFor();
  }

  async say(text: string): Promise<void> {
    await this.page.getByRole("textbox", { name: "Message" }).fill(text);
    await this.page.keyboard.press("Enter");
  }

  /** Waits until a message with this text is shown, from this user. */
  async hears(user: string, text: string): Promise<void> {
    const item = this.page.locator("#messages .message").filter({ hasText: text });
    await item
      .filter({ has: this.page.locator(".who", { hasText: user }) })
      .first()
      .waitFor();
  }

  /** The lines of the log, messages and notes and gaps. */
  async lines(selector = "li"): Promise<string[]> {
    return await this.page.locator(`#messages ${selector}`).allInnerTexts();
  }

  /** `seq` and text of each message that is shown. */
  async messages(): Promise<{ seq: string; text: string }[]> {
    return await this.page.locator("#messages .message").evaluateAll((items) =>
      items.map((item) => ({
        seq: item.getAttribute("data-seq") ?? "",
        text: item.querySelector(".text")?.textContent ?? "",
      })),
    );
  }

  /** What became of one's own messages, in order. */
  async outcomes(): Promise<string[]> {
    return await this.page.locator("#own li > :last-child").allInnerTexts();
  }

  async members(): Promise<string[]> {
    return await this.page.locator("#members li").allInnerTexts();
  }
}
