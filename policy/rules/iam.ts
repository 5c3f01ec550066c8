import { githubRoleNamesItsRepository } from "./iam-github.ts";
import { iamPolicyRules } from "./iam-policy.ts";
import { roleServesOnePurpose } from "./iam-role.ts";

export const iamRules = [...iamPolicyRules, roleServesOnePurpose, githubRoleNamesItsRepository];
