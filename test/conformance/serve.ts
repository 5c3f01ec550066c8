import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exportJWK } from "jose";
import { signingKey } from "../handlers/authorization/issuer.ts";
import { Laptop } from "./laptop.ts";

// `node test/conformance/serve.ts FOLDER`: plays both programs until its parent is gone, and leaves
// their outputs and the key that signs tokens in a folder, as if they had been deployed.

const [folder = "."] = process.argv.slice(2);
const key = await signingKey("ES256", "conformance");
const laptop = await Laptop.start({ key });
const { roomcast, fixture } = laptop.outputs;
const files = { roomcast, fixture, key: await exportJWK(key.privateKey) };
for (const [name, value] of Object.entries(files)) {
  await writeFile(join(folder, `${name}.json`), JSON.stringify(value), { mode: 0o600 });
}
process.once("disconnect", () => void laptop.close().then(() => process.exit()));
process.send?.({ dynamoDbEndpoint: laptop.dynamoDbEndpoint });
