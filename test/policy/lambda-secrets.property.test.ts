import assert from "node:assert/strict";
import fc from "fast-check";
import type { RecordedResource } from "../../local/recording/resource.ts";
import { lambdaRules } from "../../policy/rules/lambda.ts";
import { changed, judge } from "../support/policy.ts";
import { recordStack } from "../support/program.ts";

const rule = "function-environment-has-no-secrets";
const resource = "roomcast-fan-out-function";

const base64 = fc
  .uint8Array({ minLength: 48, maxLength: 48 })
  // Of bytes that repeat, nobody could tell that they are random.
  .filter((bytes) => new Set(bytes).size > 40)
  .map((bytes) => Buffer.from(bytes).toString("base64url"));
const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const accessKey = fc
  .string({ unit: fc.constantFrom(...digits), minLength: 16, maxLength: 16 })
  .map((text) => `AKIA${text}`);
const password = fc
  .string({ minLength: 8, maxLength: 40, unit: "grapheme-ascii" })
  .filter((text) => /^[A-Za-z0-9!#$%&@]+$/.test(text) && !/^\w{1,5}$/.test(text))
  .map((text) => `Pw-${text}`);
const canary = fc.oneof(
  fc.tuple(fc.constantFrom("DATA", "A", "POWERTOOLS_OPTION"), base64),
  fc.tuple(fc.constantFrom("DATA", "A"), accessKey),
  fc.tuple(fc.constantFrom("TOKEN", "DB_PASSWORD", "clientSecret"), password),
);
const wrapping = fc.constantFrom(
  (_name: string, secret: string) => secret,
  (name: string, secret: string) => JSON.stringify({ config: [{ [name]: secret }] }),
);

describe("secrets in an environment", () => {
  let resources: readonly RecordedResource[];

  before(async () => {
    const recorded = await recordStack("dev");
    resources = recorded.resources.filter(({ name }) => name === resource);
  });

  it("are found, and stand in no message", () => {
    fc.assert(
      fc.property(canary, wrapping, ([name, secret], wrap) => {
        const mutant = changed(resources, resource, (properties) => {
          properties["environment"].variables[name] = wrap(name, secret);
        });
        const said = judge(mutant, {}, lambdaRules);
        const found = said.filter((entry) => entry.rule === rule).map(({ message }) => message);
        assert.equal(found.length, 1);
        assert.match(found[0] ?? "", new RegExp(`environment\\.variables\\.${name} holds `));
        assert.equal(JSON.stringify(said).includes(secret), false);
      }),
    );
  });

  it("stand in no message either when they are in the wrong place", () => {
    const places = ["runtime", "timeout", "role", "handler", "architectures", "description"];
    fc.assert(
      fc.property(base64, fc.constantFrom(...places), (secret, place) => {
        const mutant = changed(resources, resource, (properties) => {
          properties[place] = secret;
        });
        assert.equal(JSON.stringify(judge(mutant, {}, lambdaRules)).includes(secret), false);
      }),
    );
  });
});
