import { createClient } from "../../store/client.ts";
import type { OrdersTable } from "../../store/table.ts";
import { environment } from "./environment.ts";

/** The table of this function. Its settings are read on use, since not every function has all of them. */
export const db: OrdersTable = {
  client: createClient(),
  get table() {
    return environment("ORDERS_TABLE");
  },
  get shards() {
    return Number(environment("LIST_SHARDS"));
  },
};
