import { range } from "es-toolkit";
import { SETTLE_EVERY } from "../../../store/holds.ts";
import { backoffMs, MAX_ATTEMPTS } from "../../../store/transactions.ts";
import { attempt, StateError, stateOf } from "./execution.ts";
import { VirtualItem } from "./item.ts";
import { VirtualClient } from "./sdk.ts";
import type { Rules } from "./shop.ts";
import type { VirtualWorld } from "./world.ts";

/** Orders for one product. */
export interface Rush {
  /** Orders per second, for {@link RUSH_SECONDS}. */
  perSecond: number;
  /** The share of them that is undone a second later. */
  undone: number;
}

/** What came of it. */
export interface RushOutcome {
  /** Orders of which a step failed for good. */
  failed: number;
  /** Milliseconds until units were reserved, of each order. */
  waits: number[];
  /** Writes of the product's item that were refused. */
  refused: number;
  unitsPerSecond: number;
}

/** How long a rush lasts. */
export const RUSH_SECONDS = 20;
/** Instances of the functions: more than are ever short of retries. */
const INSTANCES = 1_000;

const BUSY = new StateError("Busy");

/** One product that has enough units, and of which many orders want some. */
export class HotProduct {
  private readonly world: VirtualWorld;
  private readonly rules: Pick<Rules, "machine" | "transactionAttempts">;
  private readonly item: VirtualItem;
  private readonly client: VirtualClient;
  private holds = 0;

  constructor(world: VirtualWorld, rules: Pick<Rules, "machine" | "transactionAttempts">) {
    this.world = world;
    this.rules = rules;
    this.item = new VirtualItem(world);
    this.client = new VirtualClient(world, INSTANCES);
  }

  /** Plays until every order has reserved, or failed. */
  async play({ perSecond, undone }: Rush): Promise<RushOutcome> {
    const { world, item } = this;
    const { machine, transactionAttempts } = this.rules;
    const waits: number[] = [];
    let failed = 0;
    const order = async () => {
      await world.sleep(world.random() * RUSH_SECONDS * 1_000);
      const start = world.now;
      try {
        await attempt(world, stateOf(machine, "ReserveStock"), () =>
          transactionAttempts === undefined ? this.hold() : this.transact(transactionAttempts),
        );
        waits.push(world.now - start);
        if (world.random() >= undone) return;
        await world.sleep(1_000);
        await attempt(world, stateOf(machine, "ReleaseStock"), () =>
          this.transact(transactionAttempts ?? MAX_ATTEMPTS),
        );
      } catch (error) {
        if (error !== BUSY) throw error;
        failed += 1;
      }
    };
    await world.run(Promise.all(range(perSecond * RUSH_SECONDS).map(order)));
    return { failed, waits, refused: item.refused, unitsPerSecond: (item.units / world.now) * 1_000 };
  }

  /** What `transact` does. @throws StateError */
  private async transact(maxAttempts: number): Promise<void> {
    for (let count = 1; count <= maxAttempts; count++) {
      if (!(await this.item.transact())) return;
      await this.world.sleep(backoffMs(count, this.world.random));
    }
    throw BUSY;
  }

  /** What `holdUnits` and, once in a while, `settle` do. @throws StateError */
  private async hold(): Promise<void> {
    await this.write();
    this.holds += 1;
    if (this.holds % SETTLE_EVERY === 0) await this.write();
  }

  /** A single write as the client of `store/client.ts` sends it. @throws StateError */
  private async write(): Promise<void> {
    for (let count = 1; count <= MAX_ATTEMPTS; count++) {
      let isConflict = false;
      const isSent = await this.client.call(async () => {
        const refusal = await this.item.write();
        isConflict = refusal === "conflict";
        return refusal !== "throttled";
      });
      if (!isSent) throw BUSY;
      if (!isConflict) return;
      await this.world.sleep(backoffMs(count, this.world.random));
    }
    throw BUSY;
  }
}
