import type { RecordedResource } from "../../local/recording/resource.ts";

interface StatementJson {
  Action: string[];
  Resource: string[];
}

/** A program with one permission less. */
export interface Mutant {
  /** For instance `roomcast-connect-execution-policy 3: dynamodb:Query` or `… 3: resource 1`. */
  name: string;
  /** Who must be denied, and which actions it may be. */
  role: string;
  actions: string[];
  resources: RecordedResource[];
}

const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

/** Each action and each resource of each statement of each role, taken away by itself. */
export function mutantsOf(resources: readonly RecordedResource[]): Mutant[] {
  return resources
    .filter(({ type }) => type === ROLE_POLICY)
    .flatMap((policy) => mutantsOfPolicy(policy, resources));
}

/** The program without one permission, by the mutant's name. @throws Error when there is none of it */
export function without(resources: readonly RecordedResource[], name: string): RecordedResource[] {
  const mutant = mutantsOf(resources).find((one) => one.name === name);
  if (mutant === undefined) throw new Error(`There is no permission ${name}.`);
  return mutant.resources;
}

function mutantsOfPolicy(
  policy: RecordedResource,
  resources: readonly RecordedResource[],
): Mutant[] {
  const { Version, Statement } = JSON.parse(policy.inputs["policy"]) as {
    Version: string;
    Statement: StatementJson[];
  };
  const changing = (index: number, changed: StatementJson): RecordedResource[] => {
    const isEmpty = changed.Action.length === 0 || changed.Resource.length === 0;
    const statements = Statement.toSpliced(index, 1, ...(isEmpty ? [] : [changed]));
    const document = JSON.stringify({ Version, Statement: statements });
    return replaceInputs(resources, policy, { policy: document });
  };
  const role: string = policy.inputs["role"];
  return Statement.flatMap((statement, index) => [
    ...statement.Action.map((action) => ({
      name: `${policy.name} ${index + 1}: ${action}`,
      role,
      actions: [action],
      resources: changing(index, {
        ...statement,
        Action: statement.Action.filter((other) => other !== action),
      }),
    })),
    // Where there is one of each, taking the action away has taken the resource away.
    ...(isSingle(statement) ? [] : statement.Resource).map((resource, position) => ({
      name: `${policy.name} ${index + 1}: resource ${position + 1}`,
      role,
      actions: statement.Action,
      resources: changing(index, {
        ...statement,
        Resource: statement.Resource.filter((other) => other !== resource),
      }),
    })),
  ]);
}

function isSingle({ Action, Resource }: StatementJson): boolean {
  return Action.length === 1 && Resource.length === 1;
}

/** The program with other inputs of one resource. */
export function replaceInputs(
  resources: readonly RecordedResource[],
  changed: RecordedResource,
  inputs: Record<string, unknown>,
): RecordedResource[] {
  return resources.map((resource) =>
    resource === changed ? { ...resource, inputs: { ...resource.inputs, ...inputs } } : resource,
  );
}
