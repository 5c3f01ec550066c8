import assert from "node:assert/strict";
import { access, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Exemption } from "../../policy/lib/exemption.ts";
import { rules } from "../../policy/rules/index.ts";
import { expectedResources } from "../program/expected-resources.ts";
import { repository } from "../support/laptop.ts";
import { expression, readWorkflows } from "../support/workflows.ts";

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

  it("names the environments of the workflows, all of them", async () => {
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

  it("exempts by rules and resources that there are", async () => {
    const [, json = ""] = /```json\n([\s\S]*?)```/.exec(text) ?? [];
    const exempted = Object.entries(JSON.parse(json) as Record<string, { exempt: Exemption[] }>);
    assert.deepEqual(
      exempted.map(([rule, { exempt }]) => [rule, exempt.map(({ resource }) => resource)]),
      [
        ["table-is-recoverable", ["roomcast-connections-table"]],
        ["stateful-resources-are-protected", ["roomcast-connections-table"]],
      ],
    );
    const names = expectedResources.prod.map(([, name]) => name);
    for (const [name, { exempt }] of exempted) {
      assert.ok(rules.some((rule) => rule.name === name));
      assert.ok(exempt.every(({ resource }) => names.includes(resource)));
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
      "lanesDeadLetterQueueUrl",
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
