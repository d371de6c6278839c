import type { EventSourceMappingConfiguration } from "@aws-sdk/client-lambda";
import type { EventSourceMappingArgs } from "@pulumi/aws/lambda/index.js";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys, type Tags } from "../tags.ts";

type Mapping = Plain<EventSourceMappingArgs>;

export const eventSourceMapping = defineResource<Mapping>({
  token: "aws:lambda/eventSourceMapping:EventSourceMapping",
  inputs: {
    batchSize: {},
    bisectBatchOnFunctionError: {},
    destinationConfig: {},
    enabled: { default: true },
    eventSourceArn: { required: true, replaces: true },
    filterCriteria: {},
    functionName: { required: true },
    functionResponseTypes: {},
    maximumBatchingWindowInSeconds: {},
    maximumRecordAgeInSeconds: {},
    maximumRetryAttempts: {},
    parallelizationFactor: {},
    scalingConfig: {},
    startingPosition: { replaces: true },
    tags: {},
  },
  outputs: ["arn", "functionArn", "state", "uuid"],

  async create(inputs, aws) {
    const live = await (await aws.lambda()).createEventSourceMapping({
      ...settings(inputs),
      EventSourceArn: inputs.eventSourceArn,
      StartingPosition: inputs.startingPosition as "LATEST" | "TRIM_HORIZON" | undefined,
      Tags: inputs.tags as Tags,
    });
    return { id: live.UUID as string, outputs: outputs(live) };
  },

  async read(id, aws) {
    const live = await (await aws.lambda()).getEventSourceMapping({ UUID: id });
    return {
      inputs: {
        batchSize: live.BatchSize,
        enabled: live.State !== "Disabled",
        eventSourceArn: live.EventSourceArn,
        functionName: live.FunctionArn as string,
      },
      outputs: outputs(live),
    };
  },

  async update(id, inputs, aws, { state, changed }) {
    const lambda = await aws.lambda();
    const live = await lambda.updateEventSourceMapping({ ...settings(inputs), UUID: id });
    if (changed("tags")) {
      const Resource = state.arn as string;
      const TagKeys = removedKeys(state.tags as Tags, inputs.tags as Tags);
      if (TagKeys.length > 0) await lambda.untagResource({ Resource, TagKeys });
      await lambda.tagResource({ Resource, Tags: (inputs.tags ?? {}) as Tags });
    }
    return outputs(live);
  },

  async delete(id, aws) {
    await (await aws.lambda()).deleteEventSourceMapping({ UUID: id });
  },
});

/** The settings that can be changed, in Lambda's words. */
function settings(inputs: Mapping) {
  const { destinationConfig, filterCriteria, scalingConfig } = inputs;
  return {
    FunctionName: inputs.functionName,
    Enabled: inputs.enabled ?? true,
    BatchSize: inputs.batchSize,
    BisectBatchOnFunctionError: inputs.bisectBatchOnFunctionError,
    DestinationConfig: destinationConfig?.onFailure && {
      OnFailure: { Destination: destinationConfig.onFailure.destinationArn },
    },
    FilterCriteria: filterCriteria?.filters && {
      Filters: filterCriteria.filters.map(({ pattern: Pattern }) => ({ Pattern })),
    },
    FunctionResponseTypes: inputs.functionResponseTypes as "ReportBatchItemFailures"[] | undefined,
    MaximumBatchingWindowInSeconds: inputs.maximumBatchingWindowInSeconds,
    MaximumRecordAgeInSeconds: inputs.maximumRecordAgeInSeconds,
    MaximumRetryAttempts: inputs.maximumRetryAttempts,
    ParallelizationFactor: inputs.parallelizationFactor,
    ScalingConfig: scalingConfig && { MaximumConcurrency: scalingConfig.maximumConcurrency },
  };
}

function outputs(live: EventSourceMappingConfiguration) {
  const { EventSourceMappingArn: arn, FunctionArn: functionArn, State: state, UUID: uuid } = live;
  return { arn, functionArn, state, uuid };
}
