import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import Module from "node:module";
import { promisify } from "node:util";
import { withoutHeavyModules } from "../../../local/recording/lazy-modules.ts";

/** In a process of its own: here the SDK has been imported already. */
const program = `
  import Module from "node:module";
  const { pulumi } = await import(${JSON.stringify(new URL("../../../local/recording/sdk.ts", import.meta.url))});
  const hasTypeScript = () =>
    Object.keys(Module._cache).some((file) => file.includes("/node_modules/typescript/"));
  const before = hasTypeScript();
  const { text } = await pulumi.runtime.serializeFunction(() => 42);
  console.log(JSON.stringify({ before, after: hasTypeScript(), serialized: text.includes("42") }));
`;

describe("The SDK without its heavy modules", () => {
  it("has no TypeScript compiler until a function is serialized, which still works", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--input-type=module",
      "--eval",
      program,
    ]);
    assert.deepEqual(JSON.parse(stdout), { before: false, after: true, serialized: true });
  });

  it("leaves Node's loader as it was, after a failure, too", () => {
    const loader = Module as unknown as { _load: unknown };
    const original = loader._load;
    assert.equal(
      withoutHeavyModules(() => 1),
      1,
    );
    assert.equal(loader._load, original);
    const fail = () => {
      throw new Error("wrong");
    };
    assert.throws(() => withoutHeavyModules(fail), { message: "wrong" });
    assert.equal(loader._load, original);
  });
});
