type Child = Node | string;

/** An element with attributes and children. A string becomes text, never markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  children: readonly Child[] = [],
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

let sections = 0;

/** A section that is named by its heading. */
export function section(title: string, children: readonly Child[]): HTMLElement {
  const id = `section-${++sections}`;
  return el('section', { 'aria-labelledby': id }, [el('h2', { id }, [title]), ...children]);
}
