import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { matchesGlob } from "../../policy/lib/glob.ts";
import { expectedResources } from "../program/expected-resources.ts";
import { repository } from "../support/laptop.ts";
import { type RoleDocument, readRoleDocument, resourceRights } from "../support/role-documents.ts";

/** By kind of role, its documents, as docs/operations.md lists them. */
const roles = {
  preview: ["read", "state-read"],
  deploy: ["read", "deploy", "state-write"],
};
/** Of the inline policies of a role together, in characters but white space (IAM quotas). */
const maximumCharacters = 10_240;

describe("docs/roles", () => {
  let documents: Map<string, RoleDocument>;

  before(async () => {
    const files = await readdir(join(repository, "docs/roles"));
    const read = files.map(async (file) => [file, await readRoleDocument(file)] as const);
    documents = new Map(await Promise.all(read));
  });

  const statements = (...names: string[]) =>
    names.flatMap(
      (name) => documents.get(`${name}.json`)?.Statement ?? assert.fail(`There is no ${name}.`),
    );

  it("are these, and allow single actions", () => {
    assert.deepEqual([...documents.keys()].sort(), [
      "deploy.json",
      "read.json",
      "state-read.json",
      "state-write.json",
      "trust.json",
    ]);
    for (const [file, { Version, Statement }] of documents) {
      assert.equal(Version, "2012-10-17", file);
      for (const { Effect, Action } of Statement) {
        assert.equal(Effect, "Allow", file);
        for (const action of [Action].flat()) {
          assert.match(action, /^(?:[a-z0-9-]+:[A-Z]\w+|apigateway:\*)$/, file);
        }
      }
    }
  });

  it("trust one environment, by its exact name", () => {
    const [trust, ...more] = statements("trust");
    assert.deepEqual(more, []);
    const { "token.actions.githubusercontent.com:sub": subject = "", ...others } =
      trust?.Condition?.["StringEquals"] ?? {};
    assert.match(String(subject), /^repo:[\w.-]+\/[\w.-]+:environment:ENVIRONMENT$/);
    assert.deepEqual(others, { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" });
    assert.deepEqual(Object.keys(trust?.Condition ?? {}), ["StringEquals"]);
  });

  it("let previews read, and no more", () => {
    const actions = statements(...roles.preview).flatMap(({ Action }) => Action);
    assert.deepEqual(
      actions.filter((action) => !/^[a-z0-9-]+:(?:GET$|Get|List|Describe)/.test(action)),
      [],
    );
  });

  it("open one stack's state, and never what all stacks share", () => {
    for (const name of ["state-read", "state-write"]) {
      for (const { Action, Resource } of statements(name)) {
        const objects = [Resource].flat().filter((arn) => arn?.includes("/"));
        const shared = objects.filter((arn) => !/\/roomcast\/STACK(?:\.\*|\/\*)$/.test(arn ?? ""));
        const allowed = Action === "s3:GetObject" || name === "state-read" ? 1 : 0;
        assert.ok(shared.length <= allowed, String(shared));
        assert.ok(shared.every((arn) => arn?.endsWith("/.pulumi/meta.yaml")));
      }
    }
  });

  it("fit into a role", () => {
    for (const names of Object.values(roles)) {
      const texts = names.map((name) => JSON.stringify(documents.get(`${name}.json`)));
      const characters = texts.join("").replace(/\s/g, "").length;
      assert.ok(characters <= maximumCharacters, `${names}: ${characters}`);
    }
  });

  it("give each type of resource its rights", () => {
    const types = Object.values(expectedResources)
      .flat()
      .map(([type]) => type)
      .filter((type) => type.startsWith("aws:"));
    const [read, deploy] = [statements("read"), statements("read", "deploy")];
    const rights = resourceRights(read);
    assert.deepEqual(Object.keys(rights).sort(), [...new Set(types)].sort());
    for (const [type, { arn, reads, writes }] of Object.entries(rights)) {
      for (const action of reads) {
        assert.ok(isAllowed(read, action, arn), `${type}: ${action} on ${arn}`);
      }
      for (const action of writes) {
        assert.ok(isAllowed(deploy, action, arn), `${type}: ${action} on ${arn}`);
        assert.ok(!isAllowed(read, action, arn), `${type}: ${action} is no reading`);
      }
    }
  });

  it("become a role by the commands of docs/operations.md", async () => {
    const page = await readFile(join(repository, "docs/operations.md"), "utf8");
    const [, commands] = /```\n(STACK=dev ENVIRONMENT[\s\S]*?)```/.exec(page) ?? [];
    const folder = await mkdtemp(join(tmpdir(), "roomcast-roles-"));
    try {
      await cp(join(repository, "docs/roles"), join(folder, "docs/roles"), { recursive: true });
      const aws = `#!/usr/bin/env bash
printf '%s\\n' "$*" >>calls
if [[ "$*" == 'sts get-caller-identity '* ]]; then printf '999988887777\\n'; fi
`;
      await writeFile(join(folder, "aws"), aws);
      await chmod(join(folder, "aws"), 0o755);
      const { status, stderr } = spawnSync("bash", ["--norc", "-euc", commands ?? "exit 1"], {
        cwd: folder,
        encoding: "utf8",
        env: { PATH: [folder, process.env["PATH"]].join(delimiter) },
      });
      assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
      const role = "--role-name ci-preview-roomcast-dev";
      assert.deepEqual((await readFile(join(folder, "calls"), "utf8")).trim().split("\n"), [
        "sts get-caller-identity --query Account --output text",
        `iam create-role ${role} --assume-role-policy-document file://.local/roles/trust.json`,
        ...roles.preview.map(
          (name) =>
            `iam put-role-policy ${role} --policy-name ${name} --policy-document file://.local/roles/${name}.json`,
        ),
      ]);
      const made = await Promise.all(
        [...documents.keys()].map((file) => readFile(join(folder, ".local/roles", file), "utf8")),
      );
      assert.doesNotMatch(made.join(""), /111122223333|ENVIRONMENT|STACK/);
      assert.match(made.join(""), /:environment:preview-dev"/);
      assert.match(made.join(""), /\/\.pulumi\/stacks\/roomcast\/dev\.\*"/);
      assert.match(made.join(""), /arn:aws:iam::999988887777:role\/roomcast-\*/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** Whether a statement has the action and the resource; conditions are not judged. */
function isAllowed(statements: RoleDocument["Statement"], action: string, arn: string): boolean {
  return statements.some(
    ({ Action, Resource = [] }) =>
      [Action].flat().some((pattern) => matchesGlob(pattern, action)) &&
      [Resource].flat().some((pattern) => matchesGlob(pattern, arn)),
  );
}
