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
  /** Absolute path of the TypeScript file that exports `handler`. For example `handlerPath("get-order")`. */
  entry: string;
  /** Environment variables besides those of every function. Default none. For example `{ ORDERS_TABLE: store.tableName }`. */
  environment?: Record<string, pulumi.Input<string>>;
  /** Maximum concurrent executions, also reserved for the function. Default 0: neither limit nor reservation. */
  reservedConcurrency?: number;
  /** Time-out in seconds, 1 to 900. Default 10, well below API Gateway's 29. */
  timeout?: pulumi.Input<number>;
}

/** Lambda allots CPU by memory: with less, loading the SDK makes cold starts slow. */
const MEMORY_MB = 512;

/** The alias that callers use with `safeRelease`. */
export const LIVE_ALIAS = "live";

/**
 * A Lambda function bundled from one TypeScript file, with its own role, log group and tracing.
 *
 * The role may only write the function's logs and traces, until a component grants it more:
 *
 * @example
 * const getOrder = new BundledFunction("get-order", { entry: handlerPath("get-order"), logRetentionDays: 7 });
 * store.grant(getOrder, "GetItem");
 */
export class BundledFunction extends pulumi.ComponentResource {
  /** The component's name in the program, e.g. `get-order`. */
  readonly logicalName: string;
  readonly function: lambda.Function;
  /** The alias that callers use; undefined without `safeRelease`. */
  readonly alias: lambda.Alias | undefined;
  readonly logGroup: cloudwatch.LogGroup;
  readonly role: iam.Role;
  private readonly encryptionKey: EncryptionKey | undefined;
  private readonly grants: Grant[] = [];
  private grantsAreClosed = false;

  constructor(name: string, args: BundledFunctionArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:BundledFunction", name, {}, options);
    const { timeout = 10 } = args;
    const { encryptionKey, logRetentionDays, reservedConcurrency = 0, safeRelease = false, commit, tags = {} } = args;
    checkArguments(`BundledFunction "${name}"`, { ...args, timeout, reservedConcurrency });
    this.logicalName = name;
    this.encryptionKey = encryptionKey;
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
      // The first call already needs the permissions.
      { ...child, dependsOn: [policy] },
    );
    this.alias = safeRelease ? createLiveAlias(name, this.function, child) : undefined;

    this.registerOutputs({ arn: this.arn, name: this.name });
  }

  /** The ARN to invoke: the alias's, if there is one. */
  get arn(): pulumi.Output<string> {
    return (this.alias ?? this.function).arn;
  }

  /** The URI by which API Gateway invokes it: the alias's, if there is one. */
  get invokeArn(): pulumi.Output<string> {
    return (this.alias ?? this.function).invokeArn;
  }

  /** The function's name in the account. Metrics by this name cover all versions. */
  get name(): pulumi.Output<string> {
    return this.function.name;
  }

  /** The qualifier for permissions to invoke it: the alias's name, if there is one. */
  get qualifier(): pulumi.Output<string> | undefined {
    return this.alias?.name;
  }

  /** The name to invoke: `NAME`, or `NAME:live` if there is an alias. */
  get qualifiedName(): pulumi.Output<string> {
    return this.alias ? pulumi.interpolate`${this.name}:${this.alias.name}` : this.name;
  }

  /**
   * Adds grants to the role's only policy, with the permissions on the encryption key that they need. For the `grant…`
   * methods of components.
   *
   * @throws Error after the turn of the event loop in which the function was constructed: the policy has been registered.
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

  /** Resolves to the grants at the end of this turn of the event loop. */
  private closeGrants(): Promise<Grant[]> {
    return new Promise((resolve) =>
      setImmediate(() => {
        this.grantsAreClosed = true;
        resolve([...this.grants, ...(this.encryptionKey?.grantsFor(this.grants) ?? [])]);
      }),
    );
  }
}

function checkArguments(
  self: string,
  args: Required<Pick<BundledFunctionArgs, "entry" | "timeout" | "logRetentionDays" | "reservedConcurrency">>,
): void {
  const { entry, timeout, logRetentionDays, reservedConcurrency } = args;
  checkArgument(`${self}: entry`, entry, (path) => path.startsWith("/"), "an absolute path");
  checkArgument(`${self}: timeout`, timeout, isWholeNumber(1, 900), "a whole number of seconds, 1 to 900");
  checkRetentionDays(`${self}: logRetentionDays`, logRetentionDays);
  const isCount = isWholeNumber(0, Number.MAX_SAFE_INTEGER);
  checkArgument(`${self}: reservedConcurrency`, reservedConcurrency, isCount, "a whole number, 0 for none");
}

/**
 * Creates the alias at the function's first version. Afterwards only releases move it, so its version and the canary's
 * routing are ignored. No other input may ever change: the update would send the version in Pulumi's state, and so undo
 * releases.
 */
function createLiveAlias(name: string, fn: lambda.Function, child: pulumi.CustomResourceOptions): lambda.Alias {
  return new lambda.Alias(
    `${name}-live`,
    { name: LIVE_ALIAS, functionName: fn.name, functionVersion: fn.version },
    { ...child, ignoreChanges: ["functionVersion", "routingConfig"] },
  );
}
