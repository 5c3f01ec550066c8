/** The element of the page with this id. @throws Error when it is of another kind */
export function byId<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) {
    throw new Error(`The page has no such element as #${id}.`);
  }
  return element;
}

/** An element with a class and a text; never with markup, so that nobody's message can be any. */
export function element(tag: string, className: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** Adds to a list, takes away what is too old, and shows the end to whoever was looking at it. */
export function append(list: HTMLElement, item: HTMLElement, most: number): void {
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 8;
  list.append(item);
  while (list.children.length > most) list.firstElementChild?.remove();
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}
