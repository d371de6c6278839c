import { execFile } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import type { PreviewReport } from "../../delivery/preview/report.ts";
import { type Emulator, startEmulator } from "../../local/emulator/emulator.ts";
import { engineEnvironment, prepareFolder } from "../../local/engine/stack-folder.ts";
import { startProvider } from "../../local/provider/server.ts";
import { root } from "../../tools/paths.ts";
import { target } from "../support/stack.ts";
import { type LanguageHost, startLanguageHost } from "./language-host.ts";

/** The command, the Pulumi CLI, its state and the program are real. AWS is an emulator, behind the local provider. */
describe("npm run preview -- --target aws", function () {
  this.timeout(300_000);
  this.slow(60_000);
  const folder = mkdtempSync(join(tmpdir(), "orders-preview-aws-"));
  const number = String(randomInt(10 ** 8, 10 ** 9));
  const settings = join(root, `Pulumi.pr-${number}.yaml`);
  const account = { accessKey: "test", secretKey: "test" };
  let emulator: Emulator;
  let provider: Awaited<ReturnType<typeof startProvider>>;
  let host: LanguageHost;

  before("prepare an account, and log the Pulumi CLI in", async function () {
    if (target === "aws") this.skip();
    prepareFolder(folder);
    emulator = await startEmulator({ auth: true, logFile: join(folder, "emulator.log") });
    provider = await startProvider({ ...account, endpoints: [{ dynamodb: emulator.endpoint }] });
    host = await startLanguageHost();
  });
  after(async () => {
    host?.stop();
    await provider?.stop();
    await emulator?.stop();
    rmSync(settings, { force: true });
    rmSync(folder, { recursive: true });
  });

  it("creates a stack, updates it from a second machine, and destroys it from a third", async () => {
    const created = await up("1111111");
    const tables = await tablesOfAccount();
    switchMachine();
    const updated = await up("2222222");
    const health = await fetch(`${updated.urls?.storefront}/health`);
    const tablesAfterUpdate = await tablesOfAccount();
    switchMachine();
    const down = await preview("down");
    const again = await preview("down");

    expect(created).to.include({ stack: `pr-${number}`, target: "aws", commit: "1111111", owner: "ada" });
    expect(created.urls).to.include({ region: "us-east-1" });
    expect(updated).to.include({ commit: "2222222" });
    expect(updated.urls).to.deep.equal(created.urls);
    expect(health.status).to.equal(200);
    expect(tables).to.have.lengthOf(1);
    expect(tablesAfterUpdate).to.deep.equal(tables);
    expect(down).to.match(new RegExp(`\nThe stack pr-${number} is gone\\.\n$`));
    expect(again).to.equal(`There is no stack pr-${number}.\n`);
    expect(await tablesOfAccount()).to.deep.equal([]);
  });

  async function up(commit: string): Promise<PreviewReport> {
    await preview("up", "--commit", commit, "--owner", "ada");
    return JSON.parse(readFileSync(join(folder, `pr-${number}`, "report.json"), "utf8"));
  }

  /** Deletes all local files. Only Pulumi's state backend remains. */
  function switchMachine(): void {
    expect(existsSync(settings)).to.equal(true);
    rmSync(settings);
    for (const known of ["home", `pr-${number}`]) rmSync(join(folder, known), { recursive: true });
  }

  async function preview(step: string, ...args: string[]): Promise<string> {
    const env = {
      ...process.env,
      ...engineEnvironment(folder, true),
      AWS_REGION: "us-east-1",
      ORDERS_FOLDER: join(folder, "local"),
      PULUMI_DEBUG_LANGUAGES: `nodejs:${host.port}`,
      PULUMI_DEBUG_PROVIDERS: `aws:${provider.port}`,
    };
    const command = [join(root, "cli", "commands", "preview.ts"), step, "--target", "aws", "--number", number, ...args];
    return (await promisify(execFile)(process.execPath, command, { env, maxBuffer: 2 ** 26 })).stdout;
  }

  async function tablesOfAccount() {
    const credentials = { accessKeyId: account.accessKey, secretAccessKey: account.secretKey };
    const client = new DynamoDBClient({ region: "us-east-1", endpoint: emulator.endpoint, credentials });
    return (await client.send(new ListTablesCommand())).TableNames;
  }
});
