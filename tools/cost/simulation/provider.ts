import { StateError } from "./execution.ts";
import { TokenBucket } from "./token-bucket.ts";
import type { VirtualWorld } from "./world.ts";

/** How a payment provider behaves. */
export interface Provider {
  /** How long a charge takes. */
  chargeMs: number;
  /** Requests per second that it accepts; it refuses more. Default any number. */
  perSecond?: number;
}

/** How long a refusal takes at most. */
const REFUSAL_MS = 50;

const REFUSED = new StateError("GatewayError");

/** A payment provider that declines nothing. */
export class VirtualProvider {
  requests = 0;
  refused = 0;
  private readonly world: VirtualWorld;
  private readonly provider: Provider;
  private readonly bucket: TokenBucket | undefined;

  constructor(world: VirtualWorld, provider: Provider) {
    this.world = world;
    this.provider = provider;
    const { perSecond } = provider;
    this.bucket =
      perSecond === undefined ? undefined : new TokenBucket(world, { bucketSize: perSecond, refillRate: perSecond });
  }

  /** @throws StateError if it refuses. */
  async charge(isDown: boolean): Promise<void> {
    this.requests += 1;
    const { chargeMs } = this.provider;
    if (isDown || this.bucket?.take() === false) {
      this.refused += 1;
      await this.world.sleep(Math.min(REFUSAL_MS, chargeMs));
      throw REFUSED;
    }
    await this.world.sleep(chargeMs);
  }
}
