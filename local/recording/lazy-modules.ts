import Module from "node:module";

/**
 * How the Pulumi SDK asks for the modules that turn functions into text: they bring the TypeScript
 * compiler and npm's installer, half of the time that it takes to import the SDK. Programs of plain
 * resources have no such functions, so these modules wait until something of them is used.
 */
const heavyRequests = ["./closure/serializeClosure", "./closure/codePaths"];

type Load = (request: string, ...rest: unknown[]) => object;

/** Calls `importSdk`, which must be synchronous, with the heavy modules of the SDK put off. */
export function withoutHeavyModules<Result>(importSdk: () => Result): Result {
  const undo = putOffHeavyModules();
  try {
    return importSdk();
  } finally {
    undo();
  }
}

/** From now on, until the function that it returns is called. */
export function putOffHeavyModules(): () => void {
  const loader = Module as unknown as { _load: Load };
  const load = loader._load;
  loader._load = function lazily(request, ...rest) {
    return heavyRequests.includes(request)
      ? new Proxy({}, { get: (_target, name) => deferred(() => load(request, ...rest), name) })
      : load.call(this, request, ...rest);
  };
  return () => {
    loader._load = load;
  };
}

/** The SDK copies the modules' functions as it is imported, so it is their call that loads a module. */
function deferred(load: () => object, name: string | symbol) {
  return (...args: unknown[]) =>
    (Reflect.get(load(), name) as (...args: unknown[]) => unknown)(...args);
}
