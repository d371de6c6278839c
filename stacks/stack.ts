import type orders from "../index.ts";
import type { Api } from "./api-client.ts";

/** The program's outputs. */
export type OutputName = keyof Awaited<ReturnType<typeof orders>>;

/** Options for AWS SDK clients that work on a stack's resources. */
export interface AwsClientOptions {
  region: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

/** A deployed stack, wherever it runs: everything here comes from its outputs. */
export interface Stack {
  /** Pulumi's name for it, with organization and project in front where the backend has them. */
  name: string;
  /** The last part of the name, which the program uses in names and tags. */
  stage: string;
  storefront: Api;
  backOffice: Api;
  awsClient: AwsClientOptions;
  /** All outputs, secrets in plain text. */
  outputs: Record<string, string>;
  /** One output, in plain text. @throws Error, a sentence, if the stack was deployed without it. */
  output(name: OutputName): string;
}

/** A stack for the one who opened it, and has to destroy it. */
export interface OpenStack extends Stack {
  /** A folder that is removed with the stack, even if the process is killed. Only for stacks on this machine. */
  directory?: string;
  /**
   * Deploys the stack again, with this configuration in place of the previous one. The outputs here stay those of the first
   * deployment.
   */
  update(config: Record<string, string>): Promise<void>;
  destroy(): Promise<void>;
}

/** Makes a stack out of its outputs. @throws Error, a sentence, if it lacks the URL or the key of an API. */
export function stackOf(name: string, outputs: Record<string, string>, awsClient: AwsClientOptions): Stack {
  const output = (key: OutputName): string => {
    const value = outputs[key];
    if (!value) throw new Error(`The stack ${name} has no output ${key}: deploy it first.`);
    return value;
  };
  return {
    name,
    stage: name.slice(name.lastIndexOf("/") + 1),
    storefront: { url: output("storefrontUrl"), key: output("storefrontKey") },
    backOffice: { url: output("apiUrl"), key: output("apiKey") },
    awsClient,
    outputs,
    output,
  };
}
