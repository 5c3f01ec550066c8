import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { settings } from "../../components/internal/settings.ts";
import { closings, errors } from "../../handlers/protocol/index.ts";
import { currentPoliciesPage } from "../../scripts/lib/policy/document.ts";
import { repository } from "../support/laptop.ts";

/** The documents repeat what the code defines; here they are held to it. */
describe("the documents", () => {
  it("README lists every setting with its default", async () => {
    const rows = Object.entries(settings).map(([key, setting]) => {
      const byDefault = setting.required ? "required" : (setting.default ?? "");
      return `| \`${key}\` | ${setting.description} | ${byDefault} |`;
    });
    assert.deepEqual(await tableRows("README.md", "| key | what it is | default |"), rows);
  });

  it("protocol.md lists every error", async () => {
    const rows = Object.values(errors).map(
      ({ code, message, remedy }) => `| ${code} | ${message} | ${remedy} |`,
    );
    assert.deepEqual(await tableRows("docs/protocol.md", "| code | meaning | what to do |"), rows);
  });

  it("protocol.md lists every closing", async () => {
    const rows = Object.values(closings).map(
      ({ code, reason, retry, remedy }) =>
        `| ${code} | \`${reason}\` | ${retry ? "yes" : "no"} | ${remedy} |`,
    );
    const header = "| code | reason | retry | what to do |";
    assert.deepEqual(await tableRows("docs/protocol.md", header), rows);
  });

  it("dependencies.md lists every package with its exact version", async () => {
    const manifest = JSON.parse(await readFile(join(repository, "package.json"), "utf8"));
    const expected = [
      ...Object.entries(manifest.dependencies),
      ...Object.entries(manifest.optionalDependencies),
      ...Object.entries(manifest.devDependencies),
    ].map(([name, version]) => `| \`${name}\` | ${version}`);
    const rows = await tableRows("docs/dependencies.md", "| package | version | why |");
    const listed = rows.map((row) => row.split(" | ").slice(0, 2).join(" | "));
    assert.deepEqual(listed.sort(), expected.sort());
    for (const version of expected) {
      assert.match(version, / \d+\.\d+\.\d+$/);
    }
  });

  it("policies.md is what the pack says of itself", async () => {
    const page = await readFile(join(repository, "docs/policies.md"), "utf8");
    assert.equal(page, await currentPoliciesPage(page), "run `npm run docs`");
  });

  it("the decisions' index lists every page", async () => {
    const pages = (await readdir(join(repository, "docs/adr"))).filter((name) => /^\d/.test(name));
    const index = await readFile(join(repository, "docs/adr/README.md"), "utf8");
    assert.deepEqual(
      [...index.matchAll(/\]\((\d[^)]+)\)/g)].map(([, page]) => page),
      pages.sort(),
    );
  });
});

/** The rows of the table under this header. */
async function tableRows(file: string, header: string): Promise<string[]> {
  const lines = (await readFile(join(repository, file), "utf8")).split("\n");
  const start = lines.indexOf(header);
  assert.notEqual(start, -1, `${file} has no table ${header}`);
  const rest = lines.slice(start + 2);
  return rest.slice(
    0,
    rest.findIndex((line) => !line.startsWith("|")),
  );
}
