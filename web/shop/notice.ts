/** A message in a box at the top of a view. */
export interface Notice {
  title: string;
  /** Sentences below the title. */
  text?: readonly string[];
  tone?: "bad" | "plain";
  /** Sentences that link to the elements they are about. */
  links?: readonly { sentence: string; target: HTMLElement }[];
  action?: { label: string; run: () => void };
}

/** Shows a message in an element, or hides the element without one. */
export function showNotice(element: HTMLElement, notice: Notice | undefined): void {
  element.hidden = notice === undefined;
  element.replaceChildren();
  if (!notice) return;
  element.dataset.tone = notice.tone ?? "bad";
  element.append(create("h2", notice.title), ...(notice.text ?? []).map((sentence) => create("p", sentence)));
  if (notice.links?.length) element.append(linkList(notice.links));
  if (notice.action) {
    const button = create("button", notice.action.label);
    button.type = "button";
    button.className = "button";
    button.addEventListener("click", notice.action.run);
    element.append(button);
  }
}

function linkList(links: NonNullable<Notice["links"]>): HTMLElement {
  const list = document.createElement("ul");
  for (const { sentence, target } of links) {
    const link = create("a", sentence);
    link.href = `#${target.id}`;
    link.addEventListener("click", (event) => {
      // Keeps the URL's fragment, which selects the view.
      event.preventDefault();
      target.focus();
    });
    const entry = document.createElement("li");
    entry.append(link);
    list.append(entry);
  }
  return list;
}

function create<Name extends keyof HTMLElementTagNameMap>(name: Name, text: string): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}
