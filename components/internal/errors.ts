/** An argument that a component cannot work with. Thrown before it registers any of its children. */
export class ArgumentError extends Error {
  override readonly name = "ArgumentError";
  readonly code = "INVALID_ARGUMENT";

  /**
   * @param component The component's class and instance, for instance `FifoQueue "chat"`.
   * @param argument The argument's name.
   * @param fault What is wrong, beginning with a verb.
   * @param remedy What to do, as a sentence.
   */
  constructor(component: string, argument: string, fault: string, remedy: string) {
    super(`INVALID_ARGUMENT: ${component}: "${argument}" ${fault}. ${remedy}`);
  }
}

/** Settings of the stack that the program cannot work with. Thrown before the first resource. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly code = "INVALID_CONFIGURATION";

  /** @param faults One line each: the key, the fault, the remedy. */
  constructor(faults: readonly string[]) {
    super(`INVALID_CONFIGURATION:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`);
  }
}
