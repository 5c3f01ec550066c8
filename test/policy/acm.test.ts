import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { acmRules } from "../../policy/rules/acm.ts";
import { changed, foreign, judge, unknownValue, without } from "../support/policy.ts";
import { recordStack } from "../support/program.ts";

const rule = "certificate-renews-itself";
const remedy = "Set validationMethod to DNS, and create a record for each domainValidationOptions.";
const lacking = `lacks a record for one of its domainValidationOptions. ${remedy}`;

const certificate = (inputs: object = {}, computed: object = {}) =>
  foreign(
    "aws:acm/certificate:Certificate",
    "acme",
    { domainName: "rooms.acme.io", validationMethod: "DNS", ...inputs },
    {},
    { arn: "arn:aws:acm:eu-west-1:111122223333:certificate/1", ...computed },
  );
const record = (of: RecordedResource, name = "validation", inputs: object = {}) =>
  foreign(
    "aws:route53/record:Record",
    name,
    { type: "CNAME", name: unknownValue, records: [unknownValue], allowOverwrite: true, ...inputs },
    { name: [of], records: [of] },
  );
const said = (resources: RecordedResource[], settings = {}) =>
  judge(resources, { [rule]: settings }, acmRules).map(({ message }) => message);
const saidOf = (inputs: object, settings = {}) => {
  const own = certificate(inputs);
  return said([own, record(own)], settings);
};

describe(rule, () => {
  const resource = "roomcast-domain-certificate";
  const mutations: [
    name: string,
    change: (properties: Properties, resource: RecordedResource) => void,
    fault: string,
  ][] = [
    [
      "is validated by mail",
      (properties) => Object.assign(properties, { validationMethod: "EMAIL" }),
      `validationMethod is not DNS, so nothing renews it. ${remedy}`,
    ],
    [
      "is deleted before it is replaced",
      (_properties, { options }) => Object.assign(options, { deleteBeforeReplace: true }),
      "is deleted before its replacement exists. Leave deleteBeforeReplace out: a certificate in use cannot be deleted.",
    ],
    [
      "is for every name",
      (properties) => Object.assign(properties, { domainName: "*.example.com" }),
      "has a wildcard name. Name each host.",
    ],
    [
      "has a weak key",
      (properties) => Object.assign(properties, { keyAlgorithm: "RSA_1024" }),
      "keyAlgorithm is weaker than RSA with 2048 bits. Leave keyAlgorithm out, or set RSA_2048 or EC_prime256v1.",
    ],
  ];
  for (const [name, change, fault] of mutations) {
    it(`finds that the program's certificate ${name}, also in a first preview`, async () => {
      for (const preview of [false, true]) {
        const { resources } = await recordStack("prod", { preview });
        assert.deepEqual(judge(changed(resources, resource, change), {}, acmRules), [
          { rule, resource, message: `Certificate "${resource}": ${fault}` },
        ]);
      }
    });
  }

  it("finds that the program's record does not make way, also in a first preview", async () => {
    for (const preview of [false, true]) {
      const { resources } = await recordStack("prod", { preview });
      const mutant = changed(resources, "roomcast-domain-validation", (properties) => {
        delete properties["allowOverwrite"];
      });
      assert.deepEqual(judge(mutant, {}, acmRules), [
        {
          rule,
          resource: "roomcast-domain-validation",
          message:
            'Record "roomcast-domain-validation": allowOverwrite is not true. Set it: another certificate for the name asks for the same record.',
        },
      ]);
    }
  });

  it("finds the program's certificate without its record", async () => {
    const { resources } = await recordStack("prod");
    const mutant = without(resources, ({ name }) => name === "roomcast-domain-validation");
    assert.deepEqual(judge(mutant, {}, acmRules), [
      { rule, resource, message: `Certificate "${resource}": ${lacking}` },
    ]);
  });

  it("leaves open in a first preview whether records will follow", async () => {
    const { resources } = await recordStack("prod", { preview: true });
    const mutant = without(resources, ({ name }) => name === "roomcast-domain-validation");
    const answered = changed(mutant, resource, (properties) => {
      properties["domainValidationOptions"] = unknownValue;
    });
    assert.deepEqual(judge(answered, {}, acmRules), [
      {
        rule,
        resource: "",
        message: `Not decided before the deployment, since not known yet: "domainValidationOptions" of Certificate "${resource}".`,
        advisory: true,
      },
    ]);
  });

  it("finds nothing in the program", async () => {
    for (const preview of [false, true]) {
      const { resources } = await recordStack("prod", { preview });
      assert.deepEqual(judge(resources, {}, acmRules), []);
    }
  });
});

describe(`${rule}, of other programs`, () => {
  it("asks for a record for each name, one for a name and its wildcard", () => {
    const subjectAlternativeNames = ["rooms.acme.io", "*.rooms.acme.io", "chat.acme.io"];
    const own = certificate({ subjectAlternativeNames });
    const settings = { wildcards: true };
    assert.deepEqual(said([own, record(own)], settings), [`Certificate "acme": ${lacking}`]);
    assert.deepEqual(said([own, record(own), record(own, "chat")], settings), []);
  });

  it("counts what AWS asks for", () => {
    const option = (label: string) => ({ domainName: "x", resourceRecordName: label });
    const domainValidationOptions = [option("_1.acme.io."), option("_1.acme.io.")];
    const subjectAlternativeNames = ["chat.acme.io"];
    const own = certificate({ subjectAlternativeNames }, { domainValidationOptions });
    assert.deepEqual(said([own, record(own)]), []);
  });

  it("does not take an alias that is named by the certificate for its record", () => {
    const own = certificate();
    const alias = foreign(
      "aws:route53/record:Record",
      "alias",
      { type: "A", name: "rooms.acme.io" },
      { name: [own] },
    );
    assert.deepEqual(said([own, alias]), [`Certificate "acme": ${lacking}`]);
  });

  it("leaves records to another provider's DNS", () => {
    const own = certificate();
    const elsewhere = foreign("cloudflare:index/dnsRecord:DnsRecord", "r", {}, { content: [own] });
    assert.deepEqual(said([own, elsewhere]), []);
  });

  it("leaves alone certificates that ACM does not validate", () => {
    const { validationMethod: _method, ...imported } = certificate().inputs;
    for (const inputs of [
      { privateKey: unknownValue, certificateBody: "-----BEGIN" },
      { certificateAuthorityArn: "arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1" },
    ]) {
      const foreignCertificate = foreign("aws:acm/certificate:Certificate", "acme", {
        ...imported,
        ...inputs,
      });
      assert.deepEqual(said([foreignCertificate]), []);
    }
  });

  it("accepts wildcards where it is told so, and strong keys in both spellings", () => {
    assert.deepEqual(saidOf({ domainName: "*.acme.io" }, { wildcards: true }), []);
    for (const keyAlgorithm of [
      "RSA_2048",
      "RSA-4096",
      "EC_prime256v1",
      "EC-secp384r1",
      "",
      null,
    ]) {
      assert.deepEqual(saidOf({ keyAlgorithm }), [], String(keyAlgorithm));
    }
  });

  it("survives unknown and wrong values", () => {
    const inputs = { domainName: unknownValue, subjectAlternativeNames: unknownValue };
    assert.deepEqual(saidOf({ ...inputs, keyAlgorithm: unknownValue }), []);
    assert.deepEqual(saidOf({ domainName: 7, subjectAlternativeNames: [null, {}] }), []);
  });
});
