import { each } from "../lib/each.ts";
import { type Statement, statementsOf } from "../lib/iam-document.ts";
import { isLeftOut, isTrue, numberOf } from "../lib/inputs.ts";
import type { Observed } from "../lib/observed.ts";
import { resourceRule } from "../lib/rule.ts";
import { checkov, securityHub } from "../lib/sources.ts";

const keyType = "aws:kms/key:Key";

/** What KMS waits, unless it is told. */
const defaultDeletionWindowDays = 30;

interface KeySettings {
  minimumDeletionWindowDays: number;
}

export const kmsRules = [
  resourceRule<KeySettings>({
    name: "kms-key-is-rotated",
    description:
      "Keys of KMS are rotated where KMS can, wait before they are deleted, and are not for everybody.",
    level: "remediate",
    severity: "high",
    sources: [
      securityHub("KMS.3"),
      securityHub("KMS.4"),
      securityHub("KMS.5"),
      checkov("CKV_AWS_7"),
      checkov("CKV_AWS_33"),
    ],
    remedy: "Set enableKeyRotation to true.",
    decidedBy: "inputs",
    types: [keyType, "aws:kms/keyPolicy:KeyPolicy"],
    settings: {
      minimumDeletionWindowDays: {
        type: "integer",
        minimum: 7,
        maximum: 30,
        description: "Days in which the deletion of a key can be called off.",
        default: 14,
      },
    },
    checks: [
      function* (key) {
        if (key.type === keyType && canRotate(key) && !isTrue(key.props["enableKeyRotation"])) {
          yield "enableKeyRotation is not true";
        }
      },
      function* ({ type, props }, { settings: { minimumDeletionWindowDays } }) {
        const days = numberOf(props["deletionWindowInDays"], defaultDeletionWindowDays);
        if (type === keyType && days < minimumDeletionWindowDays) {
          yield {
            fault: `deletionWindowInDays is less than ${minimumDeletionWindowDays}`,
            remedy: "Raise deletionWindowInDays: what a deleted key encrypted is lost.",
          };
        }
      },
      ({ props }) =>
        each(statementsOf(props["policy"]), function* (statement, number) {
          if (isForEverybody(statement) && statement.conditions.length === 0) {
            yield {
              fault: `policy statement ${number} lets everybody use the key`,
              remedy: "Name a principal, or add a condition such as kms:CallerAccount.",
            };
          }
        }),
    ],
    remediate(key) {
      if (
        key.type !== keyType ||
        !isLeftOut(key.props, "enableKeyRotation") ||
        isTrue(key.props["enableKeyRotation"]) ||
        !canRotate(key)
      ) {
        return false;
      }
      key.props["enableKeyRotation"] = true;
      return true;
    },
  }),
];

/** KMS Developer Guide, "Rotate AWS KMS keys": symmetric encryption keys in KMS's own key store. */
function canRotate({ props }: Pick<Observed, "props">): boolean {
  return (
    (props["customerMasterKeySpec"] ?? "SYMMETRIC_DEFAULT") === "SYMMETRIC_DEFAULT" &&
    (props["keyUsage"] ?? "ENCRYPT_DECRYPT") === "ENCRYPT_DECRYPT" &&
    !props["customKeyStoreId"] &&
    !props["xksKeyId"]
  );
}

/** Who is only not excluded may be anybody. */
function isForEverybody(statement: Statement): boolean {
  return (
    statement.allows &&
    (statement.has("NotPrincipal") || statement.principals.some(({ id }) => id === "*"))
  );
}
