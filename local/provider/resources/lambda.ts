import { type FunctionConfiguration, type Lambda, paginateListVersionsByFunction } from "@aws-sdk/client-lambda";
import type { FunctionArgs } from "@pulumi/aws/lambda/index.js";
import type { Aws } from "../aws.ts";
import { deploymentPackage } from "../deployment-package.ts";
import type { WireAsset } from "../properties.ts";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys, type Tags } from "../tags.ts";

type LambdaFunction = Omit<Plain<FunctionArgs>, "code"> & { code?: WireAsset };

/**
 * The program's runtime, and that of version 0.1, whose stacks are updated. The emulator runs the bundles of both as a custom
 * runtime: with our bootstrap, on this machine's Node.
 */
const RUNTIMES = ["nodejs24.x", "nodejs22.x"];

/** Inputs that UpdateFunctionConfiguration changes. */
const SETTINGS = [
  "deadLetterConfig",
  "description",
  "environment",
  "ephemeralStorage",
  "handler",
  "kmsKeyArn",
  "loggingConfig",
  "memorySize",
  "role",
  "timeout",
  "tracingConfig",
] as const satisfies (keyof LambdaFunction)[];

export const lambdaFunction = defineResource<LambdaFunction>({
  token: "aws:lambda/function:Function",
  inputs: {
    architectures: { default: ["x86_64"], ignored: "Functions run on this machine's processor." },
    code: { required: true },
    deadLetterConfig: {},
    description: {},
    environment: {},
    ephemeralStorage: { computed: true },
    handler: { required: true },
    kmsKeyArn: {},
    loggingConfig: { computed: true },
    memorySize: { default: 128 },
    name: { replaces: true, autoName: { maxLength: 64 } },
    packageType: { default: "Zip", ignored: "Images need Docker." },
    reservedConcurrentExecutions: { default: -1 },
    publish: {},
    role: { required: true },
    runtime: { required: true },
    tags: {},
    timeout: { default: 3 },
    tracingConfig: { computed: true },
  },
  outputs: [
    "arn",
    "codeSha256",
    "invokeArn",
    "lastModified",
    "qualifiedArn",
    "qualifiedInvokeArn",
    "sourceCodeHash",
    "sourceCodeSize",
    "version",
  ],
  identity: ["name"],

  async create(inputs, aws) {
    checkRuntime(inputs);
    const lambda = await aws.lambda();
    const live = await lambda.createFunction({
      ...settings(inputs, aws),
      Code: { ZipFile: await deploymentPackage(inputs.code ?? {}) },
      Publish: inputs.publish,
      Tags: inputs.tags,
    });
    const { name = "", reservedConcurrentExecutions: reserved = -1 } = inputs;
    if (reserved >= 0) await setReservedConcurrency(lambda, name, reserved);
    return { id: name, outputs: outputs(live, aws) };
  },

  async read(id, aws, state) {
    const {
      Configuration: live = {},
      Concurrency,
      Tags,
    } = await (await aws.lambda()).getFunction({ FunctionName: id });
    const { AWS_ENDPOINT_URL: _, ...variables } = live.Environment?.Variables ?? {};
    return {
      inputs: {
        // If someone else deployed code, report none, so that the next update restores the program's.
        ...(live.CodeSha256 !== state.codeSha256 && { code: undefined }),
        deadLetterConfig: live.DeadLetterConfig?.TargetArn ? { targetArn: live.DeadLetterConfig.TargetArn } : undefined,
        description: live.Description,
        environment: { variables },
        ephemeralStorage: { size: live.EphemeralStorage?.Size },
        handler: live.Handler,
        kmsKeyArn: live.KMSKeyArn,
        loggingConfig: {
          ...state.loggingConfig,
          logFormat: live.LoggingConfig?.LogFormat ?? "Text",
          logGroup: live.LoggingConfig?.LogGroup,
        },
        memorySize: live.MemorySize,
        name: live.FunctionName,
        reservedConcurrentExecutions: Concurrency?.ReservedConcurrentExecutions,
        role: live.Role ?? "",
        tags: Tags,
        timeout: live.Timeout,
        tracingConfig: { mode: live.TracingConfig?.Mode ?? "" },
      },
      outputs: outputs(state.publish ? { ...live, Version: await newestVersion(await aws.lambda(), id) } : live, aws),
    };
  },

  async update(id, inputs, aws, { state, changed }) {
    checkRuntime(inputs);
    const lambda = await aws.lambda();
    let live: FunctionConfiguration | undefined;
    if (changed(...SETTINGS)) live = await lambda.updateFunctionConfiguration(settings(inputs, aws));
    if (changed("code")) {
      const ZipFile = await deploymentPackage(inputs.code ?? {});
      live = await lambda.updateFunctionCode({ FunctionName: id, ZipFile });
    }
    // As the official provider does: a version has no tags or reserved concurrency.
    if (inputs.publish && changed("code", "publish", ...SETTINGS)) {
      const { Version } = await lambda.publishVersion({ FunctionName: id });
      live = { ...(await lambda.getFunctionConfiguration({ FunctionName: id })), Version };
    }
    if (changed("reservedConcurrentExecutions")) {
      await setReservedConcurrency(lambda, id, inputs.reservedConcurrentExecutions ?? -1);
    }
    if (changed("tags")) await updateTags(lambda, String(state.arn), state.tags, inputs.tags);
    return live && outputs(live, aws);
  },

  async delete(id, aws) {
    await (await aws.lambda()).deleteFunction({ FunctionName: id });
  },
});

