import type { AccountArgs } from "@pulumi/aws/apigateway/index.js";
import type { Aws } from "../aws.ts";
import { defineResource, type Plain } from "../resource-type.ts";

/** API Gateway's settings for the account, which always exist, once per region. Deleting the resource clears the role. */
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
  },

  async delete(_id, aws) {
    await setRole("", aws);
  },
});

async function setRole(value = "", aws: Aws): Promise<void> {
  const patchOperations = [{ op: "replace" as const, path: "/cloudwatchRoleArn", value }];
  await (await aws.apiGateway()).updateAccount({ patchOperations });
}
