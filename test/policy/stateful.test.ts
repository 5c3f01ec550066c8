import assert from "node:assert/strict";
import type { RecordedResource } from "../../local/recording/resource.ts";
import { changed, foreign, judge, messagesBy } from "../support/policy.ts";
import { recordStack } from "../support/program.ts";

describe("stateful-resources-are-protected", () => {
  let resources: readonly RecordedResource[];

  before(async () => {
    ({ resources } = await recordStack("prod"));
  });

  it("takes a name that Pulumi has made for none", () => {
    const mutant = changed(resources, "roomcast-connections-table", (properties) => {
      properties["name"] = "roomcast-connections-table-0a1b2c3";
    });
    assert.deepEqual(judge(mutant), []);
  });

  it("asks it of keys and zones, and of other types where a stack says so", () => {
    const others = [
      foreign("aws:kms/key:Key", "key"),
      foreign("aws:route53/zone:Zone", "zone", { name: "acme.io" }),
      foreign("aws:s3/bucket:Bucket", "files"),
    ];
    const found = (settings = {}) =>
      messagesBy("stateful-resources-are-protected", others, settings).map(
        (message) => message.split(":")[0],
      );
    assert.deepEqual(found(), ['Key "key"', 'Zone "zone"']);
    assert.deepEqual(found({ types: ["aws:s3/bucket:Bucket"] }), ['Bucket "files"']);
  });
});

describe("stateful-options-are-safe", () => {
  let resources: readonly RecordedResource[];

  before(async () => {
    ({ resources } = await recordStack("prod"));
  });

  it("allows single properties to be ignored, and says nothing of other types", () => {
    const mutant = changed(resources, "roomcast-connections-table", (_properties, { options }) => {
      options.ignoreChanges = ["tags"];
      options.deleteBeforeReplace = false;
    });
    assert.deepEqual(judge(mutant), []);
  });
});
