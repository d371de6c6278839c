import { setTimeout as sleep } from "node:timers/promises";
import { Executions } from "../support/executions.ts";
import { invoke } from "../support/functions.ts";
import type { TestStack } from "../support/stack.ts";
import type { CampaignBooks } from "./books.ts";
import { Clients } from "./clients.ts";
import { Deliveries } from "./deliveries.ts";
import { FaultProxy } from "./fault-proxy.ts";
import { lookAt, untilAtRest } from "./outcome.ts";
import { ACTIONS_PER_SECOND, ACTIONS_PER_WEATHER, type Action, GOOD_ORDER, type Plan } from "./plan.ts";

/** What the emulator of a round does at once: many executions hang, but each that doesn't starts processes. */
export const EMULATION = { maxConcurrentExecutions: 6 };

/** What a round was like, beside its books. */
export interface Round {
  books: CampaignBooks;
  /** Calls of services by functions, and how often each fault struck one. */
  calls: number;
  faults: Record<string, number>;
  /** Processes killed at their work or between calls, beside those that a fault killed. */
  kills: number;
  /** Messages, events and records that came once more. */
  resent: number;
}

/**
 * Carries out a plan on a stack that was deployed with the plan's configuration: lets orders come while calls fail and
 * processes die, then lets nothing fail any more, waits until all is at rest, and looks what it came to.
 */
export async function runRound(stack: TestStack, plan: Plan): Promise<Round> {
  const proxy = await FaultProxy.install(stack);
  const deliveries = await Deliveries.open(stack);
  const executions = new Executions(stack);
  const clients = new Clients(stack);
  await clients.fillShelves();
  // On AWS, functions are warm most of the time. Here they all start with the stack, on one machine: that's the first one's.
  await placeInCalm();
  let kills = 0;

  for (const [index, action] of plan.actions.entries()) {
    if (index % ACTIONS_PER_WEATHER === 0) proxy.follow(plan.weather[index / ACTIONS_PER_WEATHER] ?? []);
    await Promise.all([sleep(1_000 / ACTIONS_PER_SECOND), clients.haveTime()]);
    carryOut(action);
  }
  proxy.follow([]);
  await clients.done();
  await proxy.arrived();
  await clients.askAgain();
  await placeInCalm();

  const books = await lookAt(stack, clients, deliveries);
  return { books, calls: proxy.calls, faults: proxy.injected, kills, resent: deliveries.resent };

  /** Places an order while nothing fails, and waits until all is at rest. */
  async function placeInCalm(): Promise<void> {
    clients.place(GOOD_ORDER, true);
    await clients.done();
    await untilAtRest(stack, deliveries);
  }

  function carryOut(action: Action): void {
    switch (action.kind) {
      case "place":
        clients.place(action);
        break;
      case "cancel":
        clients.wish(action.back, "CANCELLED");
        break;
      case "ship":
        clients.wish(action.back, "SHIPPED");
        break;
      case "reuse key":
        clients.reuseKey(action.back);
        break;
      case "reprice":
        clients.reprice(action.price);
        break;
      case "start": {
        const orderId = clients.orderId(action.back);
        if (orderId !== undefined) clients.run(() => executions.start({ orderId }));
        break;
      }
      case "resend":
        clients.run(() => deliveries.resend(action.to, action.back));
        break;
      case "sweep":
        clients.run(() => invoke("sweep-orders", stack));
        break;
      case "kill":
        kills += proxy.kill(action.handler);
    }
  }
}
