import { kebabCase, range } from "es-toolkit";
import { MAX_RECEIVE_COUNT, visibilitySeconds } from "../../../components/event-queue.ts";
import { CONSUMER_TIMEOUT_SECONDS } from "../../../components/order-queue.ts";
import { paceOf } from "../../../components/shared/pace.ts";
import type { Order } from "../../../domain/order.ts";
import { isOverdue, isStuck, nextRestartAt, type Patience } from "../../../domain/restarts.ts";
import { redeliverySeconds } from "../../../handlers/lib/redelivery.ts";
import { DURATIONS } from "../counts.ts";
import { execute, StateError, type StateMachine, type TaskResult } from "./execution.ts";
import { type Concurrency, VirtualFunctions } from "./functions.ts";
import { type Provider, VirtualProvider } from "./provider.ts";
import { VirtualQueue } from "./queue.ts";
import { VirtualClient } from "./sdk.ts";
import { type Quota, TokenBucket } from "./token-bucket.ts";
import type { VirtualWorld } from "./world.ts";

/** The rules of one version of the system. */
export interface Rules {
  machine: StateMachine;
  concurrency: Concurrency;
  patience: Patience;
  /** Executions that the sweeper starts: per second, and per sweep at most. */
  restarts: { perSecond: number; perSweep: number };
  /** Maximum concurrent batches of orders whose executions are started. */
  queueConcurrency: number;
  /** Charges per second of the queue in which they wait. Without it, a function charges at once. */
  paymentRatePerSecond?: number;
  /** Attempts of the transaction that reserves. Without it, orders hold units by single writes. */
  transactionAttempts?: number;
}

/** What a shop goes through. */
export interface Load {
  orders: number;
  /** How many of them come per second. Default all at once. */
  perSecond?: number;
  provider: Provider;
  /** The task of this state fails, for so long from the beginning. */
  outage?: { state: string; seconds: number };
  /** Step Functions' quota on starting executions. */
  starts: Quota;
}

/** What came of it. */
export interface Outcome {
  /** Orders that failed. */
  failed: number;
  /** Milliseconds from placed to completed, of each order that didn't fail. */
  waits: number[];
  /** Requests to the payment provider, and those that it refused. */
  requests: number;
  refused: number;
  executions: number;
  /** Sweeps that restarted orders. */
  sweeps: number;
  /** Orders whose execution was refused so often that only the sweeper starts it. */
  deadLetters: number;
}

interface VirtualOrder extends Pick<Order, "createdAt" | "updatedAt" | "redrives" | "redrivenAt"> {
  status: Order["status"];
  placedAt: number;
  /** Executions that are running. */
  running: number;
  /** Called once the order is final. */
  end(): void;
}

interface Payment {
  order: VirtualOrder;
  state: string;
  answer(result: TaskResult): void;
}

const OUT_OF_SERVICE = new StateError("OutOfService");

const MINUTE_MS = 60_000;
/** A sweep ends when a quarter of the function's minute is left. */
const MAX_SWEEP_MS = 45_000;

/**
 * A shop whose stock is plentiful and whose cards are good, so that no order has a business reason to fail. It leaves out what
 * hardly counts: the stream, the topic, and what Step Functions needs between two states.
 */
export class VirtualShop {
  private readonly world: VirtualWorld;
  private readonly rules: Rules;
  private readonly load: Load;
  private readonly functions: VirtualFunctions;
  private readonly provider: VirtualProvider;
  private readonly starts: TokenBucket;
  private readonly starter: VirtualClient;
  private readonly sweeper: VirtualClient;
  private readonly events: VirtualQueue<VirtualOrder>;
  private readonly payments: VirtualQueue<Payment> | undefined;
  private readonly open = new Set<VirtualOrder>();
  private readonly waits: number[] = [];
  private failed = 0;
  private executions = 0;
  private sweeps = 0;

  constructor(world: VirtualWorld, rules: Rules, load: Load) {
    this.world = world;
    this.rules = rules;
    this.load = load;
    this.functions = new VirtualFunctions(rules.concurrency);
    this.provider = new VirtualProvider(world, load.provider);
    this.starts = new TokenBucket(world, load.starts);
    this.starter = new VirtualClient(world, rules.queueConcurrency);
    this.sweeper = new VirtualClient(world);
    this.events = new VirtualQueue({
      world,
      maximumConcurrency: rules.queueConcurrency,
      maxReceiveCount: MAX_RECEIVE_COUNT,
      handle: (order) => this.startFulfilment(order),
    });
    const { paymentRatePerSecond } = rules;
    this.payments = paymentRatePerSecond === undefined ? undefined : this.paymentQueue(paymentRatePerSecond);
  }

