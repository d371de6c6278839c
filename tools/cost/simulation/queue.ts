import { BATCH_SIZE, type Pace } from "../../../components/shared/pace.ts";
import type { VirtualWorld } from "./world.ts";

interface Options<M> {
  world: VirtualWorld;
  /** Maximum concurrent batches. */
  maximumConcurrency: number;
  /** How each batch keeps to a rate. Default not at all. */
  pace?: Pace;
  /** Deliveries before a message becomes a dead letter. */
  maxReceiveCount: number;
  /**
   * Handles one message.
   *
   * @param receives - How often it has been delivered, this time included.
   * @returns Undefined if it is done; otherwise the milliseconds until it comes back.
   */
  handle(message: M, receives: number): Promise<number | undefined>;
}

/** A queue that delivers to a function, as SQS and Lambda do. */
export class VirtualQueue<M> {
  deadLetters = 0;
  private readonly options: Options<M>;
  private readonly ready: { message: M; receives: number }[] = [];
  private batches = 0;

  constructor(options: Options<M>) {
    this.options = options;
  }

  send(message: M): void {
    this.show({ message, receives: 0 });
  }

  private show(record: { message: M; receives: number }): void {
    this.ready.push(record);
    // Whoever sends at the same moment is in the same batch.
    queueMicrotask(() => this.deliver());
  }

  private deliver(): void {
    while (this.ready.length > 0 && this.batches < this.options.maximumConcurrency) void this.deliverBatch();
  }

  private async deliverBatch(): Promise<void> {
    const { world, pace } = this.options;
    this.batches += 1;
    const begun: Promise<void>[] = [];
    const goesOnUntil = world.now + 1_000 * (pace?.backlogSeconds ?? 0);
    const batch = this.ready.splice(0, BATCH_SIZE);
    const goesOn = () => batch.length === BATCH_SIZE && world.now < goesOnUntil;
    for (let records = batch; records.length > 0; records = goesOn() ? this.ready.splice(0, BATCH_SIZE) : []) {
      for (const record of records) {
        begun.push(this.handle(record));
        if (pace) await world.sleep(pace.intervalMs);
      }
    }
    await Promise.all(begun);
    this.batches -= 1;
    this.deliver();
  }

  private async handle(record: { message: M; receives: number }): Promise<void> {
    const { world, handle, maxReceiveCount } = this.options;
    record.receives += 1;
    const againMs = await handle(record.message, record.receives);
    if (againMs === undefined) return;
    if (record.receives >= maxReceiveCount) this.deadLetters += 1;
    else world.sleep(againMs).then(() => this.show(record));
  }
}
