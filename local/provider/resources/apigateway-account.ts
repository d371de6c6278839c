import type { AccountArgs } from "@pulumi/aws/apigateway/index.js";
import type { Aws } from "../aws.ts";
import { defineResource, type Plain } from "../resource-type.ts";

/** The account's settings of API Gateway: there always, once in each region. Without the resource, they name no role. */
export const account = defineResource<Plain<AccountArgs>>({
  token: "aws:apigateway/account:Account",
  inputs: { cloudwatchRoleArn: {} },
  outputs: ["apiKeyVersion", "features"],

  async create({ cloudwatchRoleArn }, aws) {
    await setRole(cloudwatchRoleArn, aws);
    return { id: "api-gateway-account", outputs: {} };
  },

  async read(_id, aws) {
    const { cloudwatchRoleArn } = await (await aws.apiGateway()).getAccount({});
    return { inputs: { cloudwatchRoleArn }, outputs: {} };
  },

  async update(_id, { cloudwatchRoleArn }, aws) {
    await setRole(cloudwatchRoleArn, aws);
    return undefined;
  },

  async delete(_id, aws) {
    await setRole("", aws);
  },
});

async function setRole(value = "", aws: Aws): Promise<void> {
  const patchOperations = [{ op: "replace" as const, path: "/cloudwatchRoleArn", value }];
  await (await aws.apiGateway()).updateAccount({ patchOperations });
}
