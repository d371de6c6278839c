import type { DestinationConfig, EventSourceMappingConfiguration } from "@aws-sdk/client-lambda";
import type { EventSourceMappingArgs, FunctionEventInvokeConfigArgs } from "@pulumi/aws/lambda/index.js";
import { defineResource, type Plain } from "../resource-type.ts";
import { updateTags } from "./lambda.ts";

type Mapping = Plain<EventSourceMappingArgs>;

export const eventSourceMapping = defineResource<Mapping>({
  token: "aws:lambda/eventSourceMapping:EventSourceMapping",
  inputs: {
    batchSize: { computed: true },
    bisectBatchOnFunctionError: {},
    destinationConfig: {},
    enabled: { default: true },
    eventSourceArn: { required: true, replaces: true },
    filterCriteria: {},
    functionName: { required: true },
    functionResponseTypes: {},
    maximumBatchingWindowInSeconds: { default: 0 },
    maximumRecordAgeInSeconds: { computed: true },
    maximumRetryAttempts: { computed: true },
    parallelizationFactor: { computed: true },
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
      Tags: inputs.tags,
    });
    return { id: live.UUID ?? "", outputs: outputs(live) };
  },

  async read(id, aws, { functionName = "" }) {
    const live = await (await aws.lambda()).getEventSourceMapping({ UUID: id });
    const { FunctionArn: functionArn = "" } = live;
    return {
      inputs: {
        batchSize: live.BatchSize,
        bisectBatchOnFunctionError: live.BisectBatchOnFunctionError,
        enabled: !live.State?.startsWith("Disabl"),
        eventSourceArn: live.EventSourceArn,
        filterCriteria: { filters: live.FilterCriteria?.Filters?.map(({ Pattern: pattern }) => ({ pattern })) },
        // The program may give a name or an ARN.
        functionName: functionArn.endsWith(`:${functionName}`) ? functionName : functionArn,
        functionResponseTypes: live.FunctionResponseTypes,
        maximumBatchingWindowInSeconds: live.MaximumBatchingWindowInSeconds,
        maximumRecordAgeInSeconds: live.MaximumRecordAgeInSeconds,
        maximumRetryAttempts: live.MaximumRetryAttempts,
        parallelizationFactor: live.ParallelizationFactor,
        scalingConfig: { maximumConcurrency: live.ScalingConfig?.MaximumConcurrency },
      },
      outputs: outputs(live),
    };
  },

  async update(id, inputs, aws, { state, changed }) {
    const lambda = await aws.lambda();
    const live = await lambda.updateEventSourceMapping({ ...settings(inputs), UUID: id });
    if (changed("tags")) await updateTags(lambda, String(state.arn), state.tags, inputs.tags);
    return outputs(live);
  },

  async delete(id, aws) {
    await (await aws.lambda()).deleteEventSourceMapping({ UUID: id });
  },
});

/** The parameters that CreateEventSourceMapping and UpdateEventSourceMapping share. */
function settings(inputs: Mapping) {
  const { destinationConfig, filterCriteria, scalingConfig } = inputs;
  return {
    FunctionName: inputs.functionName,
    Enabled: inputs.enabled ?? true,
    BatchSize: inputs.batchSize,
    BisectBatchOnFunctionError: inputs.bisectBatchOnFunctionError,
    DestinationConfig: { OnFailure: { Destination: destinationConfig?.onFailure?.destinationArn } },
    FilterCriteria: { Filters: filterCriteria?.filters?.map(({ pattern: Pattern }) => ({ Pattern })) ?? [] },
    FunctionResponseTypes: (inputs.functionResponseTypes ?? []) as "ReportBatchItemFailures"[],
    MaximumBatchingWindowInSeconds: inputs.maximumBatchingWindowInSeconds ?? 0,
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

type InvokeConfig = Plain<FunctionEventInvokeConfigArgs>;

/** Retries and destinations of a function's asynchronous invocations. */
export const functionEventInvokeConfig = defineResource<InvokeConfig>({
  token: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  inputs: {
    destinationConfig: {},
    functionName: { required: true, replaces: true },
    maximumEventAgeInSeconds: { default: 21_600 },
    maximumRetryAttempts: { default: 2 },
  },
  outputs: [],
  identity: ["functionName"],

  async create(inputs, aws) {
    await (await aws.lambda()).putFunctionEventInvokeConfig(invokeSettings(inputs));
    return { id: inputs.functionName, outputs: {} };
  },

  async read(id, aws) {
    const live = await (await aws.lambda()).getFunctionEventInvokeConfig({ FunctionName: id });
    const { OnFailure, OnSuccess } = live.DestinationConfig ?? {};
    const destination = (arn: string | undefined) => (arn ? { destination: arn } : undefined);
    return {
      inputs: {
        destinationConfig: {
          onFailure: destination(OnFailure?.Destination),
          onSuccess: destination(OnSuccess?.Destination),
        },
        functionName: id,
        maximumEventAgeInSeconds: live.MaximumEventAgeInSeconds,
        maximumRetryAttempts: live.MaximumRetryAttempts,
      },
      outputs: {},
    };
  },

  async update(_id, inputs, aws) {
    await (await aws.lambda()).putFunctionEventInvokeConfig(invokeSettings(inputs));
  },

  async delete(id, aws) {
    await (await aws.lambda()).deleteFunctionEventInvokeConfig({ FunctionName: id });
  },
});

function invokeSettings({ destinationConfig, functionName, ...limits }: InvokeConfig) {
  const { onFailure, onSuccess } = destinationConfig ?? {};
  const DestinationConfig: DestinationConfig = {
    OnFailure: { Destination: onFailure?.destination },
    OnSuccess: { Destination: onSuccess?.destination },
  };
  return {
    FunctionName: functionName,
    MaximumEventAgeInSeconds: limits.maximumEventAgeInSeconds ?? 21_600,
    MaximumRetryAttempts: limits.maximumRetryAttempts ?? 2,
    DestinationConfig,
  };
}
