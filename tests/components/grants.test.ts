import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { uniq } from "es-toolkit";
import { before, describe, it } from "mocha";
import program from "../../index.ts";
import { describeGrant, type Grant, grantsIn, UNENFORCED } from "../support/grants.ts";
import { type RegisteredResource, register, stageConfig } from "../support/mocks.ts";
import { functionServiceGrants, keyGrants, stateMachineGrants } from "./service-grants.ts";

const ALIAS = "aws:lambda/alias:Alias";
const DEPLOYMENT_GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup";
const FUNCTION = "aws:lambda/function:Function";
const PERMISSION = "aws:lambda/permission:Permission";
const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const STATE_MACHINE = "aws:sfn/stateMachine:StateMachine";

const SECRETS = { cursorSecret: "0123456789abcdef0123456789abcdef" };
const STRIPE = {
  ...{ paymentGateway: "stripe", stripeSecretKey: "sk_test_1", stripePublishableKey: "pk_test_1" },
  stripeWebhookSecret: "whsec_1",
};
const STAGES: Record<string, Record<string, string>> = {
  dev: { ...stageConfig("dev"), ...SECRETS },
  "prod with Stripe": { ...stageConfig("prod"), ...SECRETS, ...STRIPE },
};

/**
 * The permissions that the emulator doesn't enforce are derived from the resources that need them, and compared with what is
 * granted. All other grants of functions are removed one by one in tests/integration/privilege/least-privilege.test.ts.
 */
