import { setTimeout as sleep } from "node:timers/promises";
import { Executions } from "../support/executions.ts";
import { invoke } from "../support/functions.ts";
import type { TestStack } from "../support/stack.ts";
import { TestTable } from "../support/table.ts";
import { Clients } from "./clients.ts";
import { EventRedelivery } from "./event-redelivery.ts";
import { FaultProxy } from "./fault-proxy.ts";
import { observe, untilIdle } from "./observe.ts";
import type { ObservedState } from "./observed-state.ts";
import { ACTIONS_PER_PHASE, ACTIONS_PER_SECOND, type Action, NEVER_CHARGED, type Plan, VALID_ORDER } from "./plan.ts";

/** Emulator settings for a round. Many executions only wait, but each of the others starts processes. */
export const EMULATION = { maxConcurrentExecutions: 6 };

/** The result of a round. */
export interface Round {
  state: ObservedState;
  /** The functions' calls of AWS services. */
  calls: number;
  /** Those that DynamoDB refused because of a transaction in progress on the same item. */
  conflicts: number;
  /** Injected faults, by kind. */
  faults: Record<string, number>;
  /** Processes killed from outside, in addition to those killed by a fault. */
  kills: number;
  /** Messages, events and records that were delivered again. */
  redelivered: number;
}

/**
 * Executes a plan on a stack that was deployed with its configuration: places orders while calls fail and processes die,
 * then ends all faults, waits until the system is idle, and observes its state.
 */
export async function runRound(stack: TestStack, plan: Plan): Promise<Round> {
  const proxy = await FaultProxy.install(stack);
  const redelivery = await EventRedelivery.start(stack);
  const executions = new Executions(stack);
  const clients = new Clients(stack);
  await clients.stockCatalogue();
  // On AWS, functions are mostly warm. Here, the first order warms them up.
  await placeWithoutFaults();
  let kills = 0;

  for (const [index, action] of plan.actions.entries()) {
    if (index % ACTIONS_PER_PHASE === 0) proxy.setRules(plan.phases[index / ACTIONS_PER_PHASE] ?? []);
    await Promise.all([sleep(1_000 / ACTIONS_PER_SECOND), clients.untilBelowLimit()]);
    perform(action);
  }
  proxy.setRules([]);
  await clients.untilDone();
  await proxy.untilLateCallsArrived();
  await clients.repeatKeys();
  await clients.finishPayments();
  await untilDeadline();
  await placeWithoutFaults();

  const state = await observe(stack, clients, redelivery);
  const { calls, conflicts, injected: faults } = proxy;
  return { state, calls, conflicts, faults, kills, redelivered: redelivery.count };

  /** Places an order while there are no faults, and waits until the system is idle. */
  async function placeWithoutFaults(): Promise<void> {
    clients.place(VALID_ORDER, true);
    await clients.untilDone();
    await untilIdle(stack, redelivery);
  }

  /** Lets the deadline of orders that can't be charged come. */
  async function untilDeadline(): Promise<void> {
    const table = TestTable.of(stack);
    for (const { sk, orderId, paymentMethod } of await table.items()) {
      if (sk !== "ORDER" || !NEVER_CHARGED.test(String(paymentMethod))) continue;
      await table.expire(String(orderId));
      await executions.start({ orderId: String(orderId) });
    }
  }

  function perform(action: Action): void {
    switch (action.kind) {
      case "place":
        clients.place(action);
        break;
      case "cancel":
        clients.requestStatus(action.back, "CANCELLED");
        break;
      case "ship":
        clients.requestStatus(action.back, "SHIPPED");
        break;
      case "reuse key":
        clients.reuseKey(action.back);
        break;
      case "pay":
        clients.pay(action.back, action.paymentMethod);
        break;
      case "refund":
        clients.refund(action.back);
        break;
      case "reprice":
        clients.changePrice(action.price);
        break;
      case "start": {
        const orderId = clients.orderId(action.back);
        if (orderId !== undefined) clients.runInBackground(() => executions.start({ orderId }));
        break;
      }
      case "resend":
        clients.runInBackground(() => redelivery.redeliver(action.to, action.back));
        break;
      case "sweep":
        clients.runInBackground(() => invoke("sweep-orders", stack));
        break;
      case "kill":
        kills += proxy.kill(action.handler);
    }
  }
}
