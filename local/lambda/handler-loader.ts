import { statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export type Handler = (event: unknown, context: unknown) => unknown;

/** In the order in which Lambda's Node.js runtime client tries them. */
const EXTENSIONS = ["", ".js", ".mjs", ".cjs"];

const CALLBACK_DEPRECATED =
  "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. " +
  "You need to modify this function to use a supported handler signature to use Node.js 24 or later.";

/**
 * Imports a function's code and finds its handler, with the error types of Lambda's Node.js
 * runtime client, version 4: `Runtime.ImportModuleError`, `Runtime.UserCodeSyntaxError`,
 * `Runtime.HandlerNotFound`, `Runtime.MalformedHandlerName`, `Runtime.CallbackHandlerDeprecated`.
 * An error that the module itself throws while it is imported stays as it is.
 */
export async function loadHandler(taskRoot: string, name: string): Promise<Handler> {
  const [, folder = "", file = "", path = ""] = /^(.*\/)?([^/.]+)\.(.+)$/.exec(name) ?? [];
  if (file === "" || name.includes("..")) {
    throw named("Runtime.MalformedHandlerName", `'${name}' is not a valid handler name.`);
  }
  const module = await importModule(join(taskRoot, folder, file), folder + file);
  const handler = find(path, module) ?? find(path, find("default", module));
  if (handler === undefined) {
    throw named("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  }
  if (typeof handler !== "function") {
    throw named("Runtime.HandlerNotFound", `${name} is not a function`);
  }
  if (handler.length >= 3) throw named("Runtime.CallbackHandlerDeprecated", CALLBACK_DEPRECATED);
  return handler as Handler;
}

async function importModule(path: string, name: string): Promise<unknown> {
  const extension = EXTENSIONS.find((candidate) =>
    statSync(path + candidate, { throwIfNoEntry: false })?.isFile(),
  );
  if (extension === undefined) {
    throw named("Runtime.ImportModuleError", `Error: Cannot find module '${name}'`);
  }
  try {
    return await import(pathToFileURL(path + extension).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw named("Runtime.UserCodeSyntaxError", String(error));
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND") {
      throw named("Runtime.ImportModuleError", String(error));
    }
    throw error;
  }
}

function find(path: string, module: unknown): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, key) =>
        typeof value === "object" && value !== null
          ? (value as Record<string, unknown>)[key]
          : undefined,
      module,
    );
}

function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}
