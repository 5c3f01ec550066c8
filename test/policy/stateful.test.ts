import assert from "node:assert/strict";
import type { RecordedResource } from "../../local/recording/resource.ts";
import { statefulRules } from "../../policy/rules/stateful.ts";
import { changed, foreign, judge } from "../support/policy.ts";
import { recordStack } from "../support/program.ts";

describe("stateful-resources-are-protected", () => {
  let resources: readonly RecordedResource[];

  before(async () => {
    ({ resources } = await recordStack("prod"));
  });

  const rule = "stateful-resources-are-protected";
  const remedy = "Set protect in the resource's options, and leave its name to Pulumi.";

  it("finds the program's table without protection", () => {
    const mutant = changed(resources, "roomcast-connections-table", (_properties, { options }) => {
      options.protect = false;
    });
    assert.deepEqual(judge(mutant), [
      {
        rule,
        resource: "roomcast-connections-table",
        message: `Table "roomcast-connections-table": protect is not set. ${remedy}`,
      },
    ]);
  });

  it("finds the program's table with a fixed name", () => {
    const mutant = changed(resources, "roomcast-connections-table", (properties) => {
      properties["name"] = "connections";
    });
    assert.deepEqual(judge(mutant), [
      {
        rule,
        resource: "roomcast-connections-table",
        message: `Table "roomcast-connections-table": name is fixed, so that it cannot be replaced without being deleted first. ${remedy}`,
      },
    ]);
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
      judge(others, { [rule]: settings }, statefulRules).map(({ resource }) => resource);
    assert.deepEqual(found(), ["key", "zone"]);
    assert.deepEqual(found({ types: ["aws:s3/bucket:Bucket"] }), ["files"]);
  });
});

describe("stateful-options-are-safe", () => {
  let resources: readonly RecordedResource[];

  before(async () => {
    ({ resources } = await recordStack("prod"));
  });

  const rule = "stateful-options-are-safe";
  const remedy = "Name the properties in ignoreChanges, and leave deleteBeforeReplace out.";

  for (const [resource, label] of [
    ["roomcast-connections-table", "Table"],
    ["roomcast-rooms-queue", "Queue"],
    ["roomcast-domain-name", "DomainName"],
  ] as const) {
    it(`finds the program's ${resource} being deleted before it is replaced`, () => {
      const mutant = changed(resources, resource, (_properties, { options }) => {
        options.deleteBeforeReplace = true;
      });
      assert.deepEqual(judge(mutant), [
        {
          rule,
          resource,
          message: `${label} "${resource}": deleteBeforeReplace is set. ${remedy}`,
        },
      ]);
    });

    it(`finds the program's ${resource} ignoring every change`, () => {
      const mutant = changed(resources, resource, (_properties, { options }) => {
        options.ignoreChanges = ["tags", "*"];
      });
      assert.deepEqual(judge(mutant), [
        {
          rule,
          resource,
          message: `${label} "${resource}": ignoreChanges covers everything. ${remedy}`,
        },
      ]);
    });
  }

  it("allows single properties to be ignored, and says nothing of other types", () => {
    const mutant = changed(resources, "roomcast-connections-table", (_properties, { options }) => {
      options.ignoreChanges = ["tags"];
      options.deleteBeforeReplace = false;
    });
    assert.deepEqual(judge(mutant), []);
  });
});

describe("resource-types-are-allowed", () => {
  it("tells of a type that the project does not use, as an advisory policy", async () => {
    const { resources } = await recordStack("dev");
    const instance = { ...foreign("aws:ec2/instance:Instance", "box"), provider: "" };
    const said = judge([...resources, instance], {}).filter(({ resource }) => resource === "box");
    assert.deepEqual(
      said.filter(({ rule }) => rule === "resource-types-are-allowed"),
      [
        {
          rule: "resource-types-are-allowed",
          resource: "box",
          message:
            'Instance "box": its type is not among those that the project uses. Add the type to the rule\'s setting types if the project is meant to use it.',
        },
      ],
    );
  });
});
