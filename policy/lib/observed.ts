import {
  type PolicyProviderResource,
  type PolicyResource,
  type PolicyResourceOptions,
  UnknownValueError,
} from "@pulumi/policy";

/** A resource as rules see it. Reading a property that is not known yet throws {@link Undecided}. */
export interface Observed {
  urn: string;
  /** Pulumi's type token, for instance `aws:sqs/queue:Queue`. */
  type: string;
  /** The logical name. */
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: any program may be checked, so properties have no type
  props: Record<string, any>;
  opts: PolicyResourceOptions;
  /** Default providers, too, where the engine passes them on. */
  provider: Pick<PolicyProviderResource, "type" | "name" | "urn" | "props"> | undefined;
}

/** A property that a rule needs is known only after the deployment. */
export class Undecided extends Error {
  override readonly name = "Undecided";
  readonly urn: string;
  readonly resource: string;
  /** For instance `redrivePolicy` or `environment.variables`. */
  readonly property: string;

  constructor(resource: Pick<Observed, "urn" | "type" | "name">, property: string) {
    super(`${property} of ${labelOf(resource)} is not known yet`);
    this.urn = resource.urn;
    this.resource = labelOf(resource);
    this.property = property;
  }
}

type Source = Pick<PolicyResource, "urn" | "type" | "name" | "props" | "opts"> & {
  provider?: PolicyProviderResource;
};

export function observe({ urn, type, name, props, opts, provider }: Source): Observed {
  const resource = { urn, type, name };
  return {
    ...resource,
    opts,
    props: watch(props, resource),
    provider: provider && { ...provider, props: watch(provider.props, provider) },
  };
}

/** For messages: the last part of the type, and the logical name. */
export function labelOf({ type, name }: Pick<Observed, "type" | "name">): string {
  return `${type.split(":").at(-1)} "${name}"`;
}

/** What `read` returns, or undefined while that is not known. */
export function known<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Undecided) {
      return undefined;
    }
    throw error;
  }
}

/**
 * The policy SDK throws for a value that is not known, but not whose it is: a rule reads the
 * properties of several resources.
 */
function watch<Target extends object>(
  target: Target,
  resource: Pick<Observed, "urn" | "type" | "name">,
): Target {
  return new Proxy(target, {
    get(object, key) {
      let value: unknown;
      try {
        value = Reflect.get(object, key);
      } catch (error) {
        if (error instanceof UnknownValueError) {
          throw new Undecided(resource, pathOf(error));
        }
        throw error;
      }
      return typeof value === "object" && value !== null ? watch(value, resource) : value;
    },
  });
}

function pathOf(error: UnknownValueError): string {
  // Internal to the policy SDK, whose version is pinned.
  return (error as unknown as { props: string[] }).props.join(".");
}
