import type { ComponentResourceOptions } from "@pulumi/pulumi";
import * as pulumi from "@pulumi/pulumi";
import { awsAddresses, type Place } from "../../../local/recording/outputs.ts";
import { type Recording, type RecordOptions, record } from "../../../local/recording/record.ts";
import type { RecordedResource } from "../../../local/recording/resource.ts";

export const place: Place = {
  partition: "aws",
  region: "eu-west-1",
  accountId: "000000000000",
};

/** Records a program that is given as a function. */
export function recordFunction(
  program: () => unknown,
  options: Partial<RecordOptions> = {},
): Promise<Recording> {
  return recordModule(async () => ({ default: program }), options);
}

export function recordModule(
  load: () => Promise<unknown>,
  options: Partial<RecordOptions> = {},
): Promise<Recording> {
  const addresses = awsAddresses(place);
  return record(load, { project: "p", stack: "s", config: {}, place, addresses, ...options });
}

/** @throws Error when there is no resource of the name. */
export function named({ resources }: Recording, name: string): RecordedResource {
  const found = resources.find((resource) => resource.name === name);
  if (found === undefined) {
    throw new Error(`Nothing called ${name} was recorded.`);
  }
  return found;
}

/** A component that puts into itself whatever it is given. */
export class Box extends pulumi.ComponentResource {
  constructor(
    name: string,
    fill: (parent: { parent: Box }) => Record<string, unknown>,
    opts: ComponentResourceOptions = {},
  ) {
    super("test:index:Box", name, {}, opts);
    this.registerOutputs(fill({ parent: this }));
  }
}

/** What no one has caught of a promise while `action` ran. */
export async function strayRejectionsOf(action: () => Promise<unknown>): Promise<unknown[]> {
  const stray: unknown[] = [];
  const keep = (reason: unknown) => stray.push(reason);
  process.on("unhandledRejection", keep);
  try {
    await action();
    // Rejections are reported when the microtasks of a turn are done.
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off("unhandledRejection", keep);
  }
  return stray;
}
