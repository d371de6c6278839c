import { randomUUID } from "node:crypto";
import type { DashboardArgs, QueryDefinitionArgs } from "@pulumi/aws/cloudwatch/index.js";
import type { Aws } from "../aws.ts";
import { defineResource, type Plain } from "../resource-type.ts";

export const dashboard = defineResource<Plain<DashboardArgs>>({
  token: "aws:cloudwatch/dashboard:Dashboard",
  inputs: {
    dashboardBody: { required: true, json: true },
    dashboardName: { required: true, replaces: true },
  },
  outputs: ["dashboardArn"],
  identity: ["dashboardName"],

  async create(inputs, aws) {
    await putDashboard(inputs, aws);
    const dashboardArn = `arn:aws:cloudwatch::${aws.accountId}:dashboard/${inputs.dashboardName}`;
    return { id: inputs.dashboardName, outputs: { dashboardArn } };
  },

  async read(id, aws) {
    const live = await (await aws.cloudwatch()).getDashboard({ DashboardName: id });
    return {
      inputs: { dashboardBody: live.DashboardBody, dashboardName: id },
      outputs: { dashboardArn: live.DashboardArn },
    };
  },

  async update(_id, inputs, aws) {
    await putDashboard(inputs, aws);
  },

  async delete(id, aws) {
    await (await aws.cloudwatch()).deleteDashboards({ DashboardNames: [id] });
  },
});

async function putDashboard({ dashboardName, dashboardBody }: Plain<DashboardArgs>, aws: Aws): Promise<void> {
  await (await aws.cloudwatch()).putDashboard({ DashboardName: dashboardName, DashboardBody: dashboardBody });
}

/** The emulator has no saved queries: they exist only in the engine's state. */
export const queryDefinition = defineResource<Plain<QueryDefinitionArgs>>({
  token: "aws:cloudwatch/queryDefinition:QueryDefinition",
  inputs: {
    logGroupNames: {},
    name: { autoName: { maxLength: 255 } },
    queryString: { required: true },
  },
  outputs: ["arn", "queryDefinitionId"],

  async create(_inputs, aws) {
    const queryDefinitionId = randomUUID();
    const arn = `arn:aws:logs:${aws.region}:${aws.accountId}:query-definition:${queryDefinitionId}`;
    return { id: queryDefinitionId, outputs: { arn, queryDefinitionId } };
  },

  async read(_id, _aws, { logGroupNames, name, queryString, arn, queryDefinitionId }) {
    return { inputs: { logGroupNames, name, queryString }, outputs: { arn, queryDefinitionId } };
  },

  async update() {},

  async delete() {},
});
