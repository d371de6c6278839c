import type * as pulumi from "@pulumi/pulumi";
import type { EncryptionKey } from "../encryption-key.ts";
import type { TaggedArgs } from "./tagged-args.ts";

/** The arguments that components share. */
export interface CommonArgs extends TaggedArgs {
  /** Encrypts everything that the component stores. Default none: AWS's own keys encrypt it. */
  encryptionKey?: EncryptionKey;
}

/** The arguments that components with functions share. */
export interface FunctionArgs extends CommonArgs {
  /** Days for which logs are kept, one of those that CloudWatch Logs accepts. For example 30. */
  logRetentionDays: pulumi.Input<number>;
  /**
   * Publishes every change of a function as a version, behind an alias that all callers use and only a release moves (see
   * SafeRelease). Default false: a change is live at once.
   */
  safeRelease?: boolean;
  /** The commit that is deployed, for the functions' tag `commit`. Default none. For example `4f1c2d3`. */
  commit?: string;
}
