/** A new id of 128 random bits. `crypto.randomUUID` exists only on pages loaded over HTTPS. */
export function newId(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}
