import { omit } from "es-toolkit";

/**
 * The settings by which the official provider works on an emulator, beside those that ours has. It has to ask for the account's
 * id: without one, it can't read the tags of buckets. Source: https://github.com/getmoto/moto/pull/9504.
 */
export const OFFICIAL_SETTINGS = { s3UsePathStyle: "true", skipCredentialsValidation: "true" };

/**
 * The engine's environment for the official provider: it may be downloaded, into the user's own cache, and has as much memory as
 * it needs. All its calls go to the emulator, whatever the service. S3 Control puts the account's id in front of the address,
 * which only a name allows. Source: the Terraform provider's guide, "Custom Service Endpoint Configuration".
 *
 * @param environment - That for our provider.
 * @param endpoint - The emulator's URL.
 */
export function officialEnvironment(environment: Record<string, string>, endpoint: string): Record<string, string> {
  const own = omit(environment, ["PULUMI_HOME", "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "GOGC", "GOMEMLIMIT"]);
  return { ...own, AWS_ENDPOINT_URL: endpoint.replace("127.0.0.1", "localhost") };
}
