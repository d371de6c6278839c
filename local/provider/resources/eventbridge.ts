import type { EventRuleArgs, EventTargetArgs } from "@pulumi/aws/cloudwatch/index.js";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys, type Tags, tagList, tagMap } from "../tags.ts";

export const eventRule = defineResource<Plain<EventRuleArgs>>({
  token: "aws:cloudwatch/eventRule:EventRule",
  inputs: {
    description: {},
    name: { replaces: true, autoName: { maxLength: 64 } },
    scheduleExpression: {},
    state: { default: "ENABLED" },
    tags: {},
  },
  outputs: ["arn"],
  identity: ["name"],

  async create(inputs, aws) {
    const { RuleArn: arn } = await (await aws.events()).putRule({
      ...rule(inputs),
      Tags: tagList(inputs.tags as Tags),
    });
    return { id: inputs.name as string, outputs: { arn } };
  },

  async read(id, aws) {
    const events = await aws.events();
    const live = await events.describeRule({ Name: id });
    const { Tags } = await events.listTagsForResource({ ResourceARN: live.Arn });
    return {
      inputs: {
        description: live.Description,
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
    const { RuleArn: ResourceARN } = await events.putRule(rule(inputs));
    if (changed("tags")) {
      await events.untagResource({ ResourceARN, TagKeys: removedKeys(state.tags as Tags, inputs.tags as Tags) });
      await events.tagResource({ ResourceARN, Tags: tagList(inputs.tags as Tags) });
    }
    return {};
  },

  async delete(id, aws) {
    await (await aws.events()).deleteRule({ Name: id });
  },
});

function rule({ name, description, scheduleExpression, state }: Plain<EventRuleArgs>) {
  return {
    Name: name,
    Description: description,
    ScheduleExpression: scheduleExpression,
    State: state as "ENABLED" | "DISABLED" | undefined,
  };
}

export const eventTarget = defineResource<Plain<EventTargetArgs>>({
  token: "aws:cloudwatch/eventTarget:EventTarget",
  inputs: {
    arn: { required: true },
    rule: { required: true, replaces: true },
    targetId: { replaces: true, autoName: { maxLength: 64 } },
  },
  outputs: [],
  identity: ["rule", "targetId"],

  async create(inputs, aws) {
    await put(inputs, aws);
    return { id: `${inputs.rule}-${inputs.targetId}`, outputs: {} };
  },

  async read(_id, aws, { rule: Rule, targetId }) {
    const { Targets = [] } = await (await aws.events()).listTargetsByRule({ Rule: Rule as string });
    const live = Targets.find(({ Id }) => Id === targetId);
    return live && { inputs: { arn: live.Arn }, outputs: {} };
  },

  async update(_id, inputs, aws) {
    await put(inputs, aws);
    return {};
  },

  async delete(_id, aws, { rule: Rule, targetId }) {
    await (await aws.events()).removeTargets({ Rule: Rule as string, Ids: [targetId as string] });
  },
});

async function put({ arn, rule: Rule, targetId }: Plain<EventTargetArgs>, aws: Parameters<typeof eventRule.create>[1]) {
  const Targets = [{ Id: targetId, Arn: arn }];
  const { FailedEntries = [] } = await (await aws.events()).putTargets({ Rule: Rule as string, Targets });
  if (FailedEntries.length > 0) throw new Error(FailedEntries[0]?.ErrorMessage ?? "The target was refused.");
}
