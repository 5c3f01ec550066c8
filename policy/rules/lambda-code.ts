import { type Stats, statSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { pathOf } from "../lib/archive.ts";
import { findInFolder, programFolder } from "../lib/folder.ts";
import { functionType } from "../lib/lambda-types.ts";
import { Undecided } from "../lib/observed.ts";
import { type Finding, resourceRule } from "../lib/rule.ts";
import { ours } from "../lib/sources.ts";

export const lambdaCodeRules = [
  resourceRule<{ unwanted: string[] }>({
    name: "function-code-is-a-clean-archive",
    description:
      "A function's code is a folder that exists, without source maps, environment files and the AWS SDK.",
    level: "mandatory",
    severity: "medium",
    sources: [ours],
    remedy: "Give a FileArchive of the folder that the bundle is in.",
    decidedBy: "inputs",
    types: [functionType],
    settings: {
      unwanted: {
        type: "array",
        items: { type: "string", minLength: 1 },
        description:
          "What must not be in the folder: the last parts of a path, * for any characters.",
        default: [
          "*.map",
          ".env",
          ".env.*",
          ".envrc",
          "node_modules/aws-sdk",
          "node_modules/@aws-sdk",
        ],
      },
    },
    checks: [
      function* (subject, { settings }) {
        const code: unknown = subject.props["code"];
        // A container image, or an object in S3: whoever made it knows what is in it.
        if (typeof code !== "object" || code === null) {
          return;
        }
        // Pulumi's own marks; the classes of another copy of the SDK have them, too.
        if ("__pulumiAsset" in code) {
          yield "code is an asset, and no archive";
        } else if ("assets" in code) {
          yield "code is an AssetArchive, of which a remediation would leave the names only";
        } else if ("uri" in code) {
          yield "code is a RemoteArchive, whose content can change without a change here";
        } else if ("path" in code) {
          const path = pathOf(code);
          if (path === undefined) {
            throw new Undecided(subject, "code");
          }
          yield* faultsOfFolder(path, settings.unwanted);
        }
      },
    ],
  }),
];

function* faultsOfFolder(path: string, unwanted: readonly string[]): Generator<Finding> {
  const root = programFolder();
  if (!isAbsolute(path) && root === undefined) {
    // A pack that stands outside of the program cannot know where it is.
    return;
  }
  const folder = resolve(root ?? "", path);
  const stats = statsOf(folder);
  if (stats === undefined) {
    yield { fault: "code does not exist", remedy: "Bundle the function before the preview." };
  } else if (!stats.isDirectory()) {
    yield {
      fault: "code is a file, so that what is in it was not checked",
      advisory: true,
    };
  } else {
    const found = findInFolder(folder, unwanted);
    if (found === undefined) {
      yield { fault: "code is an empty folder", remedy: "Bundle the function before the preview." };
    }
    for (const example of found?.values() ?? []) {
      yield {
        fault: `code has ${example} in it`,
        remedy: "Leave it out of the bundle.",
      };
    }
  }
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
