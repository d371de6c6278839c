import * as secretsmanager from "@pulumi/aws/secretsmanager/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { BundledFunction } from "./bundled-function.ts";
import type { CommonArgs } from "./shared/common-args.ts";

/** The arguments of a {@link Secret}. */
export interface SecretArgs extends CommonArgs {
  /** What is kept; in the stack's state it is encrypted. */
  value: pulumi.Input<string>;
}

/** A secret in Secrets Manager, which functions read when they start. */
export class Secret extends pulumi.ComponentResource {
  private readonly secret: secretsmanager.Secret;
  private readonly current: secretsmanager.SecretVersion;

  constructor(name: string, args: SecretArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:Secret", name, {}, options);
    const { value, encryptionKey, tags = {} } = args;
    const child = { parent: this };

    this.secret = new secretsmanager.Secret(
      `${name}-secret`,
      // The stack's configuration has the value: nothing is lost when it goes with the stack at once.
      { recoveryWindowInDays: 0, ...(encryptionKey && { kmsKeyId: encryptionKey.arn }), tags },
      child,
    );
    this.current = new secretsmanager.SecretVersion(
      `${name}-version`,
      { secretId: this.secret.id, secretString: pulumi.secret(value) },
      child,
    );

    this.registerOutputs({ arn: this.arn });
  }

  /** The ARN, which functions read it by. */
  get arn(): pulumi.Output<string> {
    return this.current.arn;
  }

  /** Changes with the value. In a function's environment, it replaces the instances that hold the old one. */
  get version(): pulumi.Output<string> {
    return this.current.versionId;
  }

  /** Lets the function read the secret. */
  grantRead(fn: BundledFunction): void {
    fn.allow({ actions: ["secretsmanager:GetSecretValue"], resources: [this.secret.arn] });
  }
}

/**
 * The value of a secret that signs, and that is rotated without making anything invalid.
 *
 * @param current - Signs from now on. At least 32 characters.
 * @param previous - Still accepted, for what was signed before the last rotation.
 * @returns JSON of `{"current", "previous"?}`.
 * @throws pulumi.RunError, a sentence without a stack trace.
 */
export function signingSecrets(current: string, previous: string | undefined): string {
  // 32 characters of hexadecimal digits are 128 bits.
  if (current.length < 32)
    throw new pulumi.RunError(
      `cursorSecret must have at least 32 characters, but has ${current.length}. Make one with: openssl rand -hex 32`,
    );
  return JSON.stringify({ current, ...(previous && { previous }) });
}
