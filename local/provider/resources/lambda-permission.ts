import type { PermissionArgs } from "@pulumi/aws/lambda/index.js";
import { defineResource, type Plain } from "../resource-type.ts";

/** The emulator stores permissions but doesn't enforce them: see docs/fidelity.md. */
export const permission = defineResource<Plain<PermissionArgs>>({
  token: "aws:lambda/permission:Permission",
  inputs: {
    action: { required: true },
    function: { required: true },
    principal: { required: true },
    qualifier: {},
    sourceAccount: {},
    sourceArn: {},
    statementId: { autoName: { maxLength: 100 } },
  },
  outputs: [],
  identity: ["function", "statementId"],

  async create(inputs, aws) {
    const { statementId = "" } = inputs;
    await (await aws.lambda()).addPermission({
      FunctionName: inputs.function,
      Qualifier: inputs.qualifier,
      StatementId: statementId,
      Action: inputs.action,
      Principal: inputs.principal,
      SourceArn: inputs.sourceArn,
      SourceAccount: inputs.sourceAccount,
    });
    return { id: statementId, outputs: {} };
  },

  async read(id, aws, { function: FunctionName, qualifier: Qualifier }) {
    const { Policy = "{}" } = await (await aws.lambda()).getPolicy({ FunctionName, Qualifier });
    const { Statement = [] } = JSON.parse(Policy) as { Statement?: { Sid: string; Action: string }[] };
    const live = Statement.find(({ Sid }) => Sid === id);
    return live && { inputs: { action: live.Action, statementId: id }, outputs: {} };
  },

  async delete(id, aws, { function: FunctionName, qualifier: Qualifier }) {
    await (await aws.lambda()).removePermission({ FunctionName, Qualifier, StatementId: id });
  },
});
