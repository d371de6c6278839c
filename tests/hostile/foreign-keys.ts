import { APIGateway } from "@aws-sdk/client-api-gateway";
import type { TestStack } from "../support/stack.ts";

/** Keys that API Gateway knows, and that open nothing of a stack. */
export interface ForeignKeys {
  withoutPlan: string;
  /** Of a usage plan that the stack's stages are not in. */
  ofAnotherStage: string;
}

/** Makes such keys, lets something happen with them, and takes them away again. */
export async function withForeignKeys<T>(
  { awsClient, name }: TestStack,
  happen: (keys: ForeignKeys) => Promise<T>,
): Promise<T> {
  const gateway = new APIGateway(awsClient);
  const make = (what: string) => gateway.createApiKey({ name: `${name}-${what}`, enabled: true });
  const [alone, elsewhere] = await Promise.all([make("without-plan"), make("elsewhere")]);
  const { id: usagePlanId } = await gateway.createUsagePlan({ name: `${name}-elsewhere` });
  try {
    await gateway.createUsagePlanKey({ usagePlanId, keyId: elsewhere.id, keyType: "API_KEY" });
    return await happen({ withoutPlan: alone.value ?? "", ofAnotherStage: elsewhere.value ?? "" });
  } finally {
    await gateway.deleteUsagePlan({ usagePlanId });
    for (const { id: apiKey } of [alone, elsewhere]) await gateway.deleteApiKey({ apiKey });
  }
}
