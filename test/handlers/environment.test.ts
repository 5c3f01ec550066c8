import assert from "node:assert/strict";
import {
  lambdaEnvironment,
  requiredEnvironment,
  requiredNumber,
} from "../../handlers/lib/environment.ts";

const name = "ROOMCAST_TEST_VARIABLE";

describe("environment", () => {
  afterEach(() => {
    delete process.env[name];
  });

  it("reads a variable", () => {
    process.env[name] = "a value";
    assert.equal(requiredEnvironment(name), "a value");
  });

  it("reads a whole number", () => {
    process.env[name] = "0100";
    assert.equal(requiredNumber(name), 100);
  });

  it("names a variable that is missing or empty", () => {
    const message = `The environment variable ${name} is missing: it is set by the Pulumi program.`;
    assert.throws(() => requiredEnvironment(name), { message });
    process.env[name] = "";
    assert.throws(() => requiredEnvironment(name), { message });
    assert.throws(() => requiredNumber(name), { message });
  });

  it("says who sets a variable of Lambda's that is missing", () => {
    assert.throws(() => lambdaEnvironment(name), {
      message: `The environment variable ${name} is missing: it is set by Lambda.`,
    });
    process.env[name] = "a value";
    assert.equal(lambdaEnvironment(name), "a value");
  });

  for (const value of ["ten", "1.5", "-1", "1e3", " 1", "0x10"]) {
    it(`does not take ${JSON.stringify(value)} for a whole number`, () => {
      process.env[name] = value;
      assert.throws(() => requiredNumber(name), {
        message: `The environment variable ${name} must be a whole number.`,
      });
    });
  }
});
