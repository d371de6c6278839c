import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { IAM } from "@aws-sdk/client-iam";
import { Lambda } from "@aws-sdk/client-lambda";
import { functionNamed } from "../functions.ts";
import type { TestStack } from "../stack.ts";
import { type Grant, grantsIn, policyOf } from "./grants.ts";

/** A deployed function, whose rights can be taken away for a while. */
export class LimitedFunction {
  /** Name of the handler's file. */
  readonly handler: string;
  /** All that its role may and may not do, as IAM has it. */
  grants: Grant[] = [];
  private readonly lambda: Lambda;
  private readonly iam: IAM;
  private readonly logs: CloudWatchLogs;
  private name = "";
  private logGroup = "";
  private environment: Record<string, string> = {};
  private policy = { RoleName: "", PolicyName: "" };

  private constructor(handler: string, { awsClient }: TestStack) {
    this.handler = handler;
    this.lambda = new Lambda(awsClient);
    this.iam = new IAM(awsClient);
    this.logs = new CloudWatchLogs(awsClient);
  }

  /** The function of a handler's file. @throws Error if its role has rights from elsewhere than its one policy. */
  static async of(handler: string, stack: TestStack): Promise<LimitedFunction> {
    const found = new LimitedFunction(handler, stack);
    const { lambda, iam } = found;
    found.name = await functionNamed(handler, stack.awsClient);
    const live = await lambda.getFunctionConfiguration({ FunctionName: found.name });
    found.logGroup = live.LoggingConfig?.LogGroup ?? "";
    found.environment = live.Environment?.Variables ?? {};
    const RoleName = live.Role?.split("/").at(-1) ?? "";
    const { PolicyNames: [PolicyName = "", ...others] = [] } = await iam.listRolePolicies({ RoleName });
    const { AttachedPolicies = [] } = await iam.listAttachedRolePolicies({ RoleName });
    if (others.length + AttachedPolicies.length > 0)
      throw new Error(`The role of ${handler} has more than one policy.`);
    found.policy = { RoleName, PolicyName };
    const { PolicyDocument = "" } = await iam.getRolePolicy(found.policy);
    found.grants = grantsIn(decodeURIComponent(PolicyDocument));
    return found;
  }

  /** Lets something happen while the function has only these grants. */
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
    const { FunctionError, Payload } = await this.lambda.invoke({
      FunctionName: this.name,
      Payload: JSON.stringify(event),
    });
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

  private async reconfigure(variables: Record<string, string>): Promise<void> {
    const Environment = { Variables: { ...this.environment, ...variables } };
    await this.lambda.updateFunctionConfiguration({ FunctionName: this.name, Environment });
  }

  /** What it logged of something, by an id that is in each of its lines. */
  async logged(id: string): Promise<string> {
    const { events = [] } = await this.logs.filterLogEvents({ logGroupName: this.logGroup, filterPattern: `"${id}"` });
    return events.map(({ message }) => message).join("\n");
  }
}
