import type { EventRuleArgs, EventTargetArgs } from "@pulumi/aws/cloudwatch/index.js";
import type { Aws } from "../aws.ts";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys, tagList, tagMap } from "../tags.ts";

type Rule = Plain<EventRuleArgs>;

export const eventRule = defineResource<Rule>({
  token: "aws:cloudwatch/eventRule:EventRule",
  inputs: {
    description: {},
    eventPattern: { json: true },
    name: { replaces: true, autoName: { maxLength: 64 } },
    scheduleExpression: {},
    state: { default: "ENABLED" },
    tags: {},
  },
  outputs: ["arn"],
  identity: ["name"],

  async create(inputs, aws) {
    const { RuleArn: arn } = await (await aws.events()).putRule({ ...settings(inputs), Tags: tagList(inputs.tags) });
    return { id: inputs.name ?? "", outputs: { arn } };
  },

  async read(id, aws) {
    const events = await aws.events();
    const live = await events.describeRule({ Name: id });
    const { Tags } = await events.listTagsForResource({ ResourceARN: live.Arn });
    return {
      inputs: {
        description: live.Description,
        eventPattern: live.EventPattern,
        name: live.Name,
        scheduleExpression: live.ScheduleExpression,
        state: live.State,
        tags: tagMap(Tags),
      },
      outputs: { arn: live.Arn },
    };
  },

  async update(_id, inputs, aws, { state, changed }) {
    const events = await aws.events();
    const { RuleArn: ResourceARN } = await events.putRule(settings(inputs));
    if (changed("tags")) {
      await events.untagResource({ ResourceARN, TagKeys: removedKeys(state.tags, inputs.tags) });
      await events.tagResource({ ResourceARN, Tags: tagList(inputs.tags) });
    }
  },

  async delete(id, aws) {
    await (await aws.events()).deleteRule({ Name: id });
  },
});

function settings({ name, description, eventPattern, scheduleExpression, state }: Rule) {
  return {
    Name: name,
    Description: description,
    EventPattern: eventPattern,
    ScheduleExpression: scheduleExpression,
    State: state as "ENABLED" | "DISABLED" | undefined,
  };
}

type Target = Plain<EventTargetArgs>;

export const eventTarget = defineResource<Target>({
  token: "aws:cloudwatch/eventTarget:EventTarget",
  inputs: {
    arn: { required: true },
    deadLetterConfig: {},
    input: { json: true },
    retryPolicy: { computed: true },
    roleArn: {},
    rule: { required: true, replaces: true },
    targetId: { replaces: true, autoName: { maxLength: 64 } },
  },
  outputs: [],
  identity: ["rule", "targetId"],

  async create(inputs, aws) {
    await putTarget(inputs, aws);
    return { id: `${inputs.rule}-${inputs.targetId}`, outputs: {} };
  },

  async read(_id, aws, { rule: Rule, targetId }) {
    const { Targets = [] } = await (await aws.events()).listTargetsByRule({ Rule });
    const live = Targets.find(({ Id }) => Id === targetId);
    return live && { inputs: { arn: live.Arn ?? "", input: live.Input, roleArn: live.RoleArn }, outputs: {} };
  },

  async update(_id, inputs, aws) {
    await putTarget(inputs, aws);
  },

  async delete(_id, aws, { rule: Rule, targetId = "" }) {
    await (await aws.events()).removeTargets({ Rule, Ids: [targetId] });
  },
});

async function putTarget({ rule: Rule, targetId: Id = "", ...target }: Target, aws: Aws): Promise<void> {
  const { deadLetterConfig, retryPolicy } = target;
  const { FailedEntries: [failed] = [] } = await (await aws.events()).putTargets({
    Rule,
    Targets: [
      {
        Id,
        Arn: target.arn,
        Input: target.input,
        RoleArn: target.roleArn,
        DeadLetterConfig: deadLetterConfig?.arn ? { Arn: deadLetterConfig.arn } : undefined,
        RetryPolicy: retryPolicy && {
          MaximumEventAgeInSeconds: retryPolicy.maximumEventAgeInSeconds,
          MaximumRetryAttempts: retryPolicy.maximumRetryAttempts,
        },
      },
    ],
  });
  // The call itself succeeds even if a target is rejected.
  if (failed) throw new Error(failed.ErrorMessage ?? "EventBridge rejected the target.");
}
