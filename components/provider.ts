import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Configuration } from "./configuration.ts";

/**
 * The one provider of all resources and look-ups. Pulumi's default provider would take any account
 * that the credentials at hand are for; this one refuses what is not on the stack's list. Whatever
 * can have tags gets `project`, `stack` and `owner`.
 *
 * A change of region replaces everything.
 */
export function createProvider({ provider, owner }: Configuration): aws.Provider {
  const { region, allowedAccountIds, profile } = provider;
  const tags = { project: pulumi.getProject(), stack: pulumi.getStack(), owner };
  return new aws.Provider("roomcast-aws", {
    region: region as aws.Region,
    allowedAccountIds,
    defaultTags: { tags },
    ...(profile === undefined ? {} : { profile }),
  });
}
