import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { asset } from "@pulumi/pulumi";
import { findInFolder, programFolder } from "../../policy/lib/folder.ts";
import { messagesBy, unknownValue } from "../support/policy.ts";
import { foreignFunction, nonsense } from "./lambda-fixtures.ts";

const rule = "function-code-is-a-clean-archive";
const remedy = "Give a FileArchive of the folder that the bundle is in.";

/** Pulumi's marks, as archives and assets travel. */
const mark = "4dabf18193072939515e22adb298388d";
const archiveMark = { [mark]: "0def7320c3a5731c473e5ecbe6d01bc7", __pulumiArchive: true };
const assetMark = { [mark]: "c44067f5952c0a294b673a41bacd8c17", __pulumiAsset: true };

describe(rule, () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "roomcast-code-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function put(...paths: string[]): void {
    for (const path of paths.map((name) => join(folder, name))) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, "");
    }
  }

  function messagesAbout(code: unknown, settings = {}): string[] {
    return messagesBy(rule, [foreignFunction({ code })], settings);
  }

  const inFolder = (path = folder) => ({ ...archiveMark, path });

  it("takes a folder with nothing but code", () => {
    put("index.mjs", "lib/map.js", "node_modules/left-pad/index.js", "env/.environment");
    assert.deepEqual(messagesAbout(inFolder()), []);
  });

  it("finds an empty folder", () => {
    assert.deepEqual(messagesAbout(inFolder()), [
      'Function "worker": code is an empty folder. Bundle the function before the preview.',
    ]);
  });

  it("finds what does not belong there, by the first of each kind", () => {
    put("index.mjs", "b.mjs.map", "a/a.mjs.map", ".env.local", "lib/.env");
    put("node_modules/@aws-sdk/client-sqs/index.js", "node_modules/aws-sdk/index.js");
    assert.deepEqual(
      messagesAbout(inFolder()).sort(),
      [
        ".env.local",
        "a/a.mjs.map",
        "lib/.env",
        "node_modules/@aws-sdk",
        "node_modules/aws-sdk",
      ].map((path) => `Function "worker": code has ${path} in it. Leave it out of the bundle.`),
    );
  });

  it("goes by the patterns that it is given", () => {
    put("index.mjs.map", "test/a.test.js");
    assert.deepEqual(messagesAbout(inFolder(), { unwanted: ["test/*.test.js"] }), [
      'Function "worker": code has test/a.test.js in it. Leave it out of the bundle.',
    ]);
    assert.deepEqual(messagesAbout(inFolder(), { unwanted: [] }), []);
  });

  it("says that it did not look into a file", () => {
    put("bundle.zip");
    assert.deepEqual(messagesAbout(inFolder(join(folder, "bundle.zip"))), [
      `Function "worker": code is a file, so that what is in it was not checked. ${remedy}`,
    ]);
  });

  const others: [title: string, code: unknown, fault: string][] = [
    [
      "an AssetArchive",
      { ...archiveMark, assets: { "index.mjs": { ...assetMark, text: "1" } } },
      "code is an AssetArchive, of which a remediation would leave the names only",
    ],
    [
      "a RemoteArchive",
      { ...archiveMark, uri: "https://example.com/a.zip" },
      "code is a RemoteArchive, whose content can change without a change here",
    ],
    ["an asset", { ...assetMark, path: "a.zip" }, "code is an asset, and no archive"],
  ];
  for (const [title, code, fault] of others) {
    it(`finds ${title}`, () => {
      assert.deepEqual(messagesAbout(code), [`Function "worker": ${fault}. ${remedy}`]);
    });
  }

  it("knows archives by the SDK's own marks", () => {
    assert.equal("__pulumiAsset" in new asset.StringAsset("a"), true);
    assert.equal("assets" in new asset.AssetArchive({}), true);
    assert.equal("uri" in new asset.RemoteArchive("https://example.com/a.zip"), true);
    assert.equal("path" in new asset.FileArchive("."), true);
  });

  it("says nothing of an image or of an object in S3", () => {
    const image = foreignFunction({ packageType: "Image", imageUri: "a" });
    const object = foreignFunction({ s3Bucket: "a", s3Key: "b", code: null });
    assert.deepEqual(messagesBy(rule, [image, object]), []);
  });

  it("resolves paths with quotes and backslashes in them", () => {
    put(`o'clock/"a"/\`b\`/\\c\\/index.mjs`);
    assert.deepEqual(messagesAbout(inFolder(join(folder, `o'clock/"a"/\`b\`/\\c\\`))), []);
    put("it's/index.mjs.map");
    assert.deepEqual(messagesAbout(inFolder(join(folder, "it's"))), [
      'Function "worker": code has index.mjs.map in it. Leave it out of the bundle.',
    ]);
  });

  it("leaves open a path that it cannot read", () => {
    assert.deepEqual(messagesAbout(inFolder("a\nb")), [
      'Not decided before the deployment, since not known yet: "code" of Function "worker".',
    ]);
  });

  for (const code of nonsense) {
    it(`says nothing of ${JSON.stringify(code)}`, () => {
      assert.deepEqual(messagesAbout(code), []);
    });
  }

  it("leaves open what is not known yet", () => {
    assert.deepEqual(messagesAbout(unknownValue), [
      'Not decided before the deployment, since not known yet: "code" of Function "worker".',
    ]);
  });
});

describe("programFolder", () => {
  it("is the nearest one with a Pulumi.yaml", () => {
    assert.equal(programFolder(), process.cwd());
    assert.equal(programFolder(tmpdir()), undefined);
  });
});

describe("findInFolder", () => {
  it("tells an empty folder from one without a match", () => {
    const folder = mkdtempSync(join(tmpdir(), "roomcast-folder-"));
    try {
      assert.equal(findInFolder(folder, ["a"]), undefined);
      writeFileSync(join(folder, "b"), "");
      assert.deepEqual(findInFolder(folder, ["a"]), new Map());
      assert.deepEqual(findInFolder(folder, ["a", "b"]), new Map([["b", "b"]]));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
