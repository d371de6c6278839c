import { APIGateway } from "@aws-sdk/client-api-gateway";
import type { TestStack } from "../support/stack.ts";

/** Valid API keys without access to the stack. */
export interface UnauthorizedKeys {
  withoutPlan: string;
  /** Of a usage plan for other stages. */
  ofAnotherStage: string;
}

/** Runs an action with temporary keys. */
export async function withUnauthorizedKeys<T>(
  { awsClient, name }: TestStack,
  action: (keys: UnauthorizedKeys) => Promise<T>,
): Promise<T> {
  const gateway = new APIGateway(awsClient);
  const createKey = (suffix: string) => gateway.createApiKey({ name: `${name}-${suffix}`, enabled: true });
  const [alone, elsewhere] = await Promise.all([createKey("without-plan"), createKey("elsewhere")]);
  const { id: usagePlanId } = await gateway.createUsagePlan({ name: `${name}-elsewhere` });
  try {
    await gateway.createUsagePlanKey({ usagePlanId, keyId: elsewhere.id, keyType: "API_KEY" });
    return await action({ withoutPlan: alone.value ?? "", ofAnotherStage: elsewhere.value ?? "" });
  } finally {
    await gateway.deleteUsagePlan({ usagePlanId });
    for (const { id: apiKey } of [alone, elsewhere]) await gateway.deleteApiKey({ apiKey });
  }
}
