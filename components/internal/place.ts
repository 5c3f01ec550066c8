import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** What ARNs and console pages are made of. */
export interface Place {
  partition: pulumi.Output<string>;
  region: pulumi.Output<string>;
  accountId: pulumi.Output<string>;
}

/** From the parent's provider: a hard-coded `arn:aws` breaks in China and GovCloud. */
export function placeOf(parent: pulumi.Resource): Place {
  return {
    partition: aws.getPartitionOutput({}, { parent }).partition,
    region: aws.getRegionOutput({}, { parent }).region,
    accountId: aws.getCallerIdentityOutput({}, { parent }).accountId,
  };
}
