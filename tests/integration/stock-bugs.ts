import type { Update } from "@aws-sdk/client-dynamodb";
import { db } from "../../handlers/lib/db.ts";

/** A bug that changes a value in updates of products. */
interface Bug {
  /** What the expressions of these updates begin with. */
  update: string;
  value: string;
  becomes: (units: number) => number;
}

/** What a ledger of stock could do wrong. */
export const STOCK_BUGS: Record<string, Bug> = {
  "sells what isn't there": { update: "ADD stock :taken", value: ":units", becomes: () => -1_000 },
  "takes nothing for an order": { update: "ADD stock :taken", value: ":taken", becomes: () => 0 },
  "releases twice what was reserved": {
    update: "ADD stock :units, movements :one",
    value: ":units",
    becomes: (units) => 2 * units,
  },
  "leaves on the shelf what was shipped": { update: "ADD onHand :units", value: ":units", becomes: () => 0 },
};

/**
 * Plants a bug: changes the updates on their way to the table, alone or in a transaction.
 *
 * @returns What removes the bug.
 */
export function plant({ update, value, becomes }: Bug): () => void {
  db.client.middlewareStack.add(
    (next) => (args) => {
      const input = structuredClone(args.input) as Update & { TransactItems?: { Update?: Update }[] };
      for (const each of [input, ...(input.TransactItems ?? []).map(({ Update }) => Update)]) {
        const units = each?.ExpressionAttributeValues?.[value];
        if (units && each?.UpdateExpression?.startsWith(update)) units.N = String(becomes(Number(units.N)));
      }
      return next({ ...args, input: input as typeof args.input });
    },
    { step: "initialize", name: "bug" },
  );
  return () => db.client.middlewareStack.remove("bug");
}
