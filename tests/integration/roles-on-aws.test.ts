import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ACM } from "@aws-sdk/client-acm";
import { APIGateway } from "@aws-sdk/client-api-gateway";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { Route53 } from "@aws-sdk/client-route-53";
import { S3 } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import account from "../../account/index.ts";
import { type Emulator, startEmulator } from "../../local/emulator/emulator.ts";
import { emulatorClient } from "../../stacks/record.ts";
import { root } from "../../tools/paths.ts";
import { pulumiCli } from "../../tools/pulumi-cli.ts";
import { register } from "../support/mocks.ts";
import { target } from "../support/stack.ts";
import { type LanguageHost, startLanguageHost } from "./language-host.ts";

const REGION = "us-east-1";
const ROLES = ["preview", "dev", "prod"] as const;
type RoleName = (typeof ROLES)[number];
/** Where the state of each role's stacks is, and a stack of its own. */
const BUCKETS = { preview: "orders-previews", dev: "orders-state", prod: "orders-state" };
const STACKS = { preview: "pr-123", dev: "dev", prod: "prod" };

/** The real Pulumi CLI, with the permissions of each of the account's roles, and its state in S3 and keys of KMS. */
describe("With the permissions of a role, Pulumi", function () {
  this.slow(20_000);
  let folder: string;
  let emulator: Emulator;
  let host: LanguageHost;
  const credentials = {} as Record<RoleName | "admin", Record<string, string>>;

  before("set up the account as docs/deploy.md says, and stacks as docs/upgrade.md does", async function () {
    if (target === "aws") this.skip();
    folder = mkdtempSync(join(tmpdir(), "orders-roles-"));
    emulator = await startEmulator({ auth: true, logFile: join(folder, "emulator.log") });
    host = await startLanguageHost();
    // A program with a secret output: what is of interest is its state.
    writeFileSync(join(folder, "Pulumi.yaml"), "name: orders\nruntime: nodejs\nmain: index.ts\n");
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(
      join(folder, "index.ts"),
      'import * as pulumi from "@pulumi/pulumi";\nexport const secret = new pulumi.Config().requireSecret("cursorSecret");\n',
    );
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    host.folder = folder;
    credentials.admin = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };

    const aws = emulatorClient({ region: REGION }, emulator.endpoint);
    for (const bucket of new Set(Object.values(BUCKETS))) {
      await new S3({ ...aws, forcePathStyle: true }).createBucket({ Bucket: bucket });
    }
    const keys: Record<string, string> = {};
    for (const name of ["secrets", ...ROLES])
      keys[`${name}KeyArn`] = await createKey(new KMS(aws), `alias/orders-${name}`);
    await giveCredentials(new IAM(aws), keys);
    const provider = (name: string) => `awskms://alias/orders-${name}?region=${REGION}`;
    for (const role of ROLES) {
      // Stacks of version 0.1 share a key.
      await pulumi("admin", role, "stack", "init", "--secrets-provider", provider("secrets"));
      await pulumi("admin", role, "config", "set", "--secret", "cursorSecret", `secret of ${role}`);
      await up("admin", role);
      await pulumi("admin", role, "stack", "change-secrets-provider", provider(role));
    }
  });
  after(async () => {
    host?.stop();
    await emulator?.stop();
    if (folder) rmSync(folder, { recursive: true });
  });

  for (const role of ROLES) {
    it(`deploys ${role}'s stack, and reads its outputs`, async () => {
      await up(role, role);
      const outputs = await pulumi(role, role, "stack", "output", "--json", "--show-secrets");

      expect(JSON.parse(outputs)).to.deep.equal({ secret: `secret of ${role}` });
    });

    for (const other of ROLES.filter((other) => other !== role)) {
      it(`can read neither the state nor the settings' secrets of ${other}'s stack as ${role}`, async () => {
        const outcomes = await Promise.allSettled([
          pulumi(role, other, "stack", "export"),
          pulumi(role, other, "config", "get", "cursorSecret"),
        ]);

        for (const outcome of outcomes) {
          expect(outcome.status).to.equal("rejected");
          expect((outcome as PromiseRejectedResult).reason.stderr).to.match(/not authorized|PermissionDenied/);
        }
      });
    }
  }

  it("lists the stacks of previews for the reaper", async () => {
    const stacks = await pulumi("preview", "preview", "stack", "ls", "--json");

    expect(JSON.parse(stacks).map(({ name }: { name: string }) => name)).to.deep.equal(["pr-123"]);
  });

  it("gives the stages of dev and prod their own domain names, and previews none", async () => {
    const zone = { Name: "example.com", CallerReference: "test" };
    const { HostedZone } = await new Route53(clientOf("admin")).createHostedZone(zone);
    const HostedZoneId = HostedZone?.Id?.replace("/hostedzone/", "");
    for (const role of ["dev", "prod"] as const) {
      await new APIGateway(clientOf(role)).createDomainName({ domainName: `api.${role}.example.com` });
    }

    const outcomes = await Promise.all(
      ROLES.map(async (role) => {
        const [acm, gateway, route53] = [
          new ACM(clientOf(role)),
          new APIGateway(clientOf(role)),
          new Route53(clientOf(role)),
        ];
        const results = await Promise.allSettled([
          acm.requestCertificate({ DomainName: `${role}.example.com`, ValidationMethod: "DNS" }),
          route53.listResourceRecordSets({ HostedZoneId }),
          gateway.getBasePathMappings({ domainName: `api.${role}.example.com` }),
          gateway.getDomainName({ domainName: "api.prod.example.com" }),
        ]);
        return [role, results.map((result) => result.status === "fulfilled" || errorOf(result))];
      }),
    );

    const denied = "AccessDenied";
    expect(Object.fromEntries(outcomes)).to.deep.equal({
      preview: [denied, denied, denied, denied],
      dev: [true, true, true, denied],
      prod: [true, true, true, true],
    });
  });

  async function createKey(kms: KMS, AliasName: string): Promise<string> {
    const { KeyMetadata } = await kms.createKey();
    await kms.createAlias({ AliasName, TargetKeyId: KeyMetadata?.KeyId });
    return KeyMetadata?.Arn ?? "";
  }

  /** Makes a user with each role's policy, as the emulator has no tokens of GitHub's. */
  async function giveCredentials(iam: IAM, keys: Record<string, string>): Promise<void> {
    const ids = { repository: "acme/orders", ownerId: "1001", repositoryId: "2002" };
    const state = { stateBucket: BUCKETS.dev, previewStateBucket: BUCKETS.preview };
    const domains = { devDomainName: "dev.example.com", prodDomainName: "prod.example.com" };
    const resources = await register(account, { ...ids, ...state, ...keys, ...domains });
    for (const role of ROLES) {
      const { inputs } = resources.find(({ name }) => name === `github-${role}-policy`) ?? {};
      await iam.createUser({ UserName: role });
      await iam.putUserPolicy({ UserName: role, PolicyName: role, PolicyDocument: inputs?.policy as string });
      const { AccessKey } = await iam.createAccessKey({ UserName: role });
      credentials[role] = {
        AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId ?? "",
        AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey ?? "",
      };
    }
  }

  /** Settings of a client with a role's permissions. */
  function clientOf(role: RoleName | "admin") {
    const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = credentials[role];
    return {
      ...emulatorClient({ region: REGION }, emulator.endpoint),
      credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
    };
  }

  function up(as: RoleName | "admin", of: RoleName): Promise<string> {
    return pulumi(as, of, "up", "--yes", `--client=127.0.0.1:${host.port}`, "--exec-kind=auto.inline");
  }

  /** Runs the CLI with a role's credentials on a stack. @returns What it printed. */
  async function pulumi(as: RoleName | "admin", of: RoleName, ...args: string[]): Promise<string> {
    const { command, env } = pulumiCli();
    const { host: address } = new URL(emulator.endpoint);
    const options = {
      cwd: folder,
      env: {
        ...env,
        ...credentials[as],
        AWS_REGION: REGION,
        AWS_ENDPOINT_URL: emulator.endpoint,
        PULUMI_BACKEND_URL: `s3://${BUCKETS[of]}?region=${REGION}&endpoint=${address}&disableSSL=true&s3ForcePathStyle=true`,
        PULUMI_CONFIG_PASSPHRASE: undefined,
        PULUMI_HOME: join(folder, "home"),
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_SKIP_UPDATE_CHECK: "1",
      },
    };
    const which = args[1] === "ls" ? [] : ["--stack", STACKS[of]];
    return (await promisify(execFile)(command, [...args, ...which, "--non-interactive"], options)).stdout;
  }
});

/** The error's name, which services of different protocols give different endings. */
function errorOf({ reason }: PromiseRejectedResult): string {
  return reason.name.replace(/Exception$/, "");
}
