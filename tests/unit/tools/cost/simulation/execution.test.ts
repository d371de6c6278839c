import { expect } from "chai";
import { describe, it } from "mocha";
import { execute, StateError, type StateMachine } from "../../../../../tools/cost/simulation/execution.ts";
import { VirtualWorld } from "../../../../../tools/cost/simulation/world.ts";

const RETRY = { ErrorEquals: ["States.ALL"], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 5, MaxDelaySeconds: 3 };

const MACHINE: StateMachine = {
  StartAt: "Ask",
  States: {
    Ask: {
      Type: "Task",
      TimeoutSeconds: 5,
      Retry: [{ ErrorEquals: ["Hopeless"], MaxAttempts: 0 }, RETRY],
      Catch: [{ ErrorEquals: ["Hopeless"], Next: "GiveUp" }],
      ResultPath: "$.last",
      Next: "Choose",
    },
    Choose: {
      Type: "Choice",
      Choices: [{ Variable: "$.last.outcome", StringEquals: "YES", Next: "Act" }],
      Default: "Done",
    },
    Act: { Type: "Task", ResultPath: null, End: true },
    Done: { Type: "Succeed" },
    GiveUp: { Type: "Fail" },
  },
};

describe("A simulated execution", () => {
  for (const [outcome, states] of [
    ["YES", ["Ask", "Act"]],
    ["NO", ["Ask"]],
  ] as const) {
    it(`goes where a result of ${outcome} leads it`, async () => {
      const { succeeded, visited } = await run(async () => ({ outcome }));

      expect(succeeded).to.equal(true);
      expect(visited).to.deep.equal(states);
    });
  }

  it("waits between attempts, twice as long each time up to the longest delay, then fails", async () => {
    const { succeeded, visited, seconds } = await run(async () => {
      throw new StateError("Busy");
    });

    expect(succeeded).to.equal(false);
    expect(visited).to.have.length(6);
    expect(seconds).to.equal(1 + 2 + 3 + 3 + 3);
  });

  it("doesn't retry an error that allows no retries, and goes where it is caught", async () => {
    const { succeeded, visited } = await run(async () => {
      throw new StateError("Hopeless");
    });

    expect(succeeded).to.equal(false);
    expect(visited).to.deep.equal(["Ask"]);
  });

  it("gives up an attempt after the state's time-out", async () => {
    const { visited, seconds } = await run(() => new Promise(() => {}));

    expect(visited).to.have.length(6);
    expect(seconds).to.equal(6 * 5 + 12);
  });
});

async function run(task: () => Promise<Record<string, string>>) {
  const world = new VirtualWorld();
  const visited: string[] = [];
  const execution = execute(world, MACHINE, (state) => {
    visited.push(state);
    return task();
  });
  const succeeded = await world.run(execution);
  return { succeeded, visited, seconds: world.now / 1_000 };
}
