import assert from "node:assert/strict";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { repository } from "../support/laptop.ts";
import {
  expression,
  type GithubFile,
  type Job,
  readActions,
  readWorkflows,
  readYaml,
  type Step,
  type Workflow,
} from "../support/workflows.ts";

/** Commits that are known to be these releases. */
const pinned: Record<string, string> = {
  "actions/checkout": "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
  "actions/setup-node": "820762786026740c76f36085b0efc47a31fe5020 # v7.0.0",
  "actions/upload-artifact": "043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1",
  "actions/cache": "55cc8345863c7cc4c66a329aec7e433d2d1c52a9 # v6",
  "aws-actions/configure-aws-credentials": "e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3",
  "pulumi/actions": "8e5e406f4007fca908480587cb9893c07090f58d # v7.0.0",
};
const forkGuard = "github.event.pull_request.head.repo.full_name == github.repository";
const backendGuard = "vars.PULUMI_BACKEND_URL != ''";

describe("the workflows", () => {
  let workflows: Map<string, GithubFile<Workflow>>;
  let texts: { file: string; text: string }[];
  let steps: Step[];

  before(async () => {
    workflows = await readWorkflows();
    const actions = await readActions();
    texts = [...workflows.values(), ...actions];
    steps = [
      ...allJobs().flatMap(({ job }) => job.steps ?? []),
      ...actions.flatMap(({ content }) => content.runs.steps),
    ];
  });

  function allJobs(): { name: string; workflow: string; job: Job }[] {
    return [...workflows].flatMap(([workflow, { content }]) =>
      Object.entries(content.jobs).map(([name, job]) => ({ name, workflow, job })),
    );
  }

  function workflow(name: string): Workflow {
    return workflows.get(name)?.content ?? assert.fail(`There is no ${name}.yml.`);
  }

  function job(workflowName: string, name: string): Job {
    return workflow(workflowName).jobs[name] ?? assert.fail(`${workflowName} has no job ${name}.`);
  }

  it("are these", () => {
    assert.deepEqual([...workflows.keys()].sort(), ["check", "deploy", "nightly", "preview"]);
  });

  it("use actions by a known commit, or by a major tag that operations.md lists", async () => {
    const operations = await readFile(join(repository, "docs/operations.md"), "utf8");
    const uses = texts.flatMap(({ text }) =>
      [...text.matchAll(/^ *(?:- )?uses: (.+)$/gm)].map(([, action]) => action as string),
    );
    assert.ok(uses.length >= 10);
    for (const action of uses.filter((candidate) => !candidate.startsWith("./"))) {
      const [name = "", reference = ""] = action.split("@");
      const isListed = /^v\d+$/.test(reference) && operations.includes(`\`${name}@${reference}\``);
      assert.ok(pinned[name] === reference || isListed, action);
    }
    for (const own of uses.filter((candidate) => candidate.startsWith("./"))) {
      const file = own.endsWith(".yml") ? own : `${own}/action.yml`;
      await access(join(repository, file));
    }
  });

  it("give no permission to all, the least to each job, and end in time", () => {
    for (const { content, file } of workflows.values()) {
      assert.deepEqual(content.permissions, {}, file);
    }
    const granted = allJobs().map(({ workflow: file, name, job: { permissions } }) => [
      `${file} ${name}`,
      permissions,
    ]);
    const withRole = { contents: "read", "id-token": "write" };
    assert.deepEqual(Object.fromEntries(granted), {
      "check check": { contents: "read" },
      "deploy check": { contents: "read" },
      "deploy dev": withRole,
      "deploy prod-preview": withRole,
      "deploy prod": withRole,
      "nightly state": withRole,
      "nightly report": { contents: "read", issues: "write" },
      "preview preview": { ...withRole, "pull-requests": "write" },
    });
    for (const { workflow: file, name, job: called } of allJobs()) {
      const minutes = called["timeout-minutes"];
      assert.ok(called.uses !== undefined || (minutes && minutes <= 60), `${file} ${name}`);
    }
  });

  it("are never started with credentials by somebody else's code", () => {
    const triggers = Object.fromEntries(
      [...workflows].map(([name, { content }]) => [name, Object.keys(content.on)]),
    );
    assert.deepEqual(triggers, {
      check: ["pull_request", "merge_group", "workflow_call"],
      deploy: ["push"],
      nightly: ["schedule", "workflow_dispatch"],
      preview: ["pull_request"],
    });
    assert.deepEqual(workflow("deploy").on["push"], { branches: ["main"] });
    for (const { workflow: file, name, job: started } of allJobs()) {
      if ("pull_request" in workflow(file).on && file !== "check") {
        assert.ok(started.if?.includes(forkGuard), `${file} ${name}`);
        assert.ok(started.if?.includes("user.login != 'dependabot[bot]'"), `${file} ${name}`);
      }
    }
    const check = workflows.get("check")?.text ?? "";
    assert.doesNotMatch(check, /secrets\.|vars\.|id-token|environment:/);
  });

  it("wait until there is a backend", () => {
    const first = [job("deploy", "dev"), job("nightly", "state"), job("preview", "preview")];
    for (const { if: condition = "" } of first) {
      assert.ok(condition.includes(backendGuard), condition);
    }
  });

  it("put nothing that somebody else wrote into a shell", () => {
    for (const { run } of steps) {
      assert.doesNotMatch(run ?? "", /\$\{\{/);
    }
  });

  it("leave no token behind in the checkout", () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    assert.equal(checkouts.length, 7);
    for (const checkout of checkouts) {
      assert.deepEqual(checkout.with, { "persist-credentials": false });
    }
  });

  it("run what CI runs everywhere", () => {
    assert.deepEqual(
      job("check", "check").steps?.flatMap(({ run }) => run ?? []),
      [".ci/run"],
    );
  });

  it("preview and deploy by the npm scripts alone", () => {
    const commands = steps.flatMap(({ run }) => run?.match(/\b(?:npm run|pulumi) [^|\n]*/g) ?? []);
    assert.deepEqual(
      commands.map((command) => command.trim().replace(/ \\$/, "")).sort(),
      [
        "npm run -s preview -- --stack dev --diff --non-interactive",
        "npm run -s preview -- --stack prod --diff --non-interactive",
        "npm run -s preview -- --stack prod --diff --non-interactive",
        'npm run -s preview -- --stack "$STACK" --diff --non-interactive --color=never 2>&1',
        'npm run -s preview -- --stack "$STACK" --refresh --expect-no-changes --non-interactive',
        "npm run -s up -- --stack dev --yes --non-interactive",
        "npm run -s up -- --stack prod --yes --non-interactive",
        "pulumi policy analyze --policy-pack policy",
        'pulumi stack export --stack "$STACK"',
      ].sort(),
    );
    const audit = steps.find(({ run }) => run?.includes("policy analyze"))?.run ?? "";
    assert.ok(audit.includes('--policy-pack-config "policy/config.$STACK.json"'), audit);
  });

  it("preview each stack in an environment of its own, with its own comment", () => {
    const preview = job("preview", "preview");
    assert.deepEqual(preview.strategy, { "fail-fast": false, matrix: { stack: ["dev", "prod"] } });
    assert.equal(preview.environment, `preview-${expression("matrix.stack")}`);
    assert.deepEqual(preview.steps?.at(-1)?.env, {
      GH_TOKEN: expression("github.token"),
      PULL_REQUEST: expression("github.event.pull_request.number"),
      OUTCOME: expression("steps.preview.outcome"),
    });
  });

  it("deploy dev, then show prod to its reviewers, then deploy prod; one at a time", () => {
    const jobs = Object.entries(workflow("deploy").jobs).map(([name, { needs, environment }]) => [
      name,
      needs,
      environment,
    ]);
    assert.deepEqual(jobs, [
      ["check", undefined, undefined],
      ["dev", "check", "dev"],
      ["prod-preview", "dev", "preview-prod"],
      ["prod", "prod-preview", "prod"],
    ]);
    for (const stack of ["dev", "prod"]) {
      const group = { group: `deploy-${stack}`, "cancel-in-progress": false };
      assert.deepEqual(job("deploy", stack).concurrency, group);
    }
  });

  it("deploy no commit that is no longer main's newest", () => {
    const check = {
      run: ".github/scripts/require-head-of-main",
      env: { GH_TOKEN: expression("github.token") },
    };
    for (const stack of ["dev", "prod"]) {
      const [checkout, second] = job("deploy", stack).steps ?? [];
      assert.ok(checkout?.uses?.startsWith("actions/checkout@"), stack);
      assert.deepEqual(second, check, stack);
    }
  });

  it("install the CLI of the SDK's version", async () => {
    const { dependencies } = JSON.parse(await readFile(join(repository, "package.json"), "utf8"));
    const cli = steps.find(({ uses }) => uses?.startsWith("pulumi/actions@"));
    assert.deepEqual(cli?.with, { "pulumi-version": dependencies["@pulumi/pulumi"] });
  });
});

describe("dependabot.yml", () => {
  interface Update {
    "package-ecosystem": string;
    groups: Record<string, object>;
    ignore?: { "dependency-name": string; versions?: string[] }[];
  }

  it("moves together what belongs together, and never to TypeScript 7", async () => {
    const { content } = await readYaml<{ updates: Update[] }>(".github/dependabot.yml");
    const [npm, actions, ...more] = content.updates;
    assert.deepEqual(more, []);
    assert.equal(npm?.["package-ecosystem"], "npm");
    assert.deepEqual(npm.groups, {
      pulumi: { patterns: ["@pulumi/*"] },
      "aws-sdk": { patterns: ["@aws-sdk/*"] },
      powertools: { patterns: ["@aws-lambda-powertools/*"] },
      development: { "dependency-type": "development" },
    });
    assert.deepEqual(
      npm.ignore?.find((entry) => entry["dependency-name"] === "typescript"),
      { "dependency-name": "typescript", versions: [">=7"] },
    );
    assert.equal(actions?.["package-ecosystem"], "github-actions");
  });
});
