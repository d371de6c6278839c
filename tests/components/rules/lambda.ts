import * as lambda from "@pulumi/aws/lambda/index.js";
import { specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc.js";
import type { RegisteredResource } from "../../support/mocks.ts";
import {
  expects,
  findingsAt,
  findingUnless,
  isOneOf,
  isSet,
  ofType,
  type Rule,
  refersTo,
  resource,
  valueAt,
  withInputs,
  without,
} from "./rule.ts";

const FUNCTION = "aws:lambda/function:Function";
const PERMISSION = "aws:lambda/permission:Permission";
const EVENT_SOURCE_MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const EVENT_INVOKE_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const SECRET_VERSION = "aws:secretsmanager/secretVersion:SecretVersion";

/**
 * The Node.js runtimes with security patches: nodejs22.x until April 2027, nodejs24.x until April 2028.
 * Source: Lambda's developer guide, "Lambda runtimes".
 */
const SUPPORTED_RUNTIMES = ["nodejs22.x", "nodejs24.x"];

/** The services that invoke functions asynchronously, as listed by serverless-rules. */
const ASYNCHRONOUS_CALLERS = ["events", "iot", "s3", "sns"].map((service) => `${service}.amazonaws.com`);

/** AWS access keys, secret access keys and private keys (checkov's patterns), Stripe's keys, and Pulumi's secrets. */
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
    ids: ["AwsSolutions-L1"],
    title: "The function uses the latest version of its runtime",
    source: "cdk-nag, LambdaLatestVersion",
    appliesTo: [FUNCTION],
    check: ({ inputs }) =>
      findingUnless(inputs.runtime === latestOf(String(inputs.runtime)), `runs on ${inputs.runtime}`),
    mutations: { "on an old runtime": { runtime: "nodejs20.x" } },
    example: [resource(FUNCTION, "function", { runtime: "nodejs24.x" })],
  },
  {
    ids: ["WS1000", "CKV_AWS_50"],
    title: "The function has X-Ray tracing enabled",
    source: "serverless-rules, lambda/tracing; checkov, LambdaXrayEnabled, which also accepts PassThrough",
    appliesTo: [FUNCTION],
    check: expects("tracingConfig.mode", isOneOf("Active")),
    mutations: {
      "without tracing": { tracingConfig: undefined },
      "that only passes traces on": { tracingConfig: { mode: "PassThrough" } },
    },
  },
  {
    ids: ["ES1001"],
    title: "The event source mapping has a failure destination",
    source: "serverless-rules, lambda/eventsourcemapping_failure_destination",
    appliesTo: [EVENT_SOURCE_MAPPING],
    check: expects("destinationConfig.onFailure.destinationArn", isSet),
    mutations: { "without a destination": { destinationConfig: undefined } },
  },
  {
    ids: ["WS1004"],
    title: "The function's log group has a retention",
    source: "serverless-rules, lambda/log_retention",
    appliesTo: [FUNCTION],
    check: ({ inputs }, program) =>
      findingUnless(
        ofType(program, LOG_GROUP).some(
          (group) => refersTo(valueAt(inputs, "loggingConfig.logGroup"), group) && isSet(group.inputs.retentionInDays),
        ),
        "has no log group with a retention",
      ),
    mutations: {
      "without a log group": without(LOG_GROUP),
      "that logs elsewhere": { loggingConfig: { logGroup: "/aws/lambda/other" } },
      "whose log group has no retention": withInputs(LOG_GROUP, { retentionInDays: undefined }),
    },
  },
  {
    ids: ["ES1005"],
    title: "The function's memory size is set",
    source: "serverless-rules, lambda/default_memory_size",
    appliesTo: [FUNCTION],
    check: expects("memorySize", isSet),
    mutations: { "with Lambda's default": { memorySize: undefined } },
  },
  {
    ids: ["ES1006"],
    title: "The function's time-out is set",
    source: "serverless-rules, lambda/default_timeout",
    appliesTo: [FUNCTION],
    check: expects("timeout", isSet),
    mutations: { "with Lambda's default": { timeout: undefined } },
  },
  {
    ids: ["ES1007"],
    title: "A function that is invoked asynchronously has a failure destination",
    source: "serverless-rules, lambda/async_failure_destination",
    appliesTo: [PERMISSION],
    check: ({ inputs }, program) => {
      const hasDestination = ofType(program, EVENT_INVOKE_CONFIG).some(
        (config) =>
          config.inputs.functionName === inputs.function &&
          isSet(valueAt(config.inputs, "destinationConfig.onFailure.destination")),
      );
      const isAsynchronous = ASYNCHRONOUS_CALLERS.includes(String(inputs.principal));
      return findingUnless(
        hasDestination || !isAsynchronous,
        `${inputs.principal} invokes without a failure destination`,
      );
    },
    mutations: {
      "for events without a destination": withInputs(PERMISSION, {
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
    ids: ["CKV_AWS_45"],
    title: "The function's environment has no secrets",
    source: "checkov, LambdaEnvironmentCredentials; here also for the program's own secrets",
    appliesTo: [FUNCTION],
    check: ({ inputs }, program) => {
      const secrets = [...SECRETS, ...secretsOf(program)];
      return Object.entries((valueAt(inputs, "environment.variables") ?? {}) as Record<string, unknown>)
        .filter(([, value]) => secrets.some((secret) => JSON.stringify(value ?? "").search(secret) >= 0))
        .map(([name]) => `${name} holds a secret`);
    },
    mutations: {
      "with an access key": { environment: { variables: { KEY: "AKIAIOSFODNN7EXAMPLE" } } },
      "with a Stripe key": { environment: { variables: { KEY: "sk_test_4eC39HqLyjWDarjtT1zdp7dc" } } },
      "with a Pulumi secret": {
        environment: { variables: { SECRET: { [specialSigKey]: specialSecretSig, value: "short" } } },
      },
      "with a value from Secrets Manager": (program) =>
        withInputs(FUNCTION, { environment: { variables: { SECRET: "a-secret-of-the-program" } } })([
          ...program,
          resource(SECRET_VERSION, "secret", { secretString: '{"current":"a-secret-of-the-program"}' }),
        ]),
    },
  },
  {
    ids: ["CKV_AWS_115"],
    title: "The function has its own concurrency limit",
    source: "checkov, LambdaFunctionLevelConcurrentExecutionLimit",
    appliesTo: [FUNCTION],
    check: expects("reservedConcurrentExecutions", (value) => isSet(value) && value !== -1),
    mutations: {
      "without a limit": { reservedConcurrentExecutions: undefined },
      "with -1, no limit": { reservedConcurrentExecutions: -1 },
    },
    example: [resource(FUNCTION, "function", { reservedConcurrentExecutions: 10 })],
  },
  {
    ids: ["CKV_AWS_116"],
    title: "The function has a dead-letter queue",
    source: "checkov, LambdaDLQConfigured",
    appliesTo: [FUNCTION],
    check: expects("deadLetterConfig.targetArn", isSet),
    mutations: { "without a queue": { deadLetterConfig: undefined } },
    example: [resource(FUNCTION, "function", { deadLetterConfig: { targetArn: "arn:aws:sqs:::failed" } })],
  },
  {
    ids: ["CKV_AWS_117"],
    title: "The function runs in a VPC",
    source: "checkov, LambdaInVPC",
    appliesTo: [FUNCTION],
    check: expects("vpcConfig.subnetIds", isSet),
    mutations: { outside: { vpcConfig: undefined } },
    example: [resource(FUNCTION, "function", { vpcConfig: { subnetIds: ["subnet"], securityGroupIds: ["group"] } })],
  },
  {
    ids: ["CKV_AWS_272"],
    title: "The function's code is signed",
    source: "checkov, LambdaCodeSigningConfigured",
    appliesTo: [FUNCTION],
    check: expects("codeSigningConfigArn", isSet),
    mutations: { "without a signature": { codeSigningConfigArn: undefined } },
    example: [resource(FUNCTION, "function", { codeSigningConfigArn: "arn:aws:lambda:::code-signing-config:1" })],
  },
  {
    ids: ["CKV_AWS_173"],
    title: "The function's environment is encrypted with a KMS key",
    source: "checkov, LambdaEnvironmentEncryptionSettings",
    appliesTo: [FUNCTION],
    check: ({ inputs }) => (isSet(inputs.environment) ? findingsAt(inputs, "kmsKeyArn", isSet) : []),
    mutations: { "without a key": { kmsKeyArn: undefined, environment: { variables: { NAME: "value" } } } },
    example: [resource(FUNCTION, "function", { environment: {}, kmsKeyArn: "arn:aws:kms:::key" })],
  },
  {
    ids: ["CKV_AWS_301"],
    title: "The function is not publicly accessible",
    source: "checkov, LambdaFunctionIsNotPublic",
    appliesTo: [PERMISSION],
    check: expects("principal", (value) => value !== "*"),
    mutations: { "for everyone": { principal: "*" } },
  },
  {
    ids: ["CKV_AWS_363"],
    title: "The function's runtime is not deprecated",
    source: "checkov, DeprecatedLambdaRuntime; here by the supported runtimes",
    appliesTo: [FUNCTION],
    check: expects("runtime", isOneOf(...SUPPORTED_RUNTIMES)),
    mutations: { "on a runtime without patches": { runtime: "nodejs16.x" } },
  },
  {
    ids: ["CKV_AWS_364"],
    title: "A service's permission to invoke the function is limited to a source",
    source: "checkov, LambdaServicePermission",
    appliesTo: [PERMISSION],
    check: ({ inputs }) => {
      const isOfService = /\.amazonaws\.com$/.test(String(inputs.principal));
      return findingUnless(
        !isOfService || isSet(inputs.sourceArn ?? inputs.sourceAccount),
        `${inputs.principal} may invoke on behalf of any source`,
      );
    },
    mutations: { "for a service without a source": { sourceArn: undefined, sourceAccount: undefined } },
  },
];

/** The latest runtime of the same language in the provider's list. */
function latestOf(runtime: string): string | undefined {
  const family = /^[a-z]+/.exec(runtime)?.[0] ?? runtime;
  return Object.values(lambda.Runtime)
    .filter((known) => known.startsWith(family))
    .sort((one, other) => one.localeCompare(other, "en", { numeric: true }))
    .at(-1);
}

/** The program's own secrets: words of at least 16 characters, as the values may be JSON. */
function secretsOf(program: RegisteredResource[]): string[] {
  return ofType(program, SECRET_VERSION).flatMap(
    ({ inputs }) => JSON.stringify(inputs.secretString).match(/[\w-]{16,}/g) ?? [],
  );
}
