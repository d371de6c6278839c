import { type Command, InvalidArgumentError, Option } from "commander";
import { MAX_LINES } from "../../domain/quantities.ts";
import { PARTS, type PartName } from "../../load/bench/part-names.ts";
import { PROFILES, SCENARIOS } from "../../load/plan.ts";
import { REGIONS } from "../../tools/cost/prices.ts";
import { duration, positiveNumber, wholeNumber } from "../arguments.ts";
import { type Perform, TOLD } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { examples } from "../help.ts";
import { withTraits } from "../traits.ts";
import type { BenchOptions } from "./verify/bench.ts";
import type { CostOptions } from "./verify/cost.ts";
import type { LoadOptions } from "./verify/load.ts";

/** Verbs that find out whether the system does what it should, how fast, and for how much. */
export function addVerifyCommands(program: Command, perform: Perform): void {
  withTraits(program.command("test"), {
    tools: ["k6", "chromium", "oasdiff", "actionlint", "parliament", "schemathesis", "stripe-mock", "addresses"],
    without: ["stack", "json"],
  })
    .description("Runs formatter, linter, types and every suite, or only the named test files and folders.")
    .argument("[paths...]", "files or folders, such as tests/unit")
    .addHelpText(
      "after",
      `\nSuites that need a stack deploy their own.\n${examples(
        ["orders test", "everything; about 25 minutes on two cores"],
        ["orders test tests/unit tests/components", "what needs no stack"],
        ["orders test tests/integration/products.test.ts", "one file"],
      )}`,
    )
    .action(
      perform<[string[]], object>(async (_, paths) => {
        const { runTests } = await import("../../tests/run.ts");
        return { ...TOLD, exitCode: (await runTests(paths)) ? EXIT.DONE : EXIT.FAILED };
      }),
    );

  withTraits(program.command("load"), { tools: ["k6"], without: ["json"] })
    .description(
      "Load-tests a stack with k6, then verifies that every order reached a final state and all sums add up.",
    )
    .addOption(
      new Option("--profile <name>", "how much, for how long").choices(Object.keys(PROFILES)).makeOptionMandatory(),
    )
    .addOption(new Option("--scenario <name>", "what is done").choices(SCENARIOS).default("place"))
    .option("--rate <number>", "orders a second at most", positiveNumber("orders a second, such as 5 or 0.5"))
    .option("--duration <time>", "for how long", duration)
    .option(
      "--p95 <number>",
      "milliseconds that 95 of 100 responses may take",
      positiveNumber("milliseconds, such as 500"),
    )
    .option("--yes-i-mean-it", "also a stack beyond this machine")
    .addHelpText(
      "after",
      `\nWithout --stack, it deploys an ephemeral stack. docs/load.md has the profiles.\n${examples(
        ["orders load --profile smoke", "half a minute, to see that it works"],
        ["orders load --profile load --stack local", "the stack that runs here"],
        ["orders load --profile load --stack dev --yes-i-mean-it", "a stack on AWS, which costs money"],
      )}`,
    )
    .action(perform(async (context: LoadOptions) => (await import("./verify/load.ts")).loadTest(context)));

  withTraits(program.command("bench"), { without: ["stack", "json"] })
    .description("Measures how fast the system is, against a floor in the same run.")
    .option("--gate", "end with 1 where a ratio is beyond its budget")
    .option("--write", "write the tables of docs/benchmarks.md")
    .option("--only <parts>", `only these, with commas between them: ${PARTS.join(", ")}`, partsNamed)
    .option("--rounds <number>", "so many rounds of sequential requests, instead of the plan's", wholeNumber(1))
    .option("--quick", "in a minute, to see that it works")
    .addHelpText(
      "after",
      `\ndocs/benchmarks.md says what it measures.\n${examples(
        ["orders bench", "everything; about eight minutes on two idle cores"],
        ["orders bench --gate", "is any ratio beyond its budget?"],
        ["orders bench --only latency,scale", "some parts"],
      )}`,
    )
    .action(perform(async (context: BenchOptions) => (await import("./verify/bench.ts")).bench(context)));

  withTraits(program.command("campaign"), { without: ["stack", "json"] })
    .description("Lets random orders meet random faults, round by round, and checks every guarantee.")
    .option("--seed <number>", "what the first round is drawn from (default: a random one)", wholeNumber(0))
    .option("--minutes <number>", "for how long rounds are begun", wholeNumber(1), 1)
    .option("--seconds <number>", "for how long orders come in a round", wholeNumber(1), 45)
    .addHelpText(
      "after",
      `\ndocs/reliability.md lists the guarantees.\n${examples(
        ["orders campaign", "one round, about two minutes"],
        ["orders campaign --seed 7 --minutes 15", "rounds that can be repeated"],
      )}`,
    )
    .action(
      perform<[], { seed?: number; minutes: number; seconds: number }>(async ({ options, terminal }) => {
        const { campaign } = await import("../../tests/faults/play.ts");
        await campaign(options, terminal.interruption());
        return TOLD;
      }),
    );

  withTraits(program.command("cost"), { without: ["stack"] })
    .description("Prints what so many orders a month cost on AWS.")
    .option("--orders <number>", "how many orders a month", wholeNumber(0, 1e12), 10_000)
    .option("--items <number>", "different products of each order", wholeNumber(1, MAX_LINES), 2)
    .addOption(new Option("--region <name>", "where").choices(REGIONS).default("us-east-1"))
    .option("--kms", "with a key of the account's own", false)
    .option("--waf", "with a web ACL before the APIs", false)
    .addHelpText(
      "after",
      `\ndocs/cost.md explains the bill.\n${examples(
        ["orders cost", "a small shop"],
        ["orders cost --orders 10000 --kms --waf --json", "with all that is optional, for a script"],
      )}`,
    )
    .action(perform(async (context: CostOptions) => (await import("./verify/cost.ts")).cost(context)));

  withTraits(program.command("simulate"), { without: ["stack", "json"] })
    .description("Prints which AWS limit is reached first, and what comes of bursts, backlogs and outages.")
    .addHelpText("after", `\ndocs/scale.md explains the tables.\n${examples(["orders simulate", "takes seconds"])}`)
    .action(
      perform(async () => ({
        data: undefined,
        text: await (await import("../../tools/cost/scale-text.ts")).scaleText(),
      })),
    );

  withTraits(program.command("recount"), { without: ["stack", "json"] })
    .description("Counts the calls to AWS again, and writes tools/cost/ and the tables that follow from it in docs/.")
    .addHelpText("after", examples(["orders recount", "after a change that makes different calls"]))
    .action(
      perform(async () => {
        process.env.UPDATE_COUNTS = "1";
        const { COUNTING, runTests } = await import("../../tests/run.ts");
        for (const files of COUNTING) if (!(await runTests(files))) return { ...TOLD, exitCode: EXIT.FAILED };
        return { ...TOLD, exitCode: EXIT.DONE };
      }),
    );

  withTraits(program.command("audit"), { without: ["stack", "json"] })
    .description("Asks the registry for known vulnerabilities of the dependencies, and fails for any.")
    .addHelpText("after", examples(["orders audit", "needs the network"]))
    .action(perform(async () => (await import("./ship/packages.ts")).audit()));
}

function partsNamed(names: string): PartName[] {
  return names.split(",").map((name) => {
    const part = PARTS.find((part) => part === name);
    if (part === undefined) throw new InvalidArgumentError(`The parts are ${PARTS.join(", ")}.`);
    return part;
  });
}
