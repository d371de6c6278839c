import * as lambda from "@pulumi/aws/lambda/index.js";
import { specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc.js";
import type { RegisteredResource } from "../../support/mocks.ts";
import {
  changing,
  expects,
  isOneOf,
  isSet,
  ofType,
  type Rule,
  refersTo,
  resource,
  unless,
  valueAt,
  without,
  wrongAt,
} from "./rule.ts";

const FUNCTION = "aws:lambda/function:Function";
const PERMISSION = "aws:lambda/permission:Permission";
const EVENT_SOURCE_MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const EVENT_INVOKE_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const SECRET_VERSION = "aws:secretsmanager/secretVersion:SecretVersion";

/**
 * The Node.js runtimes that get security patches: nodejs22.x until April 2027, nodejs24.x until April 2028.
 * Source: Lambda's developer guide, "Lambda runtimes". Other languages aren't used.
 */
const SUPPORTED_RUNTIMES = ["nodejs22.x", "nodejs24.x"];

/** The services that call functions without waiting for the answer, as serverless-rules has them. */
const ASYNCHRONOUS_CALLERS = ["events", "iot", "s3", "sns"].map((service) => `${service}.amazonaws.com`);

/** AWS's access keys, secret access keys and private keys, as checkov knows them; keys of Stripe; secrets of Pulumi. */
const SECRETS = [
  /(AKIA|ASIA)[A-Z0-9]{16}/,
  /(?<![A-Za-z0-9/+=])[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b(sk|rk)_(live|test)_\w+/,
  new RegExp(specialSecretSig),
];

/** Rules on Lambda. */
export const LAMBDA_RULES: Rule[] = [
  {
    id: "AwsSolutions-L1",
    title: "The function uses the latest version of its runtime",
    source: "cdk-nag, LambdaLatestVersion",
    appliesTo: [FUNCTION],
    finds: ({ inputs }) => unless(inputs.runtime === latestOf(String(inputs.runtime)), `runs on ${inputs.runtime}`),
    broken: { "on an old runtime": { runtime: "nodejs20.x" } },
    example: [resource(FUNCTION, "function", { runtime: "nodejs24.x" })],
  },
  {
    id: "WS1000",
    title: "Lambda: tracing",
    source: "serverless-rules, lambda/tracing",
    appliesTo: [FUNCTION],
    finds: expects("tracingConfig.mode", isOneOf("Active")),
    broken: { "that only passes traces on": { tracingConfig: { mode: "PassThrough" } } },
  },
  {
    id: "ES1001",
    title: "Lambda: an event source mapping has a failure destination",
    source: "serverless-rules, lambda/eventsourcemapping_failure_destination",
    appliesTo: [EVENT_SOURCE_MAPPING],
    finds: expects("destinationConfig.onFailure.destinationArn", isSet),
    broken: { "without a destination": { destinationConfig: undefined } },
  },
  {
    id: "WS1004",
    title: "Lambda: the function's log group has a retention",
    source: "serverless-rules, lambda/log_retention",
    appliesTo: [FUNCTION],
    finds: ({ inputs }, program) =>
      unless(
        ofType(program, LOG_GROUP).some(
          (group) => refersTo(valueAt(inputs, "loggingConfig.logGroup"), group) && isSet(group.inputs.retentionInDays),
        ),
        "has no log group with a retention",
      ),
    broken: {
      "without a log group": without(LOG_GROUP),
      "that logs elsewhere": { loggingConfig: { logGroup: "/aws/lambda/other" } },
      "whose lines are kept for ever": changing(LOG_GROUP, { retentionInDays: undefined }),
    },
  },
  {
    id: "ES1005",
    title: "Lambda: the memory size is set",
    source: "serverless-rules, lambda/default_memory_size",
    appliesTo: [FUNCTION],
    finds: expects("memorySize", isSet),
    broken: { "with Lambda's own size": { memorySize: undefined } },
  },
  {
    id: "ES1006",
    title: "Lambda: the time-out is set",
    source: "serverless-rules, lambda/default_timeout",
    appliesTo: [FUNCTION],
    finds: expects("timeout", isSet),
    broken: { "with Lambda's own time-out": { timeout: undefined } },
  },
  {
    id: "ES1007",
    title: "Lambda: a function that is invoked asynchronously has a failure destination",
    source: "serverless-rules, lambda/async_failure_destination",
    appliesTo: [PERMISSION],
    finds: ({ inputs }, program) => {
      const hasDestination = ofType(program, EVENT_INVOKE_CONFIG).some(
        (config) =>
          config.inputs.functionName === inputs.function &&
          isSet(valueAt(config.inputs, "destinationConfig.onFailure.destination")),
      );
      const isAsynchronous = ASYNCHRONOUS_CALLERS.includes(String(inputs.principal));
      return unless(hasDestination || !isAsynchronous, `${inputs.principal} invokes without a failure destination`);
    },
    broken: {
      "for events without a destination": changing(PERMISSION, {
        principal: "events.amazonaws.com",
        function: "other",
      }),
    },
    example: [
      resource(PERMISSION, "permission", { principal: "events.amazonaws.com", function: "function" }),
      resource(EVENT_INVOKE_CONFIG, "config", {
        functionName: "function",
        destinationConfig: { onFailure: { destination: "arn:aws:sqs:::failed" } },
      }),
    ],
  },
  {
    id: "CKV_AWS_45",
    title: "No secrets in a function's environment",
    source: "checkov, LambdaEnvironmentCredentials; here also the program's own secrets",
    appliesTo: [FUNCTION],
    finds: ({ inputs }, program) => {
      const secrets = [...SECRETS, ...secretsOf(program)];
      return Object.entries((valueAt(inputs, "environment.variables") ?? {}) as Record<string, unknown>)
        .filter(([, value]) => secrets.some((secret) => JSON.stringify(value ?? "").search(secret) >= 0))
        .map(([name]) => `${name} holds a secret`);
    },
    broken: {
      "with AWS's example of an access key": { environment: { variables: { KEY: "AKIAIOSFODNN7EXAMPLE" } } },
      "with a key of Stripe": { environment: { variables: { KEY: "sk_test_4eC39HqLyjWDarjtT1zdp7dc" } } },
      "with a secret of Pulumi's configuration": {
        environment: { variables: { SECRET: { [specialSigKey]: specialSecretSig, value: "short" } } },
      },
      "with the secret that signs": (program) =>
        changing(FUNCTION, { environment: { variables: { SECRET: "a-secret-of-the-program" } } })([
          ...program,
          resource(SECRET_VERSION, "secret", { secretString: '{"current":"a-secret-of-the-program"}' }),
        ]),
    },
  },
  {
    id: "CKV_AWS_50",
    title: "X-Ray tracing is enabled for the function",
    source: "checkov, LambdaXrayEnabled",
    appliesTo: [FUNCTION],
    finds: expects("tracingConfig.mode", isOneOf("Active", "PassThrough")),
    broken: { "without tracing": { tracingConfig: undefined } },
  },
  {
    id: "CKV_AWS_115",
    title: "The function has a limit of concurrent executions of its own",
    source: "checkov, LambdaFunctionLevelConcurrentExecutionLimit",
    appliesTo: [FUNCTION],
    finds: expects("reservedConcurrentExecutions", (value) => isSet(value) && value !== -1),
    broken: {
      "without a limit": { reservedConcurrentExecutions: undefined },
      "with -1, which is no limit": { reservedConcurrentExecutions: -1 },
    },
    example: [resource(FUNCTION, "function", { reservedConcurrentExecutions: 10 })],
  },
  {
    id: "CKV_AWS_116",
    title: "The function has a dead-letter queue",
    source: "checkov, LambdaDLQConfigured",
    appliesTo: [FUNCTION],
    finds: expects("deadLetterConfig.targetArn", isSet),
    broken: { "without a queue": { deadLetterConfig: undefined } },
    example: [resource(FUNCTION, "function", { deadLetterConfig: { targetArn: "arn:aws:sqs:::failed" } })],
  },
  {
    id: "CKV_AWS_173",
    title: "The function's environment is encrypted with a KMS key",
    source: "checkov, LambdaEnvironmentEncryptionSettings",
    appliesTo: [FUNCTION],
    finds: ({ inputs }) => (isSet(inputs.environment) ? wrongAt(inputs, "kmsKeyArn", isSet) : []),
    broken: { "without a key": { kmsKeyArn: undefined, environment: { variables: { NAME: "value" } } } },
    example: [resource(FUNCTION, "function", { environment: {}, kmsKeyArn: "arn:aws:kms:::key" })],
  },
  {
    id: "CKV_AWS_301",
    title: "The function is not publicly accessible",
    source: "checkov, LambdaFunctionIsNotPublic",
    appliesTo: [PERMISSION],
    finds: expects("principal", (value) => value !== "*"),
    broken: { "for everybody": { principal: "*" } },
  },
  {
    id: "CKV_AWS_363",
    title: "The function's runtime is not deprecated",
    source: "checkov, DeprecatedLambdaRuntime; here by what is supported",
    appliesTo: [FUNCTION],
    finds: expects("runtime", isOneOf(...SUPPORTED_RUNTIMES)),
    broken: { "on a runtime without patches": { runtime: "nodejs16.x" } },
  },
  {
    id: "CKV_AWS_364",
    title: "What a service may do with a function is limited to a source",
    source: "checkov, LambdaServicePermission",
    appliesTo: [PERMISSION],
    finds: ({ inputs }) => {
      const isOfService = /\.amazonaws\.com$/.test(String(inputs.principal));
      return unless(
        !isOfService || isSet(inputs.sourceArn ?? inputs.sourceAccount),
        `${inputs.principal} may invoke for anybody`,
      );
    },
    broken: { "for a service as such": { sourceArn: undefined, sourceAccount: undefined } },
  },
];

/** The newest version of the runtime's language that the provider knows. */
function latestOf(runtime: string): string | undefined {
  const family = /^[a-z]+/.exec(runtime)?.[0] ?? runtime;
  return Object.values(lambda.Runtime)
    .filter((known) => known.startsWith(family))
    .sort((one, other) => one.localeCompare(other, "en", { numeric: true }))
    .at(-1);
}

/** The program's own secrets, in words of 16 characters and more: their values may be JSON. */
function secretsOf(program: RegisteredResource[]): string[] {
  return ofType(program, SECRET_VERSION).flatMap(
    ({ inputs }) => JSON.stringify(inputs.secretString).match(/[\w-]{16,}/g) ?? [],
  );
}
