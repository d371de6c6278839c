/** The part of the browser's storage that is used here. */
interface Area {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

/** A value that outlives the page. */
export interface Stored<T> {
  get(): T | undefined;
  /** Undefined forgets the value. */
  set(value: T | undefined): void;
}

// biome-ignore lint/suspicious/noExplicitAny: what is found may be anything, and its check looks into it.
type Found = any;

/**
 * Keeps a value as JSON under a name.
 *
 * @param area - Gives the storage; throws where the browser forbids it. Then the value lives as long as the page.
 * @param isValid - Tells what the value must be: whatever else is found there is taken for nothing.
 */
export function stored<T>(area: () => Area, name: string, isValid: (value: Found) => boolean): Stored<T> {
  /** What could not be stored. */
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
  };
}
