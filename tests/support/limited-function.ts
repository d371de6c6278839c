import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { IAM } from "@aws-sdk/client-iam";
import { type FunctionConfiguration, Lambda } from "@aws-sdk/client-lambda";
import { deployedFunction } from "./functions.ts";
import { type Grant, grantsIn, policyOf } from "./grants.ts";
import type { TestStack } from "./stack.ts";

/** A deployed function, whose rights can be taken away for a while. */
export class LimitedFunction {
  /** Name of the handler's file. */
  readonly handler: string;
  /** All that its role may and may not do, as IAM has it. */
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

  /** The function of a handler. @throws Error if its role has rights from elsewhere than its one policy. */
  static async of(handler: string, stack: TestStack): Promise<LimitedFunction> {
    const iam = new IAM(stack.awsClient);
    const configuration = await deployedFunction(handler, stack.awsClient);
    const RoleName = configuration.Role?.split("/").at(-1);
    const { PolicyNames = [] } = await iam.listRolePolicies({ RoleName });
    const { AttachedPolicies = [] } = await iam.listAttachedRolePolicies({ RoleName });
    const [PolicyName] = PolicyNames;
    if (!RoleName || !PolicyName || PolicyNames.length + AttachedPolicies.length > 1) {
      throw new Error(`The role of ${handler} must have one policy, and no others.`);
    }
    const policy = { RoleName, PolicyName };
    const { PolicyDocument = "" } = await iam.getRolePolicy(policy);
    return new LimitedFunction(stack, handler, configuration, policy, grantsIn(decodeURIComponent(PolicyDocument)));
  }

  /** Lets something happen while the function has only these grants, of which there must be one. */
  async limitedTo<T>(grants: Grant[], happen: () => Promise<T>): Promise<T> {
    await this.iam.putRolePolicy({ ...this.policy, PolicyDocument: policyOf(grants) });
    try {
      return await happen();
    } finally {
      await this.iam.putRolePolicy({ ...this.policy, PolicyDocument: policyOf(this.grants) });
    }
  }

  /** Calls it. @returns What it answered. @throws Error of the name and message that the function ended with. */
  async call(event: object): Promise<unknown> {
    const { FunctionName } = this.configuration;
    const { FunctionError, Payload } = await this.lambda.invoke({ FunctionName, Payload: JSON.stringify(event) });
    const answer = JSON.parse(new TextDecoder().decode(Payload));
    if (FunctionError) throw Object.assign(new Error(answer.errorMessage), { name: answer.errorType });
    return answer;
  }

  /** Ends its running instances, which may have read something already. */
  async renew(): Promise<void> {
    await this.reconfigure({ RENEWED: new Date().toISOString() });
  }

  /** Has it do something else from now on, with the same rights. @param module - Loaded before the function's own code. */
  async replaceBy(module: URL): Promise<void> {
    await this.reconfigure({ NODE_OPTIONS: `--import ${module}` });
  }

  /** What it logged of something, by an id that is in each of its lines. */
  async logged(id: string): Promise<string> {
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
