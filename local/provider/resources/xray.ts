import type { ResourcePolicyArgs } from "@pulumi/aws/xray/index.js";
import { defineResource, type Plain } from "../resource-type.ts";

/** The emulator has no X-Ray: the policy exists only in the engine's state. */
export const resourcePolicy = defineResource<Plain<ResourcePolicyArgs>>({
  token: "aws:xray/resourcePolicy:ResourcePolicy",
  inputs: {
    policyDocument: { required: true, json: true },
    policyName: { required: true, replaces: true },
  },
  outputs: ["lastUpdatedTime", "policyRevisionId"],
  identity: ["policyName"],

  async create({ policyName }) {
    return { id: policyName, outputs: {} };
  },

  async read(_id, _aws, { policyDocument, policyName }) {
    return { inputs: { policyDocument, policyName }, outputs: {} };
  },

  async update() {},

  async delete() {},
});
