/** The part of the browser's `Storage` that is used here. */
interface Area {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

/** A value in the browser's storage. */
export interface Stored<T> {
  get(): T | undefined;
  /** Undefined removes the value. */
  set(value: T | undefined): void;
  /** Whether the browser keeps the value; otherwise it is gone with the page. */
  isKept(): boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: the stored value may be anything until it is validated.
type Unchecked = any;

/**
 * A value stored as JSON under a name.
 *
 * @param area - Returns the storage. Throws if the browser forbids it; then the value exists only as long as the page.
 * @param isValid - Validates what is found there: an invalid value counts as missing.
 */
export function stored<T>(area: () => Area, name: string, isValid: (value: Unchecked) => boolean): Stored<T> {
  /** The value, if it could not be stored. */
  let memory: T | undefined;
  return {
    get() {
      if (memory !== undefined) return memory;
      try {
        const value = JSON.parse(area().getItem(name) ?? "null");
        return isValid(value) ? value : undefined;
      } catch {
        return undefined;
      }
    },
    set(value) {
      try {
        if (value === undefined) area().removeItem(name);
        else area().setItem(name, JSON.stringify(value));
        memory = undefined;
      } catch {
        memory = value;
      }
    },
    isKept: () => memory === undefined,
  };
}
