import type { CreateFunctionCommandInput, FunctionConfiguration } from "@aws-sdk/client-lambda";
import type { FunctionArgs, PermissionArgs } from "@pulumi/aws/lambda/index.js";
import { deploymentPackage } from "../deployment-package.ts";
import type { WireAsset } from "../properties.ts";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys, type Tags } from "../tags.ts";

type LambdaFunction = Plain<FunctionArgs>;

/** Functions of this runtime run as custom runtimes with our bootstrap: the emulator's own Node loses errors' names. */
const RUNTIME = "nodejs22.x";

export const lambdaFunction = defineResource<LambdaFunction>({
  token: "aws:lambda/function:Function",
  inputs: {
    architectures: { default: ["x86_64"], ignored: "Functions run on this machine's processor." },
    code: { required: true },
    description: {},
    environment: {},
    handler: { required: true },
    loggingConfig: {},
    memorySize: { default: 128 },
    name: { replaces: true, autoName: { maxLength: 64 } },
    reservedConcurrentExecutions: { default: -1 },
    role: { required: true },
    runtime: { required: true },
    tags: {},
    timeout: { default: 3 },
    tracingConfig: {},
  },
  outputs: ["arn", "invokeArn", "lastModified", "qualifiedArn", "sourceCodeHash", "version"],
  identity: ["name"],

  async create(inputs, aws) {
    if (inputs.runtime !== RUNTIME) throw new Error(`the local target runs ${RUNTIME}, not ${inputs.runtime}.`);
    const lambda = await aws.lambda();
    const live = await lambda.createFunction({
      ...configuration(inputs),
      Runtime: "provided.al2023",
      Code: { ZipFile: await deploymentPackage(inputs.code as WireAsset) },
      Tags: inputs.tags as Tags,
    });
    const { reservedConcurrentExecutions: reserved = -1 } = inputs;
    const FunctionName = inputs.name as string;
    if (reserved >= 0) await lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: reserved });
    return { id: FunctionName, outputs: outputs(live, aws.region) };
  },

  async read(id, aws, state) {
    const { Configuration: live = {}, Tags: tags } = await (await aws.lambda()).getFunction({ FunctionName: id });
    const sameCode = live.CodeSha256 === state.sourceCodeHash;
    return {
      inputs: {
        // Code that somebody else deployed is none of the program's: the next update puts ours back.
        ...(!sameCode && { code: undefined as never }),
        description: live.Description,
        environment: live.Environment?.Variables && { variables: live.Environment.Variables },
        handler: live.Handler,
        memorySize: live.MemorySize,
        name: live.FunctionName,
        role: live.Role as string,
        tags,
        timeout: live.Timeout,
      },
      outputs: outputs(live, aws.region),
    };
  },

  async update(id, inputs, aws, { state, changed }) {
    const lambda = await aws.lambda();
    let live: FunctionConfiguration = {};
    if (
      changed(
        "description",
        "environment",
        "handler",
        "loggingConfig",
        "memorySize",
        "role",
        "timeout",
        "tracingConfig",
      )
    ) {
      live = await lambda.updateFunctionConfiguration(configuration(inputs));
    }
    if (changed("code")) {
      const ZipFile = await deploymentPackage(inputs.code as WireAsset);
      live = await lambda.updateFunctionCode({ FunctionName: id, ZipFile });
    }
    const { reservedConcurrentExecutions: reserved = -1 } = inputs;
    if (changed("reservedConcurrentExecutions")) {
      if (reserved < 0) await lambda.deleteFunctionConcurrency({ FunctionName: id });
      else await lambda.putFunctionConcurrency({ FunctionName: id, ReservedConcurrentExecutions: reserved });
    }
    if (changed("tags")) {
      const Resource = state.arn as string;
      const TagKeys = removedKeys(state.tags as Tags, inputs.tags as Tags);
      if (TagKeys.length > 0) await lambda.untagResource({ Resource, TagKeys });
      await lambda.tagResource({ Resource, Tags: (inputs.tags ?? {}) as Tags });
    }
    return live.FunctionArn ? outputs(live, aws.region) : {};
  },

  async delete(id, aws) {
    await (await aws.lambda()).deleteFunction({ FunctionName: id });
  },
});

function configuration(inputs: LambdaFunction) {
  return {
    FunctionName: inputs.name as string,
    Role: inputs.role,
    Handler: inputs.handler as string,
    Description: inputs.description ?? "",
    MemorySize: inputs.memorySize ?? 128,
    Timeout: inputs.timeout ?? 3,
    Environment: { Variables: (inputs.environment?.variables ?? {}) as Record<string, string> },
    ...(inputs.tracingConfig && { TracingConfig: { Mode: inputs.tracingConfig.mode } }),
    ...(inputs.loggingConfig && {
      LoggingConfig: { LogFormat: inputs.loggingConfig.logFormat, LogGroup: inputs.loggingConfig.logGroup },
    }),
  } as Omit<CreateFunctionCommandInput, "Code">;
}

function outputs(
  { FunctionArn: arn, CodeSha256, LastModified, Version: version }: FunctionConfiguration,
  region: string,
) {
  return {
    arn,
    invokeArn: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`,
    lastModified: LastModified,
    qualifiedArn: `${arn}:${version}`,
    sourceCodeHash: CodeSha256,
    version,
  };
}

export const permission = defineResource<Plain<PermissionArgs>>({
  token: "aws:lambda/permission:Permission",
  inputs: {
    action: { required: true },
    function: { required: true },
    principal: { required: true },
    sourceAccount: {},
    sourceArn: {},
    statementId: { autoName: { maxLength: 100 } },
  },
  outputs: [],
  identity: ["function", "statementId"],

  async create(inputs, aws) {
    const StatementId = inputs.statementId as string;
    await (await aws.lambda()).addPermission({
      FunctionName: inputs.function as string,
      StatementId,
      Action: inputs.action,
      Principal: inputs.principal,
      SourceArn: inputs.sourceArn,
      SourceAccount: inputs.sourceAccount,
    });
    return { id: StatementId, outputs: {} };
  },

  async read(id, aws, { function: FunctionName }) {
    const { Policy = "{}" } = await (await aws.lambda()).getPolicy({ FunctionName: FunctionName as string });
    const statements: { Sid: string }[] = JSON.parse(Policy).Statement ?? [];
    return statements.some(({ Sid }) => Sid === id) ? { inputs: { statementId: id }, outputs: {} } : undefined;
  },

  async delete(id, aws, { function: FunctionName }) {
    await (await aws.lambda()).removePermission({ FunctionName: FunctionName as string, StatementId: id });
  },
});
