import * as secretsmanager from "@pulumi/aws/secretsmanager/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { BundledFunction } from "./bundled-function.ts";
import type { CommonArgs } from "./shared/common-args.ts";

/** The arguments of a {@link Secret}. */
export interface SecretArgs extends CommonArgs {
  /** The secret's value; encrypted in the stack's state. */
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
      // Deleted at once with the stack, whose configuration still has the value.
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

  /** The ARN by which functions read the secret. */
  get arn(): pulumi.Output<string> {
    return this.current.arn;
  }

  /** Changes with the value: in a function's environment, it replaces the instances that hold the old value. */
  get version(): pulumi.Output<string> {
    return this.current.versionId;
  }

  /** Lets the function read the secret. */
  grantRead(fn: BundledFunction): void {
    fn.allow({ actions: ["secretsmanager:GetSecretValue"], resources: [this.secret.arn] });
  }
}

/**
 * The value of a signing secret that can be rotated without invalidating what it signed.
 *
 * @param current - Signs from now on. At least 32 characters.
 * @param previous - Verifies what was signed before the last rotation.
 * @returns JSON: `{"current", "previous"?}`.
 * @throws pulumi.RunError if `current` is too short.
 */
export function signingSecrets(current: string, previous: string | undefined): string {
  // 32 hexadecimal digits are 128 bits.
  if (current.length < 32)
    throw new pulumi.RunError(
      `cursorSecret must have at least 32 characters, but has ${current.length}. Generate one with: openssl rand -hex 32`,
    );
  return JSON.stringify({ current, ...(previous && { previous }) });
}
