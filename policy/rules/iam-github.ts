import { type Condition, type Statement, statementsOf } from "../lib/iam-document.ts";
import { resourceRule } from "../lib/rule.ts";
import { awsDocumentation, checkov } from "../lib/sources.ts";

const issuer = "token.actions.githubusercontent.com";
const audience = "sts.amazonaws.com";

interface GithubSettings {
  pullRequests: boolean;
}

export const githubRoleNamesItsRepository = resourceRule<GithubSettings>({
  name: "github-role-names-its-repository",
  description:
    "A role for GitHub Actions is for named repositories, each with an environment or a branch, and for AWS's audience.",
  level: "mandatory",
  severity: "critical",
  sources: [
    checkov("CKV_AWS_393"),
    checkov("CKV_AWS_358"),
    awsDocumentation('IAM User Guide, "Create a role for OpenID Connect federation"'),
  ],
  remedy:
    "Ask by StringEquals for aud sts.amazonaws.com and for sub repo:<owner>/<repository>:environment:<name>.",
  decidedBy: "inputs",
  types: ["aws:iam/role:Role"],
  settings: {
    pullRequests: {
      type: "boolean",
      description:
        "Whether any pull request of a named repository may assume a role: fit for one that can only read.",
      default: false,
    },
  },
  checks: [
    function* ({ props }) {
      for (const statement of githubStatementsOf(props["assumeRolePolicy"])) {
        if (!isBound(statement, "aud", (value) => value === audience)) {
          yield "assumeRolePolicy does not ask for AWS's audience";
        }
      }
    },
    function* ({ props }, { settings }) {
      const subject = subjectPattern(settings.pullRequests ? `${named}|pull_request` : named);
      for (const statement of githubStatementsOf(props["assumeRolePolicy"])) {
        if (!isBound(statement, "sub", (value) => subject.test(value))) {
          yield "assumeRolePolicy does not name a repository and its environment or branch";
        }
      }
    },
  ],
});

/**
 * GitHub Docs, "OpenID Connect reference": the claim of a job with an environment, or else of its
 * branch or tag. A customised claim may go on after that.
 */
const named = "environment:[^:*?]+|ref:refs/(heads|tags)/[^:*?]+";

function subjectPattern(context: string): RegExp {
  return new RegExp(`^repo:[^:/*?]+/[^:/*?]+:(${context})(:[^*?]*)?$`);
}

function githubStatementsOf(document: unknown): Statement[] {
  return statementsOf(document).filter(
    (statement) =>
      statement.allows &&
      statement.principals.some(({ kind, id }) => kind === "Federated" && id.includes(issuer)),
  );
}

/** Operators for all values also hold where there is none. */
function isBound(
  { conditions }: Statement,
  claim: "aud" | "sub",
  isExact: (value: string) => boolean,
): boolean {
  return conditions.some(
    ({ operator, key, values }: Condition) =>
      // An enterprise's own issuer goes on after the host.
      key.startsWith(issuer) &&
      key.endsWith(`:${claim}`) &&
      /^(foranyvalue:)?string(equals|like)$/.test(operator) &&
      values.length > 0 &&
      values.every(isExact),
  );
}
