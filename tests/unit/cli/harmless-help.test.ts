import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { root } from "../../../tools/paths.ts";
import { pathsOf } from "../../support/parsed.ts";

/** Runs each line of arguments in one process, and tells how each ended. */
const RUN_ALL = `
  import { run } from ${JSON.stringify(new URL("../../../cli/program.ts", import.meta.url).href)};
  const { stdin, stdout, stderr } = process;
  const codes = [];
  for (const args of JSON.parse(process.argv[1])) {
    codes.push(await run(args, { stdin, stdout, stderr, interruption: () => new AbortController().signal }));
  }
  stderr.write(JSON.stringify(codes));
`;

/** Node refuses to write files, start processes or threads, and load native code. */
const READ_ONLY = ["--permission", "--allow-fs-read=*", "--disable-warning=ExperimentalWarning"];

describe("--help", function () {
  this.slow(20_000);

  it("of any verb does nothing else: it works where nothing may be written or started", async () => {
    const lines = ["--help", "-h"].flatMap((flag) => pathsOf().map((path) => [...path, flag]));
    lines.push(["--help"], ["help"], ["help", "up"], ["--version"], ["up", "--help", "--json"]);

    const { output, errors, code } = await node(
      ...READ_ONLY,
      "--input-type=module",
      "-e",
      RUN_ALL,
      JSON.stringify(lines),
    );

    expect(lines.length).to.be.above(80);
    expect(JSON.parse(errors)).to.deep.equal(lines.map(() => 0));
    expect(code).to.equal(0);
    expect(output.match(/^Usage: \.\/orders /gm)).to.have.lengthOf(lines.length - 1);
  });

  it("is what keeps a verb from acting: without it, the same process is stopped", async () => {
    const { errors } = await node(...READ_ONLY, join(root, "cli", "main.ts"), "openapi");

    expect(errors).to.match(/Access to this API has been restricted/);
  });
});

async function node(...args: string[]) {
  const env = { ...process.env, NODE_COMPILE_CACHE: undefined, NODE_OPTIONS: undefined };
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { output, errors, code };
}
