import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { isTaggable, taggable } from "../../policy/lib/taggable.ts";
import { changed, foreign, judge, messagesBy, remediate, unknownValue } from "../support/policy.ts";
import { recordStack } from "../support/program.ts";

const allowed = { regions: ["eu-west-1"], accounts: ["111122223333"] };

/** Fields of a provider travel as JSON. */
function provider(properties: Properties = {}): RecordedResource {
  const all = {
    region: "eu-west-1",
    allowedAccountIds: '["111122223333"]',
    defaultTags: '{"tags":{"project":"shop","stack":"dev","owner":"till"}}',
    ...properties,
  };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  return foreign("pulumi:providers:aws", "aws", Object.fromEntries(given));
}

/** A queue made by a provider. */
function queueBy(by: RecordedResource, inputs: Properties = {}): RecordedResource {
  return { ...foreign("aws:sqs/queue:Queue", "orders", inputs), provider: `${by.urn}::id` };
}

describe("provider-is-pinned", () => {
  const remedy =
    "Make an aws.Provider with an allowed region and allowedAccountIds, and pass it on.";

  it("finds a resource by the default provider, named or left out", () => {
    const byDefault = { ...provider(), name: "default_7_48_0" };
    const expected = [`Queue "orders": it is made by the default provider. ${remedy}`];
    assert.deepEqual(messagesBy("provider-is-pinned", [queueBy(byDefault)], allowed), expected);
    assert.deepEqual(
      messagesBy("provider-is-pinned", [byDefault, queueBy(byDefault)], allowed),
      expected,
    );
  });

  it("finds a resource with another region of its own", () => {
    assert.deepEqual(
      messagesBy(
        "provider-is-pinned",
        [provider(), queueBy(provider(), { region: "us-east-1" })],
        allowed,
      ),
      [`Queue "orders": region is not among the allowed ones. ${remedy}`],
    );
  });

  for (const [title, properties, fault] of [
    ["no region", { region: undefined }, "region is not set"],
    ["no accounts", { allowedAccountIds: "[]" }, "allowedAccountIds is not set"],
    ["accounts that cannot be read", { allowedAccountIds: "{" }, "allowedAccountIds is not set"],
  ] as const) {
    it(`finds a provider with ${title}`, () => {
      assert.deepEqual(messagesBy("provider-is-pinned", [provider(properties)], allowed), [
        `aws "aws": ${fault}. ${remedy}`,
      ]);
    });
  }

  it("allows any region and account where none are listed", () => {
    const anywhere = { regions: [], accounts: [] };
    const elsewhere = provider({ region: "us-east-1", allowedAccountIds: '["444455556666"]' });
    assert.deepEqual(messagesBy("provider-is-pinned", [elsewhere], anywhere), []);
  });

  it("takes accounts that are numbers, and no JSON", () => {
    for (const allowedAccountIds of ["[111122223333]", [111122223333], ["111122223333"]]) {
      assert.deepEqual(
        messagesBy("provider-is-pinned", [provider({ allowedAccountIds })], allowed),
        [],
      );
    }
    const short = { regions: [], accounts: ["000000000042"] };
    const byNumber = provider({ allowedAccountIds: [42] });
    assert.deepEqual(messagesBy("provider-is-pinned", [byNumber], short), []);
  });

  it("leaves resources of other providers alone", () => {
    assert.deepEqual(
      messagesBy("provider-is-pinned", [foreign("random:index/id:Id", "id")], allowed),
      [],
    );
  });
});

