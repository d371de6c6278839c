import { execFile } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { parse } from "yaml";
import { planOf } from "../../../load/plan.ts";
import { configDefaults } from "../../../stacks/stages.ts";
import { root, tool } from "../../../tools/paths.ts";
import { argumentsOf, parsed } from "../../support/parsed.ts";

/** The verbs that the pipelines run beside `./orders test`: a test that runs what the verb does, and by what. */
const RUN_BY: Record<string, [test: string, by: string]> = {
  audit: ["tests/unit/supply-chain/audit.test.ts", '"audit"'],
  build: ["tests/integration/deploy.test.ts", 'run("build"'],
  deploy: ["tests/integration/deploy.test.ts", 'run("deploy"'],
  load: ["tests/load/load.test.ts", '"load", ...args'],
  preview: ["tests/integration/preview.test.ts", 'run("preview"'],
  release: ["tests/unit/delivery/release.test.ts", "/release.ts"],
  sbom: ["tests/unit/supply-chain/sbom.ts", '"sbom"'],
  stacks: ["tests/integration/cli/stacks.test.ts", 'runCli(["stacks"'],
};

/** What the one job runs that may write, and therefore installs no packages. */
const POST_COMMENT = 'node delivery/preview/post-comment.ts --number "$NUMBER" --file comment.md';

interface Workflow {
  on: Record<string, unknown>;
  permissions: object;
  concurrency?: Concurrency;
  jobs: Record<string, Job>;
}

interface Concurrency {
  group: string;
  "cancel-in-progress": boolean | string;
}

interface Job {
  if?: string;
  uses?: string;
  environment?: string;
  env?: Record<string, string>;
  concurrency?: Concurrency;
  permissions?: Record<string, string>;
  steps?: Step[];
  "timeout-minutes"?: number;
}

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

const FOLDER = join(root, ".github", "workflows");
const files = globSync("*.yml", { cwd: FOLDER }).sort();
const texts = files.map((file) => readFileSync(join(FOLDER, file), "utf8"));
const workflows = texts.map((text) => parse(text) as Workflow);
const jobs = workflows.flatMap((workflow, index) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({
    name: `${basename(files[index] ?? "", ".yml")} ${name}`,
    job,
    workflow,
  })),
);
const steps = jobs.flatMap(({ job }) => job.steps ?? []);
const runs = steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
const namesOf = (found: { name: string }[]) => found.map(({ name }) => name);

