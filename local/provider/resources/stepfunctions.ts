import type { CreateStateMachineCommandInput } from "@aws-sdk/client-sfn";
import type { StateMachineArgs } from "@pulumi/aws/sfn/index.js";
import pWaitFor from "p-wait-for";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys, type Tags } from "../tags.ts";

/** The official provider's default. */
const DELETE_TIMEOUT_MS = 300_000;

type StateMachine = Plain<StateMachineArgs>;

export const stateMachine = defineResource<StateMachine>({
  token: "aws:sfn/stateMachine:StateMachine",
  inputs: {
    definition: { required: true, json: true },
    loggingConfiguration: {},
    name: { replaces: true, autoName: { maxLength: 80 } },
    roleArn: { required: true },
    tags: {},
    tracingConfiguration: {},
    type: { replaces: true, default: "STANDARD" },
  },
  outputs: ["arn", "creationDate", "status"],
  identity: ["name"],

  async create(inputs, aws) {
    const { stateMachineArn: arn = "", creationDate } = await (await aws.sfn()).createStateMachine({
      ...configuration(inputs),
      name: inputs.name,
      type: inputs.type as CreateStateMachineCommandInput["type"],
      tags: tagPairs(inputs.tags),
    });
    return { id: arn, outputs: { arn, creationDate: creationDate?.toISOString(), status: "ACTIVE" } };
  },

  async read(id, aws) {
    const sfn = await aws.sfn();
    const [live, { tags = [] }] = await Promise.all([
      sfn.describeStateMachine({ stateMachineArn: id }),
      sfn.listTagsForResource({ resourceArn: id }),
    ]);
    return {
      inputs: {
        definition: live.definition,
        name: live.name,
        roleArn: live.roleArn,
        tags: Object.fromEntries(tags.map(({ key = "", value = "" }) => [key, value])),
        type: live.type,
      },
      outputs: { arn: id, creationDate: live.creationDate?.toISOString(), status: live.status },
    };
  },

  async update(id, inputs, aws, { state, changed }) {
    const sfn = await aws.sfn();
    if (changed("definition", "loggingConfiguration", "roleArn", "tracingConfiguration")) {
      await sfn.updateStateMachine({ ...configuration(inputs), stateMachineArn: id });
    }
    if (changed("tags")) {
      const tagKeys = removedKeys(state.tags, inputs.tags);
      await sfn.untagResource({ resourceArn: id, tagKeys });
      await sfn.tagResource({ resourceArn: id, tags: tagPairs(inputs.tags) });
    }
  },

  /** AWS keeps a state machine until its executions have ended, and the official provider waits for that. */
  async delete(id, aws) {
    const sfn = await aws.sfn();
    const areDone = async () => {
      const { executions = [] } = await sfn.listExecutions({ stateMachineArn: id, statusFilter: "RUNNING" });
      return executions.length === 0;
    };
    const message = `The state machine ${id} can't be deleted while executions are running: stop them.`;
    await pWaitFor(areDone, { timeout: { milliseconds: DELETE_TIMEOUT_MS, message: new Error(message) } });
    await sfn.deleteStateMachine({ stateMachineArn: id });
  },
});

function configuration({ definition, roleArn, loggingConfiguration: logging, tracingConfiguration }: StateMachine) {
  return {
    definition,
    roleArn,
    ...(tracingConfiguration && { tracingConfiguration: { enabled: tracingConfiguration.enabled } }),
    ...(logging && {
      loggingConfiguration: {
        level: logging.level,
        includeExecutionData: logging.includeExecutionData,
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logging.logDestination } }],
      } as CreateStateMachineCommandInput["loggingConfiguration"],
    }),
  };
}

function tagPairs(tags: Tags | undefined) {
  return Object.entries(tags ?? {}).map(([key, value]) => ({ key, value }));
}
