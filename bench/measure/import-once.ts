import { pathToFileURL } from "node:url";

/** Prints how many milliseconds the import of a bundle takes, in a process that has imported nothing. */
const [, , file = ""] = process.argv;
const startedAt = performance.now();
await import(pathToFileURL(file).href);
console.log(performance.now() - startedAt);
process.exit();