for (const [stage, config] of Object.entries(STAGES)) {
  describe(`The permissions in ${stage}`, () => {
    let resources: RegisteredResource[];
    const ofType = (type: string) => resources.filter((resource) => resource.type === type);
    before(async () => {
      resources = await register(program, config);
    });

    it("are in one policy per role, and each function, each state machine and all releases have a role", () => {
      const users = [...ofType(FUNCTION), ...ofType(STATE_MACHINE)];
      const releases = new Set(ofType(DEPLOYMENT_GROUP).map(roleOf));
      const roles = [...users.map(roleOf), ...releases];

      expect(ofType(ROLE).map(({ name }) => name)).to.have.members(roles);
      expect(ofType(ROLE_POLICY).map(({ inputs }) => inputs.role)).to.have.members(roles.map((role) => `${role}-id`));
      const others = resources.filter(({ type }) => type.startsWith("aws:iam/") && ![ROLE, ROLE_POLICY].includes(type));
      expect(others).to.deep.equal([]);
      for (const { name, inputs } of ofType(ROLE)) {
        expect(inputs, name).to.not.have.any.keys("inlinePolicies", "managedPolicyArns");
      }
    });

    it("are of roles that only the service concerned may assume", () => {
      const services = {
        [FUNCTION]: "lambda.amazonaws.com",
        [STATE_MACHINE]: "states.amazonaws.com",
        [DEPLOYMENT_GROUP]: "codedeploy.amazonaws.com",
      };
      for (const [type, Service] of Object.entries(services)) {
        for (const user of ofType(type)) {
          const role = ofType(ROLE).find(({ name }) => name === roleOf(user));
          const { Statement } = JSON.parse(role?.inputs.assumeRolePolicy as string);
          expect(Statement).to.deep.equal([{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }]);
        }
      }
    });

    it("let services log, trace, poll event sources and use keys for exactly the functions that need it", () => {
      for (const fn of ofType(FUNCTION)) {
        const grants = grantsOf(fn);
        const granted = grants.filter(({ Action }) => UNENFORCED.has(Action));

        const needed = [...functionServiceGrants(fn, resources), ...keyGrants(grants, resources)];
        expect(granted.map(describeGrant), fn.name).to.have.members(needed.map(describeGrant));
        for (const { Action } of needed) expect(UNENFORCED.has(Action), Action).to.equal(true);
      }
    });

    it("let Lambda send to the failure destinations of event sources", () => {
      const mappings = ofType("aws:lambda/eventSourceMapping:EventSourceMapping");
      const withDestination = mappings.filter(({ inputs }) => inputs.destinationConfig !== undefined);

      expect(withDestination).to.not.deep.equal([]);
      for (const { inputs } of withDestination) {
        const name = nameIn(inputs.functionName).replace(/:live$/, "");
        const fn = ofType(FUNCTION).find((other) => other.name === name) as RegisteredResource;
        const { onFailure } = inputs.destinationConfig as { onFailure: { destinationArn: string } };
        expect(grantsOf(fn).map(describeGrant)).to.include(`Allow sqs:SendMessage on ${onFailure.destinationArn}`);
      }
    });

    it("let the state machine invoke exactly its tasks, send to its queue, deliver its log, and trace", () => {
      for (const machine of ofType(STATE_MACHINE)) {
        const grants = grantsOf(machine);

        const needed = [...stateMachineGrants(machine, resources), ...keyGrants(grants, resources)];
        expect(grants.map(describeGrant)).to.have.members(needed.map(describeGrant));
      }
    });

    it("let each API invoke exactly the functions of its routes, and each event rule its target", () => {
      const fromApis = ofType("aws:apigateway/restApi:RestApi").flatMap(({ name, inputs }) =>
        // A function is there twice: for GET and for HEAD.
        uniq([...String(inputs.body).matchAll(/"uri":"invoke:([^"]+)"/g)].map(([, fn]) => fn)).map((fn) => [
          ...["apigateway.amazonaws.com", `execution:${name}/*/*`, fn],
        ]),
      );
      const fromRules = ofType("aws:cloudwatch/eventTarget:EventTarget").map(({ inputs }) => [
        ...["events.amazonaws.com", arnOf(String(inputs.rule)), nameIn(inputs.arn)],
      ]);

      const permissions = ofType(PERMISSION).map(({ inputs: { principal, sourceArn, function: fn, qualifier } }) => [
        ...[principal, sourceArn, qualifier ? `${fn}:${qualifier}` : fn],
      ]);
      expect(permissions).to.have.deep.members([...fromApis, ...fromRules]);
      for (const { name, inputs } of ofType(PERMISSION)) {
        expect(inputs.action, name).to.equal("lambda:InvokeFunction");
      }
    });

    it("let CodeDeploy move exactly the functions' aliases, and describe alarms", () => {
      for (const group of ofType(DEPLOYMENT_GROUP)) {
        const needed = ofType(ALIAS).flatMap(({ inputs: { functionName, name } }) => [
          ...["lambda:GetAlias", "lambda:UpdateAlias"].map((action) => `${action} on ${arnOf(String(functionName))}`),
          `lambda:GetProvisionedConcurrencyConfig on ${arnOf(String(functionName))}:${name}`,
        ]);

        const granted = grantsOf(group).map(describeGrant);
        const all = [...needed, "cloudwatch:DescribeAlarms on *"];
        expect(granted).to.have.members(all.map((grant) => `Allow ${grant}`));
      }
    });

    /** The grants of the role of a function, a state machine or a deployment group. */
    function grantsOf(user: RegisteredResource): Grant[] {
      const role = `${roleOf(user)}-id`;
      const policy = ofType(ROLE_POLICY).find((other) => other.inputs.role === role);
      return grantsIn(policy?.inputs.policy as string);
    }
  });
}

describe("The permissions that the emulator doesn't enforce", () => {
  it("are all listed in docs/fidelity.md", () => {
    const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "fidelity.md"), "utf8");

    const [, section = ""] = page.split("\n## Permissions that are not enforced here\n");
    for (const action of UNENFORCED) expect(section).to.include(`\`${action}\``);
  });
});

/** The name of a resource's role. */
function roleOf({ inputs }: RegisteredResource): string {
  return String(inputs.role ?? inputs.roleArn ?? inputs.serviceRoleArn)
    .split(":")
    .at(-1) as string;
}

/** The function's name in an ARN of the mocks, with the alias, if any. */
function nameIn(arn: unknown): string {
  return String(arn).replace(arnOf(""), "");
}

function arnOf(name: string): string {
  return `arn:aws:test:us-east-1:000000000000:${name}`;
}
