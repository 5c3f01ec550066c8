import type { Graph } from "../lib/graph.ts";
import { hostName } from "../lib/host-name.ts";
import { isSet, recordsIn } from "../lib/inputs.ts";
import { known, type Observed } from "../lib/observed.ts";
import { stackRule } from "../lib/rule.ts";
import { checkov, ours, securityHub } from "../lib/sources.ts";

const domainType = "aws:apigatewayv2/domainName:DomainName";
const recordType = "aws:route53/record:Record";
const zoneType = "aws:route53/zone:Zone";
const queryLogType = "aws:route53/queryLog:QueryLog";
/** Their host names answer for the API only under the API's own name. */
const apiTypes = ["aws:apigatewayv2/api:Api", "aws:apigatewayv2/stage:Stage"];

export const route53Rules = [
  stackRule({
    name: "domain-alias-is-complete",
    description:
      "A domain name of an API has alias records for IPv4 and IPv6 to its own target, and queries of public zones are logged.",
    level: "mandatory",
    severity: "low",
    sources: [securityHub("Route53.2"), checkov("CKV2_AWS_38"), checkov("CKV2_AWS_39"), ours],
    remedy: "Alias records A and AAAA to the targetDomainName of the DomainName.",
    decidedBy: "links",
    types: [domainType, zoneType],
    checks: [
      function* (domain, { graph }) {
        const records = domain.type === domainType ? recordsOf(domain, graph) : [];
        const astray = records.flatMap((record) => {
          const fault = wrongTarget(record, domain, graph);
          return fault === undefined ? [] : [{ fault, about: record }];
        });
        yield* astray;
        const aliases = records.filter((record) => isSet(record, "aliases"));
        const types = aliases.map((record) => record.props["type"]);
        const missing = ["A", "AAAA"].filter((type) => !types.includes(type));
        if (records.length > 0 && astray.length === 0 && missing.length > 0) {
          yield `has no alias record of type ${missing.join(" or ")}`;
        }
      },
      function* (zone, { graph }) {
        if (zone.type === zoneType && isPublic(zone) && !isLogged(zone, graph)) {
          yield {
            fault: "has no query log",
            remedy: "Add an aws.route53.QueryLog.",
            advisory: true,
          };
        }
      },
    ],
  }),
];

/** Records of the domain's name, be it said or computed; none if its DNS is elsewhere. */
function recordsOf(domain: Observed, graph: Graph): Observed[] {
  const name = hostName(known(() => domain.props["domainName"]));
  return graph
    .ofType(recordType)
    .filter(
      (record) =>
        isLinked(record, "name", domain, graph) ||
        isLinked(record, "aliases", domain, graph) ||
        (name !== "" && hostName(known(() => record.props["name"])) === name),
    );
}

/**
 * Where a record leads instead of to the domain's target; undefined for one that leads there, or to
 * something else that may stand in front of it, such as a distribution of CloudFront.
 *
 * @throws Undecided when links say both, and the name is not known yet.
 */
function wrongTarget(record: Observed, domain: Observed, graph: Graph): string | undefined {
  const targets = (type: string) =>
    ["aliases", "records"].flatMap(
      (property) => known(() => graph.targets(record, property, type)) ?? [],
    );
  const own = hostName(known(() => recordsIn(configurationOf(domain))[0]?.["targetDomainName"]));
  const isOfApi = apiTypes.some((type) => targets(type).length > 0);
  if (targets(domainType).includes(domain)) {
    // Links do not tell an alias's name from its zone, which is the domain's own either way.
    const names = isOfApi ? aliasNamesOf(record) : (known(() => aliasNamesOf(record)) ?? []);
    if (names.every((name) => name === own || (own === "" && !isHostOfApi(name)))) {
      return undefined;
    }
  }
  const hosts = gatewayHostsIn(record).filter((host) => host !== own);
  if (isOfApi || hosts.some(isHostOfApi)) {
    return toApi;
  }
  // Before the domain name exists, nobody can tell its target.
  const isOther = own !== "" && hosts.length > 0;
  return isOther || targets(domainType).some((other) => other !== domain) ? toOther : undefined;
}

const toApi = "leads to the API itself, which does not answer for the domain name";
const toOther = "leads to another domain name's target";

function configurationOf({ props }: Observed): unknown {
  return props["domainNameConfiguration"];
}

/** Literal targets in API Gateway. */
function gatewayHostsIn(record: Observed): string[] {
  return (known(() => aliasNamesOf(record)) ?? []).filter((host) => gatewayHost.test(host));
}

/** @throws Undecided while one of them is not known. */
function aliasNamesOf({ props }: Observed): string[] {
  return recordsIn(props["aliases"]).map((alias) => hostName(alias["name"]));
}

/** That of a domain name begins with `d-`, that of an API with its id. */
function isHostOfApi(host: string): boolean {
  return gatewayHost.test(host) && !host.startsWith("d-");
}

const gatewayHost = /\.execute-api\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/;

function isPublic({ props }: Observed): boolean {
  return recordsIn(props["vpcs"]).length === 0;
}

function isLogged(zone: Observed, graph: Graph): boolean {
  return graph.ofType(queryLogType).some((log) => isLinked(log, "zoneId", zone, graph));
}

/** An unknown value that was computed from something else names something else. */
function isLinked(resource: Observed, property: string, target: Observed, graph: Graph): boolean {
  return known(() => graph.targets(resource, property, target.type))?.includes(target) ?? false;
}
