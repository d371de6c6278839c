import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { IAM } from "@aws-sdk/client-iam";
import { type FunctionConfiguration, Lambda } from "@aws-sdk/client-lambda";
import { deployedFunction } from "../support/functions.ts";
import { type Grant, grantsIn, policyOf } from "../support/grants.ts";
import type { TestStack } from "../support/stack.ts";

/** A deployed function whose permissions can be restricted temporarily. */
export class LimitedFunction {
  /** The handler's file name. */
  readonly handler: string;
  /** The permissions of its role. */
  readonly grants: Grant[];
  private readonly configuration: FunctionConfiguration;
  private readonly policy: { RoleName: string; PolicyName: string };
  private readonly lambda: Lambda;
  private readonly iam: IAM;
  private readonly logs: CloudWatchLogs;

  private constructor(
    { awsClient }: TestStack,
    handler: string,
    configuration: FunctionConfiguration,
    policy: LimitedFunction["policy"],
    grants: Grant[],
  ) {
    this.handler = handler;
    this.configuration = configuration;
    this.policy = policy;
    this.grants = grants;
    this.lambda = new Lambda(awsClient);
    this.iam = new IAM(awsClient);
    this.logs = new CloudWatchLogs(awsClient);
  }

  /** The function of a handler. @throws Error unless its role has exactly one policy. */
  static async of(handler: string, stack: TestStack): Promise<LimitedFunction> {
    const iam = new IAM(stack.awsClient);
    const configuration = await deployedFunction(handler, stack.awsClient);
    const RoleName = configuration.Role?.split("/").at(-1);
    const { PolicyNames = [] } = await iam.listRolePolicies({ RoleName });
    const { AttachedPolicies = [] } = await iam.listAttachedRolePolicies({ RoleName });
    const [PolicyName] = PolicyNames;
    if (!RoleName || !PolicyName || PolicyNames.length + AttachedPolicies.length > 1) {
      throw new Error(`The role of ${handler} must have exactly one policy.`);
    }
    const policy = { RoleName, PolicyName };
    const { PolicyDocument = "" } = await iam.getRolePolicy(policy);
    return new LimitedFunction(stack, handler, configuration, policy, grantsIn(decodeURIComponent(PolicyDocument)));
  }

  /** Runs `action` while the function has only these grants, at least one. */
  async limitedTo<T>(grants: Grant[], action: () => Promise<T>): Promise<T> {
    await this.iam.putRolePolicy({ ...this.policy, PolicyDocument: policyOf(grants) });
    try {
      return await action();
    } finally {
      await this.iam.putRolePolicy({ ...this.policy, PolicyDocument: policyOf(this.grants) });
    }
  }

  /** Invokes the function. @returns Its result. @throws Error with the name and message of the function's error. */
  async invoke(event: object): Promise<unknown> {
    const { FunctionName } = this.configuration;
    const { FunctionError, Payload } = await this.lambda.invoke({ FunctionName, Payload: JSON.stringify(event) });
    const result = JSON.parse(new TextDecoder().decode(Payload));
    if (FunctionError) throw Object.assign(new Error(result.errorMessage), { name: result.errorType });
    return result;
  }

  /** Replaces running instances, which may have cached something, with new ones. */
  async restart(): Promise<void> {
    await this.reconfigure({ RESTARTED: new Date().toISOString() });
  }

  /** Replaces the handler from now on, with the same permissions. @param module - Loaded before the function's own code. */
  async replaceHandler(module: URL): Promise<void> {
    await this.reconfigure({ NODE_OPTIONS: `--import ${module}` });
  }

  /** The log lines that contain an id. */
  async logsOf(id: string): Promise<string> {
    const logGroupName = this.configuration.LoggingConfig?.LogGroup;
    const { events = [] } = await this.logs.filterLogEvents({ logGroupName, filterPattern: `"${id}"` });
    return events.map(({ message }) => message).join("\n");
  }

  private async reconfigure(variables: Record<string, string>): Promise<void> {
    const { FunctionName, Environment } = this.configuration;
    const Variables = { ...Environment?.Variables, ...variables };
    await this.lambda.updateFunctionConfiguration({ FunctionName, Environment: { Variables } });
  }
}
