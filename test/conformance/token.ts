import { readFile } from "node:fs/promises";
import { importJWK, type JWK } from "jose";
import { tokens } from "./laptop.ts";

// A token command for what serve.ts plays: `node test/conformance/token.ts KEY_FILE`.

const { ROOMCAST_USER = "", ROOMCAST_ROOMS = "[]", ROOMCAST_SECONDS = "60" } = process.env;
const jwk: JWK = JSON.parse(await readFile(process.argv[2] ?? "", "utf8"));
const privateKey = await importJWK(jwk, "ES256");
if (privateKey instanceof Uint8Array) throw new Error("not a private key");
const make = tokens({ algorithm: "ES256", kid: "conformance", privateKey, jwk });
console.log(await make(ROOMCAST_USER, JSON.parse(ROOMCAST_ROOMS), Number(ROOMCAST_SECONDS)));
