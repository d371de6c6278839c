/** Finds an element by id. @throws Error if the page has none. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  return query<T>(document, `#${CSS.escape(id)}`);
}

/** Finds the first element by a CSS selector. @throws Error if there is none. */
export function query<T extends Element = HTMLElement>(root: ParentNode, selector: string): T {
  const found = root.querySelector<T>(selector);
  if (!found) throw new Error(`No element matches ${selector}.`);
  return found;
}

/** Creates an element from the template with an id, which contains one element. */
export function fromTemplate(id: string): HTMLElement {
  const copy = byId<HTMLTemplateElement>(id).content.cloneNode(true) as DocumentFragment;
  return query(copy, "*");
}

/**
 * Updates a list to show values. Existing entries keep their elements, and thus the focus; elements without a key, such as
 * placeholders, are removed.
 *
 * @param keyOf - Identifies a value.
 */
export function showList<T>(
  list: HTMLElement,
  values: readonly T[],
  keyOf: (value: T) => string,
  create: (value: T) => HTMLElement,
  update: (entry: HTMLElement, value: T) => void,
): void {
  const existing = new Map(
    [...list.children].map((entry) => [(entry as HTMLElement).dataset.key, entry as HTMLElement]),
  );
  const entries = values.map((value) => {
    const key = keyOf(value);
    const entry = existing.get(key) ?? create(value);
    entry.dataset.key = key;
    update(entry, value);
    return entry;
  });
  for (const entry of [...list.children]) if (!entries.includes(entry as HTMLElement)) entry.remove();
  for (const [index, entry] of entries.entries()) {
    if (list.children[index] !== entry) list.insertBefore(entry, list.children[index] ?? null);
  }
}

/** Makes links with `data-focus` only move the focus: the URL's fragment selects what the page shows. */
export function keepFragment(): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-focus]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      byId(link.hash.slice(1)).focus();
    });
  }
}

const DATE_TIME = new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeStyle: "medium" });

/**
 * A time in the customer's time zone, e.g. `Nov 21, 2026, 2:34:05 PM`. It is here, as is the next function, because a file of
 * their own would be one more request of each page.
 */
export function localTime(rfc3339: string): string {
  return DATE_TIME.format(new Date(rfc3339));
}

/** A number with its noun, e.g. `1 item` or `3 items`. */
export function count(number: number, noun: string, nouns = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : nouns}`;
}

/** Announces a sentence to screen readers without moving the focus. */
export function announce(sentence: string): void {
  byId("announcer").textContent = sentence;
}

/**
 * Waits for some milliseconds, and longer while the page is hidden. The wait ends early when the page becomes visible or
 * the browser is online again.
 */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const controller = new AbortController();
    const finish = () => {
      if (document.hidden) return;
      clearTimeout(timer);
      controller.abort();
      resolve();
    };
    const timer = setTimeout(finish, ms);
    document.addEventListener("visibilitychange", finish, controller);
    addEventListener("online", finish, controller);
  });
}
