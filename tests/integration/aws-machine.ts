import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { KMS } from "@aws-sdk/client-kms";
import { S3 } from "@aws-sdk/client-s3";
import { startEmulator } from "../../local/emulator/emulator.ts";
import { engineEnvironment, prepareFolder } from "../../local/engine/stack-folder.ts";
import { startProvider } from "../../local/provider/server.ts";
import type { Emulation } from "../../stacks/ephemeral.ts";
import { emulatorClient } from "../../stacks/record.ts";
import type { AwsClientOptions } from "../../stacks/stack.ts";
import { copyCheckout, editStage } from "./checkout.ts";
import { startLanguageHost } from "./language-host.ts";

const REGION = "us-east-1";
const BUCKET = "orders-previews";
const KEY = "alias/orders-preview";

/** A machine that is set up to deploy to an AWS account, as docs/deploy.md describes. */
export interface AwsMachine {
  /** A copy of this checkout, whose Pulumi.pr.yaml names the account's key for secrets. */
  checkout: string;
  /** Everything on the machine, with the checkout. */
  folder: string;
  /** Options for AWS SDK clients of the account. */
  awsClient: AwsClientOptions;
  /** Runs a script of the checkout. @returns What it printed. @throws Error with `stdout` and `stderr`, if it failed. */
  run(script: string, args: string[], environment?: Record<string, string>): Promise<string>;
  close(): Promise<void>;
}

/**
 * Sets up a machine with state in S3 and secrets encrypted by KMS. The Pulumi CLI and the programs are real; AWS is an
 * emulator, behind the local provider.
 *
 * @param emulation - Settings of that emulator.
 */
export async function openAwsMachine(emulation: Emulation = {}): Promise<AwsMachine> {
  const folder = mkdtempSync(join(tmpdir(), "orders-aws-"));
  prepareFolder(folder);
  const emulator = await startEmulator({ ...emulation, auth: true, logFile: join(folder, "emulator.log") });
  const { endpoint } = emulator;
  const provider = await startProvider({ accessKey: "test", secretKey: "test", endpoints: [{ dynamodb: endpoint }] });
  const host = await startLanguageHost();
  const close = async () => {
    host.stop();
    await provider.stop();
    await emulator.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const awsClient = emulatorClient({ region: REGION }, endpoint);
    await new S3({ ...awsClient, forcePathStyle: true }).createBucket({ Bucket: BUCKET });
    const kms = new KMS(awsClient);
    const { KeyMetadata } = await kms.createKey();
    await kms.createAlias({ AliasName: KEY, TargetKeyId: KeyMetadata?.KeyId });
    const checkout = join(folder, "checkout");
    copyCheckout(checkout);
    editStage(checkout, "pr", { secretsprovider: `awskms://${KEY}?region=${REGION}` });
    host.folder = checkout;
    const environment = {
      ...process.env,
      ...engineEnvironment(folder, true),
      PULUMI_CONFIG_PASSPHRASE: undefined, // so that secrets have only the key
      PULUMI_BACKEND_URL: `s3://${BUCKET}?region=${REGION}&endpoint=${new URL(endpoint).host}&disableSSL=true&s3ForcePathStyle=true`,
      PULUMI_DEBUG_LANGUAGES: `nodejs:${host.port}`,
      PULUMI_DEBUG_PROVIDERS: `aws:${provider.port}`,
      AWS_ACCESS_KEY_ID: "test",
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: REGION,
      AWS_SECRET_ACCESS_KEY: "test",
      ORDERS_FOLDER: join(folder, "local"),
    };
    const run: AwsMachine["run"] = async (script, args, more) => {
      const options = { cwd: checkout, env: { ...environment, ...more }, maxBuffer: 2 ** 26 };
      return (await promisify(execFile)(process.execPath, [join(checkout, script), ...args], options)).stdout;
    };
    return { checkout, folder, awsClient, run, close };
  } catch (error) {
    await close();
    throw error;
  }
}
