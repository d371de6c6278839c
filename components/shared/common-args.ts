import type * as pulumi from "@pulumi/pulumi";
import type { EncryptionKey } from "../encryption-key.ts";
import type { TaggedArgs } from "./tagged-args.ts";

/** What every component that stores something takes. */
export interface CommonArgs extends TaggedArgs {
  /** Encrypts everything that is stored in it. Default: AWS's own keys. */
  encryptionKey?: EncryptionKey;
}

/** What every component with functions takes. */
export interface FunctionArgs extends CommonArgs {
  /** Days that logs are kept. */
  logRetentionDays: pulumi.Input<number>;
  /**
   * Executions of each function at once at the most, which are also kept free for it. 0, the default, for neither limit
   * nor reserve.
   */
  reservedConcurrency?: number;
  /**
   * Publishes every change of a function as a version, behind an alias that all callers go through and that only a release
   * moves (see SafeRelease). Default false: a change is there at once.
   */
  safeRelease?: boolean;
  /** The commit that the functions are made of: their tag `commit`. Default none. */
  commit?: string;
}
