import assert from "node:assert/strict";
import { access, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { repository } from "../support/laptop.ts";
import { expression, readWorkflows } from "../support/workflows.ts";

interface Statement {
  Effect: string;
  Action: string | string[];
  Condition?: { StringEquals?: Record<string, string> };
}

describe("docs/operations.md", () => {
  let text: string;

  before(async () => {
    text = await readFile(join(repository, "docs/operations.md"), "utf8");
  });

  it("has the sections that alarms name", () => {
    const sections = [...text.matchAll(/^### (.+)$/gm)].map(([, heading = ""]) => anchor(heading));
    const alarms = [
      "dead-letters",
      "age-of-oldest-message",
      "iterator-age",
      "function-errors",
      "function-throttles",
      "integration-errors",
      "presence-failures",
    ];
    assert.deepEqual(
      sections.filter((section) => alarms.includes(section)),
      alarms,
    );
  });

  for (const file of ["docs/operations.md", "README.md"]) {
    it(`${file} has no dead link`, async () => {
      const links = (await readFile(join(repository, file), "utf8")).matchAll(/\]\(([^)]+)\)/g);
      for (const [, link = ""] of links) {
        if (!link.startsWith("https://")) {
          await assertThere(file, link);
        }
      }
    });
  }

  async function assertThere(from: string, link: string): Promise<void> {
    const [path = "", section] = link.split("#");
    const target = path === "" ? from : join(dirname(from), path);
    await access(join(repository, target));
    if (section !== undefined) {
      const headings = (await readFile(join(repository, target), "utf8")).matchAll(/^#+ (.+)$/gm);
      const anchors = [...headings].map(([, heading = ""]) => anchor(heading));
      assert.ok(anchors.includes(section), `${from} links to ${link}`);
    }
  }

  it("has policies that parse, allow, and never everything", () => {
    const documents = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(
      ([, json = ""]) => JSON.parse(json) as { Version: string; Statement: Statement[] },
    );
    assert.equal(documents.length, 4);
    for (const { Version, Statement } of documents) {
      assert.equal(Version, "2012-10-17");
      for (const { Effect, Action } of Statement) {
        assert.equal(Effect, "Allow");
        assert.ok([Action].flat().every((action) => /^[a-z0-9-]+:(?:[A-Z]\w+|\*)$/.test(action)));
      }
    }
    const [, read] = documents;
    const reads = read?.Statement.flatMap(({ Action }) => Action) ?? [];
    assert.deepEqual(
      reads.filter((action) => !/^[a-z0-9-]+:(?:GET|Get|List|Describe)/.test(action)),
      [],
    );
  });

  it("trusts one environment of the workflows, by its exact name", async () => {
    const [, subject] = /"token\.actions\.githubusercontent\.com:sub": "(.+)"/.exec(text) ?? [];
    assert.equal(subject, "repo:ORG/REPO:environment:preview-dev");
    const environments = [...(await readWorkflows()).values()]
      .flatMap(({ content }) => Object.values(content.jobs))
      .flatMap(({ environment, strategy }) =>
        environment?.includes(expression("matrix.stack")) && strategy !== undefined
          ? (strategy.matrix["stack"] ?? []).map((stack) =>
              environment.replace(expression("matrix.stack"), String(stack)),
            )
          : (environment ?? []),
      );
    assert.deepEqual([...new Set(environments)].sort(), [
      "dev",
      "preview-dev",
      "preview-prod",
      "prod",
    ]);
    for (const environment of environments) {
      assert.ok(text.includes(`\`${environment}\``), environment);
    }
  });

  it("names variables and secrets that the workflows read, all of them", async () => {
    const workflows = [...(await readWorkflows()).values()].map((file) => file.text).join("\n");
    const names = [...workflows.matchAll(/(vars|secrets)\.([A-Z_]+)/g)].map(
      ([, kind, name]) => `${kind === "vars" ? "variable" : "secret"} \`${name}\``,
    );
    assert.deepEqual([...new Set(names)].sort(), [
      "secret `PULUMI_CONFIG_PASSPHRASE`",
      "variable `AWS_REGION`",
      "variable `DEPLOY_ROLE_ARN`",
      "variable `PREVIEW_ROLE_ARN`",
      "variable `PULUMI_BACKEND_URL`",
    ]);
    for (const name of names) {
      assert.ok(text.includes(name), name);
    }
  });

  it("asks for outputs that the program has", async () => {
    const program = await readFile(join(repository, "components/roomcast.ts"), "utf8");
    const outputs = [...text.matchAll(/pulumi stack output (\w+)/g)].map(([, name]) => name);
    assert.deepEqual([...new Set(outputs)].sort(), [
      "alarmTopicArn",
      "dashboardName",
      "deadLetterQueueUrl",
      "managementEndpoint",
      "presenceFailureQueueUrl",
      "url",
    ]);
    for (const name of outputs) {
      assert.match(program, new RegExp(`^ {6}${name}: this\\.${name},$`, "m"));
    }
  });
});

/** As GitHub makes it of a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}