describe("The pipelines", function () {
  this.slow(1_000);

  it("check, preview, deploy and look after what runs", () => {
    expect(files).to.deep.equal(["check.yml", "deploy.yml", "nightly.yml", "preview.yml"]);
  });

  it("test whatever is to be merged, under a name that no other run reports", () => {
    const { on, jobs: own } = workflows[files.indexOf("check.yml")] as Workflow;

    expect(on).to.have.all.keys("pull_request", "workflow_call");
    expect(Object.keys(own)).to.deep.equal(["test"]);
    expect(own.test?.if, "a job that is left out counts as one that passed").to.equal(undefined);
    expect(namesOf(jobs).filter((name) => name.endsWith(" test"))).to.deep.equal(["check test"]);
  });

  it("pass actionlint, which detects a mistake", async () => {
    const mistake = (texts[0] ?? "").replace("runs-on:", "run-on:");

    const [found, missed] = await Promise.all([lint(...files.map((file) => join(FOLDER, file))), lint("-", mistake)]);

    expect(found).to.equal("");
    expect(missed).to.include('unexpected key "run-on"');
  });

  it("run only existing verbs, with options that they take", async () => {
    const lines = runs.filter((run) => run !== "npm ci" && run !== POST_COMMENT && !isTest(run));
    const used = new Set<string>();

    for (const run of lines) {
      expect(run).to.match(/^\.\/orders [\w\s"$./-]+( > [\w./]+)?$/);
      const words = argumentsOf(run).map((word) => word.replace(/^\$.*/, "123"));
      await parsed(...words);
      used.add(words[0] ?? "");
    }
    expect([...used].sort(), "which of them is run by which test").to.deep.equal(Object.keys(RUN_BY));
  });

  it("run all tests, and every night one of them with the official provider", () => {
    const tests = jobs.filter(({ job }) => job.steps?.some(({ run }) => run && isTest(run)));

    const found = tests.map(({ name, job }) => [name, job.env, job.steps?.at(-1)?.run]);
    const file = "tests/integration/official-provider.test.ts";
    expect(found).to.deep.equal([
      ["check test", undefined, "./orders test"],
      ["nightly official-provider", { ORDERS_PROVIDER: "official" }, `./orders test ${file}`],
    ]);
    expect(readFileSync(join(root, file), "utf8")).to.include('process.env.ORDERS_PROVIDER === "official"');
  });

  it("install no packages where they may write: the comment needs none", () => {
    const job = jobs.find(({ name }) => name === "preview comment")?.job;

    expect(job?.steps?.flatMap(({ run = [] }) => run)).to.deep.equal([POST_COMMENT]);
    const source = readFileSync(join(root, "delivery", "preview", "post-comment.ts"), "utf8");
    const imports = [...source.matchAll(/ from "([^"]+)"/g)].map(([, module]) => module);
    expect(imports.filter((module) => !module?.startsWith("node:"))).to.deep.equal([]);
  });

  for (const [verb, [test, by]] of Object.entries(RUN_BY)) {
    it(`run \`./orders ${verb}\`, which ${test} runs, too`, () => {
      expect(existsSync(join(root, test)), test).to.equal(true);
      expect(readFileSync(join(root, test), "utf8")).to.include(by);
    });
  }

  it("interpolate nothing into a command line, such as a branch's name", () => {
    expect(runs.filter((run) => run.includes("${{"))).to.deep.equal([]);
  });

  it("pin every action to a commit, and say which version that is", () => {
    const lines = texts.flatMap((text) => text.split("\n")).filter((line) => /\buses: (?!\.\/)/.test(line));

    expect(lines.length).to.be.at.least(10);
    for (const line of lines) expect(line).to.match(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    const actions = lines.map((line) => line.replace(/.*uses: /, ""));
    const named = new Set(actions.map((action) => action.split("@")[0]));
    expect(new Set(actions), "one version of each").to.have.lengthOf(named.size);
  });

  it("have only the permissions they need, and no long-lived key", () => {
    expect(workflows.map(({ permissions }) => permissions)).to.deep.equal(workflows.map(() => ({})));
    for (const { name, job } of jobs) {
      const { contents, "id-token": identity, "pull-requests": comments, ...others } = job.permissions ?? {};
      expect(others, name).to.deep.equal({});
      expect(contents, name).to.equal("read");
      expect(identity, `${name}: credentials are for environments`).to.equal(job.environment ? "write" : undefined);
      expect(comments, name).to.equal(name === "preview comment" ? "write" : undefined);
    }
    expect(texts.join("\n")).not.to.match(/secrets\s*[.[]|AKIA|access-key/);
  });

  it("give no credentials to what comes from a fork", () => {
    const SAME = "github.event.pull_request.head.repo.full_name == github.repository";

    expect(texts.join("\n")).not.to.include("pull_request_target");
    const open = jobs.filter(({ job, workflow }) => "pull_request" in workflow.on && job.environment !== undefined);
    expect(namesOf(open)).to.deep.equal(["preview up", "preview down"]);
    for (const { job, name } of open)
      expect(job.if, name).to.match(new RegExp(`^[^|]+ && ${SAME.replaceAll(".", "\\.")}$`));
  });

  it("leave no token in the checkout", () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));

    expect(checkouts.length).to.be.at.least(8);
    for (const { with: inputs } of checkouts) expect(inputs).to.include({ "persist-credentials": false });
  });

  it("have time-outs, and don't cancel each other", () => {
    const endless = jobs.filter(({ job }) => job.uses === undefined && job["timeout-minutes"] === undefined);
    const withCredentials = jobs.filter(({ job }) => job.environment);
    const cancelling = withCredentials.filter(({ job, workflow }) => {
      const concurrency = job.concurrency ?? workflow.concurrency;
      return concurrency?.["cancel-in-progress"] !== false;
    });
    const groups = [...workflows, ...jobs.map(({ job }) => job)].flatMap(({ concurrency }) => concurrency?.group ?? []);

    expect(namesOf(endless)).to.deep.equal([]);
    expect(namesOf(cancelling)).to.deep.equal([]);
    expect(groups, "what waits in a group is cancelled by the next").to.have.lengthOf(new Set(groups).size);
    expect(groups).to.include.members(["deploy-dev", "deploy-prod"]);
  });

  it("have credentials for as long as they may take", () => {
    const withCredentials = jobs.filter(({ job }) => job.environment);
    const tooShort = withCredentials.filter(({ job }) => {
      const login = job.steps?.find(({ uses }) => uses?.startsWith("aws-actions/configure-aws-credentials@"));
      // Source of the default: the action's README.
      const seconds = Number(login?.with?.["role-duration-seconds"] ?? 3_600);
      return seconds < 60 * (job["timeout-minutes"] ?? 0);
    });

    expect(namesOf(tooShort)).to.deep.equal([]);
  });

  it("send no more emails a night than a new account of SES may: 14 a second, and half of a day's 50,000", () => {
    const nightly = runs.find((run) => run.includes("--profile load")) ?? "";
    const rate = Number(/--rate (\d+)/.exec(nightly)?.[1]);

    const plan = planOf("load", "place", "remote", { rate });

    expect(2 * plan.rate).to.be.at.most(Number(configDefaults().mailRatePerSecond));
    expect(2 * plan.rate * plan.duration).to.be.below(25_000);
  });

  it("deploy to prod what was deployed to dev, and not before", () => {
    const { dev, prod } = (workflows[files.indexOf("deploy.yml")] as Workflow).jobs as Record<
      string,
      Job & { needs: unknown }
    >;
    const deployment = ({ steps = [] }: Job, stage: string) =>
      steps.flatMap(({ uses, run }) => (uses ?? run ?? "").replace(`--stack ${stage} `, "")).slice(0, 6);

    expect(dev?.needs).to.deep.equal(["check", "build"]);
    expect(prod?.needs).to.equal("dev");
    expect(deployment(prod as Job, "prod")).to.deep.equal(deployment(dev as Job, "dev"));
    expect(deployment(prod as Job, "prod").at(-1)).to.equal('./orders deploy --artefact build --commit "$GITHUB_SHA"');
  });
});

function isTest(run: string): boolean {
  return /^\.\/orders test( |$)/.test(run);
}

/** Runs actionlint on files, or on a text given for `-`. @returns What it found. */
async function lint(...[first = "", ...others]: string[]): Promise<string> {
  const stdin = first === "-" ? others[0] : undefined;
  const args = ["-shellcheck=", "-pyflakes=", "-oneline", "-no-color", first, ...(stdin === undefined ? others : [])];
  const run = promisify(execFile)(tool("actionlint"), args, { cwd: root });
  run.child.stdin?.end(stdin);
  const { stdout } = await run.catch((error) => error);
  return stdout;
}
