/** Reads a variable that the program always sets. @throws Error naming the variable when it is missing or empty. */
export function requiredEnvironment(name: string): string {
  return required(name, "the Pulumi program");
}

/** Reads a variable that Lambda always sets. @throws Error naming the variable when it is missing or empty. */
export function lambdaEnvironment(name: string): string {
  return required(name, "Lambda");
}

/** Reads a variable that holds a whole number. @throws Error naming the variable when it does not. */
export function requiredNumber(name: string): number {
  const text = requiredEnvironment(name);
  if (!/^\d+$/.test(text)) {
    throw new Error(`The environment variable ${name} must be a whole number.`);
  }
  return Number(text);
}

function required(name: string, setter: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`The environment variable ${name} is missing: it is set by ${setter}.`);
  }
  return value;
}
