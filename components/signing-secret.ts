import * as ssm from "@pulumi/aws/ssm/index.js";
import * as pulumi from "@pulumi/pulumi";
import { checkArgument } from "./arguments.ts";
import type { BundledFunction } from "./bundled-function.ts";

/** The arguments of a {@link SigningSecret}. */
export interface SigningSecretArgs {
  /** Signs from now on. At least 32 characters. */
  current: pulumi.Input<string>;
  /** Still accepted, for what was signed before the last rotation. Empty for none. */
  previous: pulumi.Input<string>;
  /** Tags of the parameter. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** A secret that signs, and the one before it, in one encrypted parameter of the Systems Manager. */
export class SigningSecret extends pulumi.ComponentResource {
  readonly parameter: ssm.Parameter;

  constructor(name: string, args: SigningSecretArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:SigningSecret", name, {}, options);
    checkArgument(`SigningSecret "${name}": current`, args.current, isLongEnough, "at least 32 characters");

    const value = pulumi
      .all([args.current, args.previous])
      .apply(([current, previous]) => JSON.stringify({ current, ...(previous && { previous }) }));
    this.parameter = new ssm.Parameter(
      `${name}-parameter`,
      { type: "SecureString", value: pulumi.secret(value), tags: args.tags ?? {} },
      { parent: this },
    );

    this.registerOutputs({ parameterName: this.parameterName });
  }

  /** The parameter's name, which the function reads it by. */
  get parameterName(): pulumi.Output<string> {
    return this.parameter.name;
  }

  /** Changes with every rotation. In a function's environment, it replaces the instances that hold the old secret. */
  get version(): pulumi.Output<string> {
    return pulumi.interpolate`${this.parameter.version}`;
  }

  /** Lets the function read the secret. */
  grantRead(fn: BundledFunction): void {
    fn.allow({ actions: ["ssm:GetParameter"], resources: [this.parameter.arn] });
  }
}

/** 32 characters of hexadecimal digits are 128 bits. */
function isLongEnough(secret: string): boolean {
  return secret.length >= 32;
}
