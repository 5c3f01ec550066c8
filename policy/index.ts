import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules/index.ts";

/** Importing this starts the pack's server, and prints its port: nothing else may print. */
new PolicyPack("roomcast", {
  description: "What a stack of real-time rooms on AWS must be like before it is deployed.",
  displayName: "Roomcast",
  provider: "aws",
  enforcementLevel: "mandatory",
  policies: rules.map(({ policy }) => policy),
});
