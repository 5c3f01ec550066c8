import assert from "node:assert/strict";
import { bundleForBrowsers, compressedSize } from "../../scripts/lib/client-bundle.ts";

describe("the client's bundle", () => {
  it("is under 6 KB, minified and compressed", async () => {
    const size = compressedSize(await bundleForBrowsers());
    assert.ok(size < 6000, `${size} bytes`);
  });

  it("is one module that needs nothing", async () => {
    const text = await bundleForBrowsers();
    assert.doesNotMatch(text, /\bimport\b/);
    const client = await import(`data:text/javascript,${encodeURIComponent(text)}`);
    assert.deepEqual(Object.keys(client).sort(), ["PublishError", "connect"]);
  });
});
