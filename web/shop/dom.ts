/** The element with an id, which the page must have. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element with the id ${id}.`);
  return found as T;
}

/** The first element inside that a CSS selector finds, which must be there. */
export function part<T extends Element = HTMLElement>(root: ParentNode, selector: string): T {
  const found = root.querySelector<T>(selector);
  if (!found) throw new Error(`Nothing here is ${selector}.`);
  return found;
}

/** A new element made of the template with an id, which holds one element. */
export function fromTemplate(id: string): HTMLElement {
  const copy = byId<HTMLTemplateElement>(id).content.cloneNode(true) as DocumentFragment;
  return part(copy, "*");
}

/**
 * Brings the entries of a list in line with values. Entries that stay are the same elements as before, so that they
 * keep the focus; what is in the list without a key, such as placeholders, goes.
 *
 * @param keyOf - Tells values apart.
 */
export function showList<T>(
  list: HTMLElement,
  values: readonly T[],
  keyOf: (value: T) => string,
  create: (value: T) => HTMLElement,
  update: (entry: HTMLElement, value: T) => void,
): void {
  const before = new Map([...list.children].map((entry) => [(entry as HTMLElement).dataset.key, entry as HTMLElement]));
  const entries = values.map((value) => {
    const key = keyOf(value);
    const entry = before.get(key) ?? create(value);
    entry.dataset.key = key;
    update(entry, value);
    return entry;
  });
  for (const entry of [...list.children]) if (!entries.includes(entry as HTMLElement)) entry.remove();
  for (const [index, entry] of entries.entries()) {
    if (list.children[index] !== entry) list.insertBefore(entry, list.children[index] ?? null);
  }
}

/** Has links that are marked with `data-focus` move the focus only: the fragment says what the page shows. */
export function keepFragment(): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-focus]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      byId(link.hash.slice(1)).focus();
    });
  }
}

/** Has screen readers say a sentence, without moving the focus. */
export function announce(sentence: string): void {
  byId("announcer").textContent = sentence;
}

/**
 * Waits for some milliseconds, and on for as long as nobody looks at the page. The wait ends early when the page is
 * looked at again or is back online.
 */
export function pause(ms: number): Promise<void> {
  return new Promise((done) => {
    const controller = new AbortController();
    const finish = () => {
      if (document.hidden) return;
      clearTimeout(timer);
      controller.abort();
      done();
    };
    const timer = setTimeout(finish, ms);
    document.addEventListener("visibilitychange", finish, controller);
    addEventListener("online", finish, controller);
  });
}
