import type { Api } from "../local/api.ts";
import type { Plan } from "./plan.ts";

/** What k6 is told of a run, as JSON in the environment's `ORDERS_LOAD`. */
export interface Run {
  /** Names the run's orders: their customers and idempotency keys begin with it. */
  id: string;
  plan: Plan;
  storefront: Api;
  backOffice: Api;
  /** Where k6 writes its summary. */
  summary: string;
}
