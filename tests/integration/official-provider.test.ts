import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { S3 } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { parse } from "yaml";
import { type Emulator, startEmulator } from "../../local/emulator/emulator.ts";
import { openEngine } from "../../local/engine/engine.ts";
import { startProvider } from "../../local/provider/server.ts";
import { emulatorClient } from "../../stacks/record.ts";
import { stageConfig } from "../support/mocks.ts";
import { target } from "../support/stack.ts";

/** Elsewhere than on the pipelines' runners, ours stands in for the provider that the engine would download. */
const isOfficial = process.env.ORDERS_PROVIDER === "official";

/** What the emulator lacks: CodeDeploy, and the audit trail's bucket, which outlives its stack. And what prod protects. */
const OMITTED = { auditTrail: "false", safeRelease: "false", deletionProtection: "false" };

describe(`The official provider${isOfficial ? "" : "'s stand-in"}, on an emulator`, () => {
  let folder: string;
  let emulator: Emulator;
  let standIn: Awaited<ReturnType<typeof startProvider>> | undefined;

  before(async function () {
    if (target === "aws") this.skip();
    folder = await mkdtemp(join(tmpdir(), "orders-official-"));
    emulator = await startEmulator({ auth: true, logFile: join(folder, "emulator.log") });
    if (isOfficial) return;
    standIn = await startProvider();
    process.env.PULUMI_DEBUG_PROVIDERS = `aws:${standIn.port}`;
  });
  after(async () => {
    if (standIn) delete process.env.PULUMI_DEBUG_PROVIDERS;
    await standIn?.stop();
    await emulator?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  for (const stage of ["dev", "prod"] as const) {
    it(`creates all that ${stage} has, and takes it away again`, async () => {
      const directory = join(folder, stage);
      const config = { ...stageConfig(stage), ...OMITTED };
      const options = { name: stage, directory, endpoint: emulator.endpoint, config, ephemeral: true, official: true };
      const engine = await openEngine(options);

      const created = await engine.up();
      const existing = await inventory();
      const destroyed = await engine.destroy();

      expect(existing.tables).to.have.lengthOf(1);
      expect(existing.roles).to.not.be.empty;
      expect(destroyed.changes).to.deep.equal({ delete: created.changes.create });
      expect(await inventory()).to.deep.equal({ tables: [], roles: [], buckets: [] });
      const { config: settings } = parse(await readFile(join(directory, `Pulumi.${stage}.yaml`), "utf8"));
      expect(settings).to.include({
        "aws:accessKey": "test",
        "aws:endpoints": JSON.stringify([{ dynamodb: emulator.endpoint }]),
        "aws:s3UsePathStyle": "true",
        "aws:skipCredentialsValidation": "true",
        "orders:owner": "orders-team",
      });
      expect(settings, "the account's id is part of the addresses of S3 Control").to.not.have.property(
        "aws:skipRequestingAccountId",
      );
    });
  }

  async function inventory() {
    const client = emulatorClient({ region: "us-east-1" }, emulator.endpoint);
    const [{ TableNames }, { Roles = [] }, { Buckets = [] }] = await Promise.all([
      new DynamoDBClient(client).send(new ListTablesCommand()),
      new IAMClient(client).send(new ListRolesCommand()),
      new S3({ ...client, forcePathStyle: true }).listBuckets(),
    ]);
    return {
      tables: TableNames,
      roles: Roles.map(({ RoleName }) => RoleName),
      buckets: Buckets.map(({ Name }) => Name),
    };
  }
});
