import assert from "node:assert/strict";
import { defaultProvider } from "../../handlers/lib/environment-credentials.ts";

const names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

describe("the credentials of a function", () => {
  const before = names.map((name) => [name, process.env[name]] as const);
  beforeEach(() => {
    for (const name of names) {
      process.env[name] = `${name} 1`;
    }
  });
  after(() => {
    for (const [name, value] of before) {
      delete process.env[name];
      Object.assign(process.env, value === undefined ? {} : { [name]: value });
    }
  });

  it("are read from the environment for each signature", async () => {
    const credentials = defaultProvider();
    for (const n of [1, 2]) {
      for (const name of names) {
        process.env[name] = `${name} ${n}`;
      }
      assert.deepEqual(await credentials(), {
        accessKeyId: `AWS_ACCESS_KEY_ID ${n}`,
        secretAccessKey: `AWS_SECRET_ACCESS_KEY ${n}`,
        sessionToken: `AWS_SESSION_TOKEN ${n}`,
      });
    }
  });

  it("need no session token", async () => {
    delete process.env["AWS_SESSION_TOKEN"];
    assert.deepEqual(await defaultProvider()(), {
      accessKeyId: "AWS_ACCESS_KEY_ID 1",
      secretAccessKey: "AWS_SECRET_ACCESS_KEY 1",
    });
  });

  for (const name of names.slice(0, 2)) {
    it(`are refused without ${name}, which is named`, async () => {
      delete process.env[name];
      await assert.rejects(defaultProvider()(), {
        message: `The environment variable ${name} is missing: it is set by Lambda.`,
      });
    });
  }
});