/** Replaces the tags of a function or an event source mapping. */
export async function updateTags(lambda: Lambda, Resource: string, olds?: Tags, news?: Tags): Promise<void> {
  const TagKeys = removedKeys(olds, news);
  if (TagKeys.length > 0) await lambda.untagResource({ Resource, TagKeys });
  await lambda.tagResource({ Resource, Tags: news ?? {} });
}

function checkRuntime({ runtime = "" }: LambdaFunction): void {
  if (RUNTIMES.includes(runtime)) return;
  throw new Error(`the local target runs functions of ${RUNTIMES.join(" or ")}, not of ${runtime}.`);
}

/** @param ReservedConcurrentExecutions - A negative number removes the reservation. */
async function setReservedConcurrency(
  lambda: Lambda,
  FunctionName: string,
  ReservedConcurrentExecutions: number,
): Promise<void> {
  if (ReservedConcurrentExecutions < 0) await lambda.deleteFunctionConcurrency({ FunctionName });
  else await lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions });
}

/** The version published last. The list starts with the oldest. */
async function newestVersion(lambda: Lambda, FunctionName: string): Promise<string | undefined> {
  const versions: FunctionConfiguration[] = [];
  for await (const page of paginateListVersionsByFunction({ client: lambda }, { FunctionName })) {
    versions.push(...(page.Versions ?? []));
  }
  return versions.at(-1)?.Version;
}

/** The parameters that CreateFunction and UpdateFunctionConfiguration share. */
function settings(inputs: LambdaFunction, aws: Aws) {
  const { deadLetterConfig, ephemeralStorage, loggingConfig: logging, tracingConfig } = inputs;
  return {
    FunctionName: inputs.name,
    Runtime: "provided.al2023" as const,
    Role: inputs.role,
    Handler: inputs.handler,
    Description: inputs.description ?? "",
    MemorySize: inputs.memorySize ?? 128,
    Timeout: inputs.timeout ?? 3,
    // Functions call the emulator, no matter how it was started, and never AWS.
    Environment: { Variables: { ...inputs.environment?.variables, AWS_ENDPOINT_URL: aws.endpoint } },
    DeadLetterConfig: { TargetArn: deadLetterConfig?.targetArn ?? "" },
    KMSKeyArn: inputs.kmsKeyArn ?? "",
    EphemeralStorage: { Size: ephemeralStorage?.size ?? 512 },
    TracingConfig: { Mode: (tracingConfig?.mode ?? "PassThrough") as "Active" },
    ...(logging && {
      LoggingConfig: {
        LogFormat: logging.logFormat as "JSON",
        LogGroup: logging.logGroup,
        ApplicationLogLevel: logging.applicationLogLevel as "INFO",
        SystemLogLevel: logging.systemLogLevel as "INFO",
      },
    }),
  };
}

function outputs(live: FunctionConfiguration, { region }: Aws) {
  const { FunctionArn: arn, Version: version } = live;
  return {
    arn,
    codeSha256: live.CodeSha256,
    invokeArn: invokeArn(arn, region),
    lastModified: live.LastModified,
    qualifiedArn: `${arn}:${version}`,
    qualifiedInvokeArn: invokeArn(`${arn}:${version}`, region),
    sourceCodeHash: live.CodeSha256,
    sourceCodeSize: live.CodeSize,
    version,
  };
}

/** The ARN by which API Gateway invokes a function, a version or an alias. */
export function invokeArn(arn: string | undefined, region: string): string {
  return `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
}
