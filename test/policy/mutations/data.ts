import { add, edit, type Mutations, set, setOptions } from "../../support/mutations.ts";

const table = "roomcast-connections-table";
const logs = "roomcast-fan-out-logs";
const key = "messages-key";

const recover = "pointInTimeRecovery is not enabled. Set pointInTimeRecovery.enabled to true.";
const expire = "Enable ttl on an attribute that is no key, in epoch seconds.";
const declare = "Declare each key of the table and of its indexes in attributes, and nothing else.";
const retain = "Set retentionInDays to one of CloudWatch's steps.";
const protect = "Set protect in the resource's options, and leave its name to Pulumi.";
const options = "Name the properties in ignoreChanges, and leave deleteBeforeReplace out.";

const tableMutations: Mutations = {
  "table-is-recoverable": [
    {
      finds: "no recovery",
      by: set(table, { pointInTimeRecovery: undefined }),
      about: table,
      says: recover,
    },
    {
      finds: "recovery that is switched off",
      by: set(table, { pointInTimeRecovery: { enabled: false } }),
      about: table,
      says: recover,
    },
    {
      finds: "a table that can be deleted",
      by: set(table, { deletionProtectionEnabled: undefined }),
      about: table,
      says: "deletionProtectionEnabled is not true. Set deletionProtectionEnabled to true.",
    },
  ],
  "connections-table-expires": [
    {
      finds: "connections that stay for ever",
      by: set(table, { ttl: undefined }),
      about: table,
      says: `ttl is not enabled. ${expire}`,
    },
    {
      finds: "an expiry that is switched off",
      by: edit(table, ({ ttl }) => {
        ttl.enabled = false;
      }),
      about: table,
      says: `ttl is not enabled. ${expire}`,
    },
    {
      finds: "an expiry by a key",
      by: edit(table, ({ ttl }) => {
        ttl.attributeName = "member";
      }),
      about: table,
      says: `ttl is by a key of the table or of an index. ${expire}`,
    },
  ],
  "table-cost-is-bounded": [
    {
      finds: "capacity that nothing scales",
      by: set(table, { billingMode: undefined }),
      about: table,
      says: "has read and write capacity that nothing scales. Set billingMode to PAY_PER_REQUEST, or scale the capacity by aws.appautoscaling.",
    },
  ],
  "table-attributes-match-keys": [
    {
      finds: "a key that is not declared",
      by: edit(table, ({ attributes }) => {
        attributes.pop();
      }),
      about: table,
      says: `attributes lacks a key of the table or of an index. ${declare}`,
    },
    {
      finds: "an attribute that is no key",
      by: edit(table, ({ attributes }) => {
        attributes.push({ name: "expiresAt", type: "N" });
      }),
      about: table,
      says: `attributes has one that is no key of the table or of an index. ${declare}`,
    },
    {
      finds: "a stream without a view",
      by: set(table, { streamViewType: undefined }),
      about: table,
      says: "streamEnabled is true without a streamViewType. Set streamViewType to what the consumer reads.",
    },
    {
      finds: "a stream that is read but is not there",
      by: set(table, { streamEnabled: undefined }),
      about: table,
      says: "streamEnabled is not true, yet an event source mapping reads the stream. Set streamEnabled to true.",
    },
  ],
};

/** Of what is kept: the table, logs, keys, and the options of whatever has a state. */
export const dataMutations: Mutations = {
  ...tableMutations,
  "log-retention-is-set": [
    {
      finds: "no retention",
      by: set(logs, { retentionInDays: undefined }),
      about: logs,
      says: `retentionInDays is not set, so lines are kept for ever. ${retain}`,
    },
    {
      finds: "a retention of no end",
      by: set(logs, { retentionInDays: 0 }),
      about: logs,
      says: `retentionInDays is not set, so lines are kept for ever. ${retain}`,
    },
    {
      finds: "a retention that CloudWatch refuses",
      by: set(logs, { retentionInDays: 366 }),
      about: logs,
      says: `retentionInDays is none of CloudWatch's steps. ${retain}`,
    },
    {
      finds: "a retention that is too short",
      by: set(logs, { retentionInDays: 180 }),
      about: logs,
      says: `retentionInDays is less than 365. ${retain}`,
    },
  ],
  "kms-key-is-rotated": [
    {
      finds: "a key without rotation",
      by: (resources) =>
        setOptions(key, { protect: true })(add("aws:kms/key:Key", key, {})(resources)),
      // The program has no key, and is not known to have one.
      settings: { "resource-types-are-allowed": { types: ["*"] } },
      about: key,
      says: "enableKeyRotation is not true. Set enableKeyRotation to true.",
    },
  ],
  "stateful-resources-are-protected": [
    {
      finds: "a table without protection",
      by: setOptions(table, { protect: false }),
      about: table,
      says: `protect is not set. ${protect}`,
    },
    {
      finds: "a table with a fixed name",
      by: set(table, { name: "connections" }),
      about: table,
      says: `name is fixed, so that it cannot be replaced without being deleted first. ${protect}`,
    },
  ],
  "stateful-options-are-safe": [table, "roomcast-rooms-queue", "roomcast-domain-name"].flatMap(
    (name) => [
      {
        finds: `that ${name} is deleted before it is replaced`,
        by: setOptions(name, { deleteBeforeReplace: true }),
        about: name,
        says: `deleteBeforeReplace is set. ${options}`,
      },
      {
        finds: `that ${name} ignores every change`,
        by: setOptions(name, { ignoreChanges: ["tags", "*"] }),
        about: name,
        says: `ignoreChanges covers everything. ${options}`,
      },
    ],
  ),
};
