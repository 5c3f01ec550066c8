import assert from "node:assert/strict";
import type { RecordedResource } from "../../local/recording/resource.ts";
import { foreign, messagesBy, unknownValue } from "../support/policy.ts";

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
  messagesBy(rule, resources, settings);
const saidOf = (inputs: object, settings = {}) => {
  const own = certificate(inputs);
  return said([own, record(own)], settings);
};

describe(rule, () => {
  it("asks for a record for each name, one for a name and its wildcard", () => {
    const subjectAlternativeNames = ["rooms.acme.io", "*.rooms.acme.io", "chat.acme.io"];
    const own = certificate({ subjectAlternativeNames });
    const settings = { wildcards: true };
    assert.deepEqual(said([own, record(own)], settings), [`Certificate "acme": ${lacking}`]);
    assert.deepEqual(said([own, record(own), record(own, "chat")], settings), []);
  });

  it("leaves open in a first preview whether records will follow", () => {
    assert.deepEqual(said([certificate({}, { domainValidationOptions: unknownValue })]), [
      'Not decided before the deployment, since not known yet: "domainValidationOptions" of Certificate "acme".',
    ]);
  });

  it("counts what AWS asks for", () => {
    const option = (label: string) => ({ domainName: "x", resourceRecordName: label });
    const domainValidationOptions = [option("_1.acme.io."), option("_1.acme.io.")];
    const subjectAlternativeNames = ["chat.acme.io"];
    const own = certificate({ subjectAlternativeNames }, { domainValidationOptions });
    assert.deepEqual(said([own, record(own)]), []);
  });

  it("knows a record that a program says by literals", () => {
    const option = { resourceRecordName: "_1.acme.io.", resourceRecordValue: "_2.acm.aws." };
    const own = certificate({}, { domainValidationOptions: [option] });
    const literal = (value: string) =>
      foreign("aws:route53/record:Record", "r", {
        ...{ type: "CNAME", name: "_1", records: [value], allowOverwrite: true },
      });
    assert.deepEqual(said([own, literal("_2.ACM.aws")]), []);
    assert.deepEqual(said([own, literal("_3.acm.aws.")]), [`Certificate "acme": ${lacking}`]);
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