describe("resources-are-tagged", () => {
  const untagged = provider({ defaultTags: undefined });

  it("takes the provider's tags and the resource's own together", () => {
    const partly = provider({ defaultTags: '{"tags":{"project":"shop","stack":"dev"}}' });
    assert.deepEqual(messagesBy("resources-are-tagged", [queueBy(provider())]), [
      // The provider itself is not among the resources.
      ...["project", "stack", "owner"].map(
        (tag) => `Queue "orders": it has no tag ${tag}. Set defaultTags on the provider.`,
      ),
    ]);
    assert.deepEqual(
      messagesBy("resources-are-tagged", [partly, queueBy(partly, { tags: { owner: "till" } })]),
      [],
    );
    assert.deepEqual(messagesBy("resources-are-tagged", [provider(), queueBy(provider())]), []);
  });

  it("finds what is missing in the program", async () => {
    const { resources } = await recordStack("prod");
    const mutant = changed(resources, "roomcast-aws", (properties) => {
      properties["defaultTags"] = '{"tags":{"project":"roomcast","stack":"prod"}}';
    });
    const said = judge(mutant);
    const tagged = mutant.filter(({ type, wire }) => isTaggable({ type, props: wire.inputs }));
    assert.deepEqual(
      said.map(({ rule, resource }) => [rule, resource]).sort(),
      tagged.map(({ name }) => ["resources-are-tagged", name]).sort(),
    );
  });

  it("asks nothing of what cannot have tags", () => {
    assert.deepEqual(
      messagesBy("resources-are-tagged", [foreign("aws:sqs/queuePolicy:QueuePolicy", "p")]),
      [],
    );
  });

  it("knows by their tags what can have some in modules that it does not list", () => {
    const found = (type: string, inputs: Properties) =>
      messagesBy("resources-are-tagged", [foreign(type, "x", inputs)]).length;
    assert.equal(found("aws:rds/instance:Instance", { tags: { project: "shop" } }), 2);
    assert.equal(found("aws:rds/instance:Instance", { tagsAll: {} }), 3);
    assert.equal(found("aws:rds/instance:Instance", {}), 0);
    assert.equal(found("aws:autoscaling/group:Group", { tags: [{ key: "owner" }] }), 0);
    assert.equal(found("aws:appautoscaling/target:Target", {}), 3);
    assert.equal(found("random:index/id:Id", { tags: {} }), 0);
  });

  it("cannot decide while the tags are not known", () => {
    assert.deepEqual(
      messagesBy("resources-are-tagged", [queueBy(untagged, { tags: unknownValue })]),
      ['Not decided before the deployment, since not known yet: "tags" of Queue "orders".'],
    );
  });

  it("adds the tags that it knows, once, and keeps the others", () => {
    const queue = queueBy(untagged, { tags: { cost: "42" } });
    const settings = { "resources-are-tagged": { owner: "till" } };
    const { remediatedBy, args } = remediate(queue, [untagged, queue], settings);
    assert.deepEqual(remediatedBy, ["queue-is-encrypted", "resources-are-tagged"]);
    const tags = { cost: "42", project: "test", stack: "test", owner: "till" };
    assert.deepEqual({ ...args.props["tags"] }, tags);
    const repaired = queueBy(untagged, { tags });
    assert.deepEqual(messagesBy("resources-are-tagged", [untagged, repaired]), []);
    assert.ok(
      !remediate(repaired, [untagged, repaired], settings).remediatedBy.includes(
        "resources-are-tagged",
      ),
    );
  });

  it("does not touch functions, nor tags that are not known or no tags", () => {
    const worker = {
      ...foreign("aws:lambda/function:Function", "worker"),
      provider: `${untagged.urn}::id`,
    };
    const vague = queueBy(untagged, { tags: unknownValue, sqsManagedSseEnabled: true });
    const odd = ["x", ["x"], 7, true].map((tags) => queueBy(untagged, { tags }));
    for (const resource of [worker, vague, ...odd]) {
      assert.ok(
        !remediate(resource, [untagged, resource]).remediatedBy.includes("resources-are-tagged"),
      );
    }
  });
});

describe("the list of what can have tags", () => {
  it("is that of the pinned provider, for its modules", async () => {
    const folder = dirname(createRequire(import.meta.url).resolve("@pulumi/aws/package.json"));
    for (const [module, names] of Object.entries(taggable)) {
      assert.deepEqual(names.split(" "), await taggableIn(join(folder, module)), module);
    }
  });
});

/** The resources of a module whose inputs have `tags`, from the provider's own code. */
async function taggableIn(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".js"));
  const sources = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return sources
    .flatMap((source) =>
      source.includes('resourceInputs["tags"] = args')
        ? (/__pulumiType = '[^']+:(\w+)'/.exec(source)?.[1] ?? [])
        : [],
    )
    .sort();
}
