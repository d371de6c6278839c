import { expect } from "chai";
import { beforeEach, describe, it } from "mocha";
import { release, rollBackRelease } from "../../../delivery/release/release.ts";
import { releasesOf } from "../../../delivery/release/releases.ts";
import { stackOf } from "../../../stacks/stack.ts";
import { CodeDeployDouble } from "./codedeploy-double.ts";

describe("A release", () => {
  let aws: CodeDeployDouble;
  let told: string[];
  const run = (operation: typeof release, options: { signal?: AbortSignal } = {}) => {
    told = [];
    const { codedeploy, lambda } = aws;
    const tools = { codedeploy, lambda, tell: (line: string) => told.push(line), pollSeconds: 0, ...options };
    return operation(aws.releases, tools).then(
      () => "",
      ({ message }: Error) => message,
    );
  };
  beforeEach(() => {
    aws = new CodeDeployDouble("create-order", "get-order", "list-orders");
  });

  it("has nothing to do after the first deployment, whose aliases begin at the first version", async () => {
    expect(await run(release)).to.equal("");

    expect(told).to.deep.equal([
      "Nothing to release: all traffic already goes to the newest version of every function.",
    ]);
    expect(aws.deployments).to.deep.equal([]);
  });

  it("deploys each function that has a newer version, and no other, and tells how far it is", async () => {
    aws.publish("create-order", "list-orders");

    expect(await run(release)).to.equal("");

    expect(aws.live()).to.deep.equal({ "create-order": "2", "get-order": "1", "list-orders": "2" });
    expect(told).to.deep.equal([
      "  group-of-create-order: from version 1 to 2 (d-1)",
      "  group-of-list-orders: from version 1 to 2 (d-2)",
      "  group-of-create-order: InProgress",
      "  group-of-list-orders: InProgress",
      "  group-of-create-order: Succeeded",
      "  group-of-list-orders: Succeeded",
      "Released 2 of 3 functions; the others have not changed.",
    ]);
    expect(await run(release)).to.equal("");
    expect(aws.deployments).to.have.lengthOf(2);
  });

  it("says in an AppSpec which alias to move from which version to which", async () => {
    aws.publish("get-order");

    await run(release);

    const Properties = { Name: "get-order", Alias: "live", CurrentVersion: "1", TargetVersion: "2" };
    expect(aws.appSpecs).to.deep.equal([
      // A string. Source: CodeDeploy's user guide, "AppSpec file structure".
      { version: "0.0", Resources: [{ function: { Type: "AWS::Lambda::Function", Properties } }] },
    ]);
  });

  it("goes to the newest version by its number", async () => {
    for (let version = 2; version <= 10; version++) aws.publish("get-order");

    await run(release);

    expect(aws.live()).to.include({ "get-order": "10" });
  });

  it("fails once all deployments are at their end, when an alarm rolled one of them back, and leads the others back", async () => {
    aws.publish("create-order", "get-order");
    aws.courses["group-of-create-order"] = ["InProgress", "Stopped"];
    aws.courses["group-of-get-order"] = ["InProgress", "InProgress", "InProgress", "Succeeded"];

    const failure = await run(release);

    expect(failure).to.equal(
      "The release failed for 1 of 2 functions:\n" +
        "  group-of-create-order (Stopped, ALARM_ACTIVE: One or more alarms are in alarm state.)\n" +
        "All functions are back at their previous versions. Check the alarms, fix the cause, deploy, and release again.",
    );
    expect(aws.live()).to.deep.equal({ "create-order": "1", "get-order": "1", "list-orders": "1" });
    expect(told.at(-1)).to.equal("  get-order: from version 2 back to 1");
  });

  it("is refused beside another one", async () => {
    aws.publish("create-order");
    aws.courses["group-of-create-order"] = ["InProgress"];
    const ended = new AbortController();
    const first = run(release, { signal: ended.signal });
    while (aws.deployments.length === 0) await new Promise(setImmediate);

    const second = await run(release);
    ended.abort();
    await first;

    expect(second).to.equal(
      "Another release of orders-prod is in progress (d-1 of group-of-create-order: InProgress): wait until it ends, or stop it " +
        "with --rollback.",
    );
    expect(aws.deployments).to.have.lengthOf(1);
  });

  it("ends what it has begun when another one has come in between", async () => {
    aws.publish("create-order", "get-order");
    aws.deployments.push({
      ...{ deploymentId: "d-other", deploymentGroupName: "group-of-get-order", status: "Succeeded" },
      ...{ course: ["Succeeded"], description: "get-order", from: "1", target: "1" },
    });
    const [other] = aws.deployments;
    const send = aws.codedeploy.createDeployment.bind(aws.codedeploy);
    // The other release begins after this one looked, and before it comes to the second function.
    aws.codedeploy.createDeployment = (async (input: Parameters<typeof send>[0]) => {
      const answer = await send(input);
      if (other) Object.assign(other, { status: "InProgress", course: ["InProgress"] });
      return answer;
    }) as typeof aws.codedeploy.createDeployment;

    const failure = await run(release);

    expect(failure).to.equal("Another release is in progress: CodeDeploy is already deploying group-of-get-order.");
    expect(aws.deployments.find(({ deploymentId }) => deploymentId === "d-2")?.course).to.deep.equal(["Stopped"]);
  });

  describe("is rolled back", () => {
    it("for all functions of the last release, and for no other, however often", async () => {
      aws.publish("create-order");
      await run(release);
      aws.publish("get-order");
      await run(release);

      expect(await run(rollBackRelease)).to.equal("");

      expect(aws.live()).to.deep.equal({ "create-order": "2", "get-order": "1", "list-orders": "1" });
      expect(told).to.deep.equal([
        "  get-order: from version 2 back to 1",
        "Rolled back 1 of 3 functions; the others were not part of the last release.",
      ]);
      expect(await run(rollBackRelease)).to.equal("");
      expect(told).to.deep.equal(["All traffic already goes to the versions before the last release."]);
    });

    it("to the version from before, not to one that was never good", async () => {
      aws.publish("create-order");
      aws.courses["group-of-create-order"] = ["Stopped"];
      await run(release);
      aws.publish("create-order");
      delete aws.courses["group-of-create-order"];
      await run(release);

      await run(rollBackRelease);

      expect(aws.live()).to.include({ "create-order": "1" });
    });

    it("to the version from before, not to that of a release which failed for another function", async () => {
      aws.publish("create-order", "get-order");
      aws.courses["group-of-create-order"] = ["Stopped"];
      await run(release);
      delete aws.courses["group-of-create-order"];
      await run(release);

      await run(rollBackRelease);

      expect(aws.live()).to.deep.equal({ "create-order": "1", "get-order": "1", "list-orders": "1" });
    });

    it("while it is under way, and half of it done", async () => {
      aws.publish("create-order", "get-order");
      aws.courses["group-of-get-order"] = ["InProgress"];
      const ended = new AbortController();
      const first = run(release, { signal: ended.signal });
      while (aws.live()["create-order"] === "1") await new Promise(setImmediate);
      ended.abort();
      await first;

      expect(await run(rollBackRelease)).to.equal("");

      expect(aws.live()).to.deep.equal({ "create-order": "1", "get-order": "1", "list-orders": "1" });
      expect(told).to.include("Stopping the release in progress (d-2 of group-of-get-order: InProgress) …");
    });

    it("only if there was one", async () => {
      expect(await run(rollBackRelease)).to.equal("There is nothing to roll back to: there has been no release yet.");
    });
  });

  it("needs a stack with safe releases", () => {
    const outputs = { apiUrl: "url", apiKey: "key", storefrontUrl: "url", storefrontKey: "key" };
    const read = (others: Record<string, string>) => () =>
      releasesOf(stackOf("dev", { ...outputs, ...others }, { region: "us-east-1" }));

    expect(read({})).to.throw(
      "The stack dev has no safe releases, so what `pulumi up` deploys goes live at once: set safeRelease.",
    );
    expect(read({ releases: JSON.stringify(aws.releases) })()).to.deep.equal(aws.releases);
  });
});