  /** Plays until every order is final. */
  async play(): Promise<Outcome> {
    const { orders, perSecond = Number.POSITIVE_INFINITY } = this.load;
    void this.sweepEveryMinute();
    await this.world.run(Promise.all(range(orders).map((index) => this.place((index * 1_000) / perSecond))));
    const { failed, waits, executions, sweeps } = this;
    const { requests, refused } = this.provider;
    return { failed, waits, requests, refused, executions, sweeps, deadLetters: this.events.deadLetters };
  }

  private async place(at: number): Promise<void> {
    await this.world.sleep(at);
    const now = this.timestamp();
    await new Promise<void>((end) => {
      const order = { status: "PENDING" as const, createdAt: now, updatedAt: now, placedAt: at, running: 0, end };
      this.open.add(order);
      this.events.send(order);
    });
  }

  private async startFulfilment(order: VirtualOrder): Promise<number | undefined> {
    const received = this.world.now;
    await this.world.sleep(DURATIONS["start-fulfilment"] ?? 0);
    if (await this.starter.call(() => this.start(order))) return undefined;
    return received + 1_000 * visibilitySeconds(CONSUMER_TIMEOUT_SECONDS) - this.world.now;
  }

  private start(order: VirtualOrder): boolean {
    if (!this.starts.take()) return false;
    this.executions += 1;
    order.running += 1;
    void execute(this.world, this.rules.machine, (state) => this.perform(state, order)).then(() => {
      order.running -= 1;
    });
    return true;
  }

  private async perform(state: string, order: VirtualOrder): Promise<TaskResult> {
    const { payments } = this;
    if (payments && ["ChargePayment", "RefundPayment"].includes(state)) {
      return new Promise((answer) => payments.send({ order, state, answer }));
    }
    const handler = kebabCase(state);
    return this.functions.invoke(handler, async () => {
      await this.world.sleep(DURATIONS[handler] ?? 0);
      return this.carryOut(state, order);
    });
  }

  /** What the state's task does, as far as it matters here. @throws StateError */
  private async carryOut(state: string, order: VirtualOrder): Promise<TaskResult> {
    const { outage } = this.load;
    const isDown = outage?.state === state && this.world.now < 1_000 * outage.seconds;
    const isLate = () => isOverdue(order, this.rules.patience.deadlineMs, this.world.now);
    if (state === "ChargePayment") {
      if (isLate()) return { outcome: "UNAVAILABLE" };
      await this.provider.charge(isDown);
      return { outcome: "CHARGED" };
    }
    if (isDown) throw OUT_OF_SERVICE;
    if (!this.open.has(order)) return { outcome: "DONE", next: "NOTHING" };
    switch (state) {
      case "BeginOrder":
        if (isLate()) return { next: "COMPENSATE" };
        if (order.status === "PENDING") this.change(order, "PROCESSING");
        return { next: "FULFIL" };
      case "CompleteOrder":
        this.waits.push(this.world.now - order.placedAt);
        this.change(order, "COMPLETED");
        break;
      case "EndOrder":
        this.failed += 1;
        this.change(order, "FAILED");
    }
    return { outcome: "DONE" };
  }

  private change(order: VirtualOrder, status: Order["status"]): void {
    order.status = status;
    order.updatedAt = this.timestamp();
    if (status === "PROCESSING") return;
    this.open.delete(order);
    order.end();
  }

  /** What `process-payments` does. */
  private paymentQueue(perSecond: number): VirtualQueue<Payment> {
    const pace = paceOf("paymentRatePerSecond", perSecond);
    const handle = async ({ order, state, answer }: Payment, receives: number) => {
      try {
        answer(await this.carryOut(state, order));
        return undefined;
      } catch (error) {
        if (!(error instanceof StateError)) throw error;
        return 1_000 * redeliverySeconds(receives);
      }
    };
    // What the provider refuses for a while never becomes a dead letter.
    return new VirtualQueue({
      world: this.world,
      maximumConcurrency: pace.maximumConcurrency,
      pace,
      maxReceiveCount: Number.POSITIVE_INFINITY,
      handle,
    });
  }

  private async sweepEveryMinute(): Promise<void> {
    for (;;) {
      await this.world.sleep(MINUTE_MS);
      void this.sweep();
    }
  }

  /** What the sweeper does. */
  private async sweep(): Promise<void> {
    const { patience, restarts } = this.rules;
    const began = this.world.now;
    const running = new Set([...this.open].filter((order) => order.running > 0));
    let restarted = 0;
    for (const order of [...this.open]) {
      const { now } = this.world;
      if (restarted === restarts.perSweep || now - began > MAX_SWEEP_MS) break;
      if (!isStuck(order, running.has(order), patience, now) || nextRestartAt(order, patience) > now) continue;
      await this.world.sleep(1_000 / restarts.perSecond);
      if (!(await this.sweeper.call(() => this.start(order)))) continue;
      Object.assign(order, { redrives: (order.redrives ?? 0) + 1, redrivenAt: this.timestamp() });
      restarted += 1;
    }
    if (restarted > 0) this.sweeps += 1;
  }

  private timestamp(): string {
    return new Date(this.world.now).toISOString();
  }
}
