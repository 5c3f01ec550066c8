import { allowedAccountsOf } from "../lib/accounts.ts";
import { anyOf } from "../lib/each.ts";
import { isSet } from "../lib/inputs.ts";
import { functionType, functionUrlType, permissionType } from "../lib/lambda-types.ts";
import { known, type Observed } from "../lib/observed.ts";
import { resourceRule } from "../lib/rule.ts";
import { checkov } from "../lib/sources.ts";

export const lambdaAccessRules = [
  resourceRule<{ layerAccounts: string[] }>({
    name: "function-is-not-public",
    description:
      "No function can be invoked by everybody, and none runs code of an account that is not known.",
    level: "mandatory",
    severity: "critical",
    sources: [checkov("CKV_AWS_258"), checkov("CKV_AWS_301")],
    remedy: "Set authorizationType to AWS_IAM.",
    decidedBy: "inputs",
    types: [functionUrlType, permissionType, functionType],
    settings: {
      layerAccounts: {
        type: "array",
        items: { type: "string", pattern: "^\\d{12}$" },
        description: "Accounts whose layers functions may have, beside the functions' own.",
        default: [],
      },
    },
    checks: [
      function* ({ type, props }) {
        if (type === functionUrlType && props["authorizationType"] === "NONE") {
          yield "authorizationType lets everybody in";
        }
      },
      function* (subject) {
        const { type, props } = subject;
        const limits = ["sourceArn", "sourceAccount", "principalOrgId"];
        const isLimited = limits.some((limit) => isSet(subject, limit));
        if (type === permissionType && !isLimited && props["principal"] === "*") {
          yield {
            fault: "principal is everybody",
            remedy: "Name a service or an account, or set sourceArn or principalOrgId.",
          };
        }
      },
      function* (lambda, { settings }) {
        const given: unknown = lambda.type === functionType ? lambda.props["layers"] : undefined;
        const layers: unknown[] = Array.isArray(given) ? given : [];
        const isForeign = (index: number) => {
          const account = accountOf(layers[index]);
          if (account === undefined || settings.layerAccounts.includes(account)) {
            return false;
          }
          const own = ownAccountsOf(lambda);
          return own.length > 0 && !own.includes(account);
        };
        // By their numbers, since already the step to a layer that is not known yet would end it.
        if (anyOf(layers.keys(), isForeign)) {
          yield {
            fault: "layers has one of an account that is not known",
            remedy: "Add the account to the rule's setting layerAccounts, or bundle the code.",
          };
        }
      },
    ],
  }),
];

/** What its provider is pinned to is known before its role is. */
function ownAccountsOf({ provider, props }: Observed): string[] {
  const allowed = provider && known(() => allowedAccountsOf(provider));
  return allowed !== undefined && allowed.length > 0
    ? allowed
    : [accountOf(props["role"])].filter((account) => account !== undefined);
}

/** Of `arn:<partition>:<service>:<region>:<account>:…`; undefined for anything else. */
function accountOf(arn: unknown): string | undefined {
  const [prefix, , , , account] = typeof arn === "string" ? arn.split(":") : [];
  return prefix === "arn" && account ? account : undefined;
}
