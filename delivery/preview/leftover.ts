/** A stack that is there for a while only, or what is left of one. */
export interface Leftover {
  /** The stack's name, or the folder or process that is left. */
  name: string;
  where: "local" | "aws";
  /** Whether it may be taken away. */
  isDue: boolean;
  /** Why, or why not, in a sentence. */
  reason: string;
  /** RFC 3339, UTC: until then it is left alone. */
  expiry?: string;
  owner?: string;
  /** Takes it away with all that it has. */
  remove(): Promise<void>;
}

/** What to say of a stack that nothing is wrong with. */
export function byExpiry(expiry: string | undefined, now: Date): Pick<Leftover, "isDue" | "reason" | "expiry"> {
  if (expiry === undefined || Number.isNaN(Date.parse(expiry))) {
    return { isDue: false, reason: "It has no expiry: take it away by hand." };
  }
  const isDue = Date.parse(expiry) < now.getTime();
  return { isDue, reason: isDue ? `It expired at ${expiry}.` : `It is to stay until ${expiry}.`, expiry };
}
