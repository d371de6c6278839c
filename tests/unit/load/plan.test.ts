import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { wantedLoad } from "../../../cli/verbs/verify/load.ts";
import { optionsOf } from "../../../load/k6-options.ts";
import { iterationsOf, PROFILES, type ProfileName, planOf, SCENARIOS } from "../../../load/plan.ts";
import { root } from "../../../tools/paths.ts";
import { parsed } from "../../support/parsed.ts";
import { runCli } from "../../support/run-cli.ts";

const profiles = Object.keys(PROFILES) as ProfileName[];

const wanted = async (args: string[], isRemote = false) =>
  wantedLoad((await parsed("load", ...args)).options as unknown as Parameters<typeof wantedLoad>[0], isRemote);

describe("The options of ./orders load", () => {
  it("name a profile; all else has defaults", async () => {
    const { plan } = await wanted(["--profile", "load"]);

    expect(plan).to.deep.equal(planOf("load", "place", "local"));
  });

  it("change a profile's rate, duration and service level", async () => {
    const args = ["--profile", "spike", "--scenario", "journey", "--rate", "0.5", "--duration", "2m", "--p95", "250"];

    const { plan } = await wanted([...args, "--stack", "local"]);

    expect(plan).to.include({ profile: "spike", scenario: "journey", rate: 0.5, duration: 120, p95: 250 });
  });

  it("require a confirmation for a stack that is not on this machine", async () => {
    const args = ["--profile", "load", "--stack", "dev"];

    const refusal = await wanted(args, true).catch((error) => error);
    const meant = await wanted([...args, "--yes-i-mean-it"], true);

    expect(refusal.message).to.equal(
      "This would place about 12000 orders on the stack dev, up to 20 a second, which costs money and disturbs whoever " +
        "uses it: add --yes-i-mean-it if that is what you want.",
    );
    expect(refusal.exitCode).to.equal(1);
    expect(meant).to.deep.equal({ stack: "dev", plan: planOf("load", "place", "remote") });
  });

  for (const [args, sentence] of [
    [[], "Required option '--profile <name>' not specified."],
    [
      ["--profile", "huge"],
      "Option '--profile <name>' argument 'huge' is invalid. Allowed choices are smoke, load, stress, soak, spike, breakpoint.",
    ],
    [["--profile", "smoke", "--scenario", "buy"], "'buy' is invalid. Allowed choices are place, journey."],
    [
      ["--profile", "smoke", "--rate", "0"],
      "'0' is invalid. It must be a number of orders a second, such as 5 or 0.5.",
    ],
    [["--profile", "smoke", "--p95", "x"], "'x' is invalid. It must be a number of milliseconds, such as 500."],
    [
      ["--profile", "breakpoint", "--rate", "0.05", "--duration", "10s"],
      "10 s at 0.05 orders a second are not enough for a single order: raise --rate or --duration.",
    ],
    [["--profile", "smoke", "--duration", "5"], "'5' is invalid. It must be a time such as 90s, 15m, 2h or 1d."],
    [["--profile", "smoke", "--sta", "dev"], "Unknown option '--sta'\n(Did you mean --stack?)"],
  ] as const) {
    it(`are rejected with a sentence: ${args.join(" ") || "none"}`, async () => {
      const { errors, exitCode } = await runCli(["load", ...args]);

      expect(errors).to.include(sentence);
      expect(exitCode).to.equal(2);
    });
  }
});

describe("The profiles", () => {
  it("start as many orders as they say, at no more than their rate", () => {
    const wanted = {
      rate: fc.double({ min: 0.1, max: 1_000, noNaN: true }),
      duration: fc.integer({ min: 10, max: 9_999 }),
    };
    const plans = fc.record({ profile: fc.constantFrom(...profiles), ...wanted });

    fc.assert(
      fc.property(plans, ({ profile, ...changes }) => {
        // Less may be no order at all, and is refused.
        fc.pre(changes.rate * changes.duration >= 10);
        const plan = planOf(profile, "place", "remote", changes);
        const scenario = optionsOf(plan).scenarios?.[profile];
        const stages = scenario?.executor === "ramping-arrival-rate" ? scenario.stages : [];
        const seconds = stages.reduce((sum, { duration }) => sum + Number.parseInt(String(duration), 10), 0);

        expect(iterationsOf(plan))
          .to.be.at.most(Math.round(plan.rate * plan.duration))
          .and.at.least(1);
        if (stages.length > 0) expect(seconds).to.be.closeTo(plan.duration, 1);
        for (const { target } of stages) expect(target).to.be.at.most(Math.max(1, Math.round(plan.rate * 60)));
      }),
    );
  });

  it("are all in the documentation, with their figures", () => {
    const page = readFileSync(join(root, "docs", "load.md"), "utf8");

    for (const profile of profiles) {
      const { purpose, rate, duration } = PROFILES[profile];
      const time = (seconds: number) =>
        seconds % 3_600 === 0 ? `${seconds / 3_600} h` : seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
      const cells = [
        `\`${profile}\``,
        purpose,
        `${rate.local}/s, ${time(duration.local)}`,
        `${rate.remote}/s, ${time(duration.remote)}`,
      ];
      expect(page).to.include(`| ${cells.join(" | ")} |`);
    }
  });

  it("abort when a service level is missed, in every scenario", () => {
    for (const scenario of SCENARIOS) {
      const { thresholds = {} } = optionsOf(planOf("load", scenario, "remote"));

      expect(thresholds).to.include.keys("http_req_failed", "checks", "http_req_duration{name:POST /orders}");
      for (const rule of Object.values(thresholds).flat()) expect(rule).to.include({ abortOnFail: true });
    }
  });
});
