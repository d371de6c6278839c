import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as lambda from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import { bundle } from "./bundling/bundle.ts";
import type { EncryptionKey } from "./encryption-key.ts";
import { checkArgument, checkRetentionDays, isWholeNumber } from "./shared/arguments.ts";
import type { FunctionArgs } from "./shared/common-args.ts";
import { type Grant, policyDocument, trustPolicy } from "./shared/policies.ts";

/** The arguments of a {@link BundledFunction}. */
export interface BundledFunctionArgs extends FunctionArgs {
  /** Absolute path of the TypeScript file that exports `handler`. */
  entry: string;
  /** Environment variables beside the ones that every function has. */
  environment?: Record<string, pulumi.Input<string>>;
  /** Time-out in seconds, 1 to 900. Default 10, well below API Gateway's 29. */
  timeout?: pulumi.Input<number>;
}

/** Lambda gives CPU in proportion: below it, cold starts of the SDK are slow. */
const MEMORY_MB = 512;

/** The alias that callers go through where releases are safe. */
export const LIVE_ALIAS = "live";

/**
 * A Lambda function bundled from one TypeScript file, with its own role, log group and tracing.
 *
 * The role may do nothing but write the function's logs and traces, until a component grants it more:
 *
 * @example
 * const getOrder = new BundledFunction("get-order", { entry: handlerPath });
 * store.grant(getOrder, "GetItem");
 */
export class BundledFunction extends pulumi.ComponentResource {
  /** What the program calls it. */
  readonly logicalName: string;
  readonly function: lambda.Function;
  /** What callers go through, where releases are safe. */
  readonly alias: lambda.Alias | undefined;
  readonly logGroup: cloudwatch.LogGroup;
  readonly role: iam.Role;
  /** Executions at once at the most; 0 for no limit. */
  readonly reservedConcurrency: number;
  private readonly encryptionKey: EncryptionKey | undefined;
  private readonly grants: Grant[] = [];
  private grantsAreClosed = false;

  constructor(name: string, args: BundledFunctionArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:BundledFunction", name, {}, options);
    const { timeout = 10 } = args;
    const { encryptionKey, logRetentionDays, reservedConcurrency = 0, safeRelease = false, commit } = args;
    const { tags = {} } = args;
    const self = `BundledFunction "${name}"`;
    checkArgument(`${self}: entry`, args.entry, (path) => path.startsWith("/"), "an absolute path");
    checkArgument(`${self}: timeout`, timeout, isWholeNumber(1, 900), "a whole number of seconds, 1 to 900");
    checkRetentionDays(`${self}: logRetentionDays`, logRetentionDays);
    const isCount = isWholeNumber(0, Number.MAX_SAFE_INTEGER);
    checkArgument(`${self}: reservedConcurrency`, reservedConcurrency, isCount, "a whole number, 0 for none");
    this.logicalName = name;
    this.encryptionKey = encryptionKey;
    this.reservedConcurrency = reservedConcurrency;
    const child = { parent: this };

    this.logGroup = new cloudwatch.LogGroup(
      `${name}-logs`,
      {
        name: `/orders/${pulumi.getStack()}/${name}`,
        retentionInDays: logRetentionDays,
        ...(encryptionKey && { kmsKeyId: encryptionKey.arn }),
        tags,
      },
      child,
    );

    this.role = new iam.Role(`${name}-role`, { assumeRolePolicy: trustPolicy("lambda.amazonaws.com"), tags }, child);
    this.allow({
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [pulumi.interpolate`${this.logGroup.arn}:*`],
    });
    // X-Ray has no resource-level permissions for its two write actions.
    this.allow({ actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources: ["*"] });
    const policy = new iam.RolePolicy(
      `${name}-policy`,
      { role: this.role.id, policy: policyDocument(this.closeGrants()) },
      child,
    );

    this.function = new lambda.Function(
      `${name}-function`,
      {
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: "index.handler",
        code: bundle(args.entry),
        role: this.role.arn,
        memorySize: MEMORY_MB,
        timeout,
        environment: {
          variables: {
            NODE_OPTIONS: "--enable-source-maps",
            POWERTOOLS_SERVICE_NAME: name,
            STAGE: pulumi.getStack(),
            ...args.environment,
          },
        },
        ...(encryptionKey && { kmsKeyArn: encryptionKey.arn }),
        loggingConfig: { logFormat: "Text", logGroup: this.logGroup.name },
        tracingConfig: { mode: "Active" },
        ...(reservedConcurrency > 0 && { reservedConcurrentExecutions: reservedConcurrency }),
        ...(safeRelease && { publish: true }),
        tags: commit ? pulumi.output(tags).apply((all) => ({ ...all, commit })) : tags,
      },
      // Its first call needs the rights already.
      { ...child, dependsOn: [policy] },
    );
    this.alias = safeRelease ? liveAlias(name, this.function, child) : undefined;

    this.registerOutputs({ arn: this.arn, name: this.name });
  }

  /** The ARN to invoke it by: its alias's where releases are safe. */
  get arn(): pulumi.Output<string> {
    return (this.alias ?? this.function).arn;
  }

  /** The ARN that API Gateway invokes it by, likewise. */
  get invokeArn(): pulumi.Output<string> {
    return (this.alias ?? this.function).invokeArn;
  }

  /** The function's name in the account. Its metrics are of all versions together. */
  get name(): pulumi.Output<string> {
    return this.function.name;
  }

  /** What a permission to invoke it is limited to: the alias, where releases are safe. */
  get qualifier(): pulumi.Output<string> | undefined {
    return this.alias?.name;
  }

  /** The name to invoke it by: `NAME`, or `NAME:live` where releases are safe. */
  get qualifiedName(): pulumi.Output<string> {
    return this.alias ? pulumi.interpolate`${this.name}:${this.alias.name}` : this.name;
  }

  /**
   * Adds rights to the role's one policy, and those on the encryption key that it takes to use them. Components call it
   * from their `grant…` methods.
   *
   * @throws Error when called after the turn of the event loop in which the function was constructed: by then the
   * policy is on its way, and the right would be lost.
   */
  allow(...grants: Grant[]): void {
    if (this.grantsAreClosed) {
      const actions = grants.flatMap((grant) => grant.actions).join(", ");
      throw new Error(
        `${this.logicalName}: ${actions} granted too late. Grant it right after constructing the function.`,
      );
    }
    this.grants.push(...grants);
  }

  /** Waits for the grants that follow in the same turn of the event loop. */
  private closeGrants(): Promise<Grant[]> {
    return new Promise((resolve) =>
      setImmediate(() => {
        this.grantsAreClosed = true;
        resolve([...this.grants, ...(this.encryptionKey?.rightsFor(this.grants) ?? [])]);
      }),
    );
  }
}

/**
 * The alias, at the version that the function is first published in. From then on releases move it, so the program looks
 * away from where it points, and how a canary splits its calls. Nothing else about it may ever change: an update would
 * send along the version that the engine remembers, and so undo releases.
 */
function liveAlias(name: string, fn: lambda.Function, child: pulumi.CustomResourceOptions): lambda.Alias {
  return new lambda.Alias(
    `${name}-live`,
    { name: LIVE_ALIAS, functionName: fn.name, functionVersion: fn.version },
    { ...child, ignoreChanges: ["functionVersion", "routingConfig"] },
  );
}
