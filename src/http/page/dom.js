// How elements are made. Text only ever becomes text nodes: nothing from outside is parsed as markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  put(element, children);
  return element;
}

function put(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** An element. Attributes that begin with `on` are listeners; children are nodes or texts. */
export function h(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same for a part of a drawing. */
export function s(name, attributes, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** Replaces what an element holds. */
export function show(element, ...children) {
  element.replaceChildren();
  put(element, children);
}

/** Tells a screen reader what happened. */
export function tell(text) {
  document.getElementById("told").textContent = text;
}

/** Copies a text, also where the page may not use the clipboard by itself: without TLS. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = h("textarea", { class: "unseen", readonly: true }, text);
    const at = document.activeElement;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    at?.focus({ preventScroll: true });
  }
}

/** `1 file`, `2 files`, `1,234 files`. */
export function count(n, what) {
  return `${number(n)} ${what}${n === 1 ? "" : "s"}`;
}

export function number(n) {
  return n.toLocaleString("en-US");
}

/** What stands instead of an answer: a title, what to do next, and perhaps something to press. */
export function state(title, text, ...more) {
  return h("section", { class: "state" }, h("h2", {}, title), text && h("p", {}, text), more);
}

/** A text whose parts in back-ticks are shown as code, lines kept. */
export function prose(text) {
  return text.split("`").map((part, at) => (at % 2 ? h("code", {}, part) : part));
}
