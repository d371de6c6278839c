/** A temporary stack, of a pull request or a test, or something that one left behind. */
export interface Leftover {
  /** The stack's name; otherwise the folder or process left behind. */
  name: string;
  where: "local" | "aws";
  /** Whether it may be removed. */
  isDue: boolean;
  /** Why, or why not, in a sentence. */
  reason: string;
  /** It is kept until then. RFC 3339, UTC. */
  expiry?: string;
  owner?: string;
  /** Removes it with everything that belongs to it. */
  remove(): Promise<void>;
}

/** Decides by its expiry whether a stack may be removed. */
export function byExpiry(expiry: string | undefined, now: Date): Pick<Leftover, "isDue" | "reason" | "expiry"> {
  if (expiry === undefined || Number.isNaN(Date.parse(expiry))) {
    return { isDue: false, reason: "It has no expiry: remove it by hand." };
  }
  const isDue = Date.parse(expiry) < now.getTime();
  return { isDue, reason: isDue ? `It expired at ${expiry}.` : `It is kept until ${expiry}.`, expiry };
}
