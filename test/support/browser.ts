import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const paths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where Chromium is on this machine; CHROMIUM names another one. */
const chromiumPath = [process.env["CHROMIUM"] ?? "", ...paths].find(existsSync);

/**
 * Tests in a real browser. Without one they are one line that says so; where REQUIRE_BROWSER is set that
 * line is a failure.
 */
export function describeInBrowser(title: string, define: (browser: TestBrowser) => void): void {
  if (chromiumPath === undefined) {
    it(`${title}: there is no Chromium here (apt-get install -y chromium)`, function () {
      if (process.env["REQUIRE_BROWSER"]) throw new Error("REQUIRE_BROWSER is set.");
      this.skip();
    });
    return;
  }
  describe(title, () => {
    const browser = new TestBrowser(chromiumPath);
    after(() => browser.close());
    define(browser);
  });
}

/** One Chromium, each page of it in a profile of its own. */
export class TestBrowser {
  readonly #path: string;
  #browser: Promise<Browser> | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** A page with nothing of the others: no storage, no cache. */
  async newPage(size = { width: 1100, height: 760 }): Promise<Page> {
    this.#browser ??= chromium.launch({
      executablePath: this.#path,
      // As root, as which continuous integration runs, Chromium has no sandbox.
      chromiumSandbox: process.getuid?.() !== 0,
    });
    const context: BrowserContext = await (await this.#browser).newContext({ viewport: size });
    return await context.newPage();
  }

  async close(): Promise<void> {
    await (await this.#browser)?.close();
  }
}
