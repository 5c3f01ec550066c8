import type { Graph } from "../lib/graph.ts";
import { hostName } from "../lib/host-name.ts";
import { isTrue, recordsIn, textsIn } from "../lib/inputs.ts";
import { known, type Observed } from "../lib/observed.ts";
import { stackRule } from "../lib/rule.ts";
import { checkov, ours, securityHub } from "../lib/sources.ts";

const certificateType = "aws:acm/certificate:Certificate";
const recordType = "aws:route53/record:Record";

export const acmRules = [
  stackRule<{ wildcards: boolean }>({
    name: "certificate-renews-itself",
    description:
      "Certificates are validated by DNS records that stay, are replaced without an outage, and have a strong key and a name of their own.",
    level: "mandatory",
    severity: "medium",
    sources: [securityHub("ACM.2"), checkov("CKV_AWS_233"), checkov("CKV2_AWS_71"), ours],
    remedy: "Set validationMethod to DNS, and create a record for each domainValidationOptions.",
    decidedBy: "links",
    types: [certificateType],
    settings: {
      wildcards: {
        type: "boolean",
        description: "Whether a certificate may be for all names of a domain.",
        default: false,
      },
    },
    checks: [
      function* (certificate) {
        if (isPublic(certificate) && certificate.props["validationMethod"] !== "DNS") {
          yield "validationMethod is not DNS, so nothing renews it";
        }
      },
      function* ({ opts }) {
        if (opts.deleteBeforeReplace === true) {
          yield {
            fault: "is deleted before its replacement exists",
            remedy: "Leave deleteBeforeReplace out: a certificate in use cannot be deleted.",
          };
        }
      },
      function* (certificate, { graph }) {
        if (
          isPublic(certificate) &&
          certificate.props["validationMethod"] === "DNS" &&
          !isValidatedElsewhere(certificate, graph) &&
          lacksRecord(certificate, recordsOf(certificate, graph).length)
        ) {
          yield "lacks a record for one of its domainValidationOptions";
        }
      },
      function* (certificate, { graph }) {
        for (const record of recordsOf(certificate, graph)) {
          if (!isTrue(record.props["allowOverwrite"])) {
            yield {
              fault: "allowOverwrite is not true",
              remedy: "Set it: another certificate for the name asks for the same record.",
              about: record,
            };
          }
        }
      },
      function* (certificate, { settings }) {
        if (!settings.wildcards && namesOf(certificate).some((name) => name.startsWith("*."))) {
          yield { fault: "has a wildcard name", remedy: "Name each host." };
        }
      },
      function* (certificate) {
        const algorithm: unknown = known(() => certificate.props["keyAlgorithm"]);
        if (typeof algorithm === "string" && !strongKey.test(algorithm)) {
          yield {
            fault: "keyAlgorithm is weaker than RSA with 2048 bits",
            remedy: "Leave keyAlgorithm out, or set RSA_2048 or EC_prime256v1.",
          };
        }
      },
    ],
  }),
];

/** As a program says it, and as AWS answers; left out it is RSA with 2048 bits. */
const strongKey = /^$|^RSA[_-](2048|3072|4096)$|^EC[_-](prime256v1|secp384r1|secp521r1)$/;

/** Issued by ACM: neither imported nor from a private authority, which have no validation. */
function isPublic({ props }: Observed): boolean {
  return ["privateKey", "privateKeyWo", "certificateBody", "certificateAuthorityArn"].every(
    (property) => known(() => !props[property]) ?? !Object.hasOwn(props, property),
  );
}

/** Those that the program says; AWS answers with the first one among the others, too. */
function namesOf({ props }: Observed): string[] {
  const properties = ["domainName", "subjectAlternativeNames"];
  return properties.flatMap((property) => textsIn(known(() => props[property])));
}

/**
 * A name and its wildcard are validated by one record.
 *
 * @throws Undecided where there are too few, and a program may create one for each of the options
 * as soon as they are known.
 */
function lacksRecord(certificate: Observed, records: number): boolean {
  const names = namesOf(certificate).map((name) => name.toLowerCase().replace(/^\*\./, ""));
  const expected = new Set(names).size || 1;
  if (records >= expected) {
    return false;
  }
  const options = recordsIn(certificate.props["domainValidationOptions"]);
  const labels = options.flatMap((option) => textsIn(option["resourceRecordName"]));
  return records < (new Set(labels).size || expected);
}

/** By their content: an alias may take its name from the certificate, too. */
function recordsOf(certificate: Observed, graph: Graph): Observed[] {
  const wanted = valuesWanted(certificate);
  return graph
    .ofType(recordType)
    .filter(
      (record) =>
        known(() => graph.targets(record, "records", certificateType))?.includes(certificate) ||
        known(() => textsIn(record.props["records"]))?.some((text) => wanted.has(hostName(text))),
    );
}

/** What AWS asks for, which a program may say by literals. */
function valuesWanted({ props }: Observed): Set<string> {
  const options = known(() => recordsIn(props["domainValidationOptions"])) ?? [];
  const values = options.flatMap((option) => textsIn(known(() => option["resourceRecordValue"])));
  return new Set(values.map(hostName));
}

/** By another provider's DNS. */
function isValidatedElsewhere(certificate: Observed, graph: Graph): boolean {
  return graph.all.some(
    (resource) =>
      /record/i.test(resource.type) &&
      resource.type !== recordType &&
      graph.waitsFor(resource, certificate),
  );
}
