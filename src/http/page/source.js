// A file with its lines, and what is known of the definition that was chosen in it.

import * as api from "./api.js";
import { copy, count, h, number, prose, show, tell } from "./dom.js";
import { neighbours } from "./graph.js";
import { definition, go, link, picture, place, read } from "./route.js";
import { kind, paint } from "./search.js";
import { failed, waiting } from "./states.js";
import { lines } from "./tokens.js";

/** Lines that are drawn around the place that is asked for, and with each step further. */
const WINDOW = 2_000;
/** Lines that lie in one block; blocks out of sight cost nothing to lay out. */
const BLOCK = 100;
/** Definitions of a file that the outline lists. */
const LISTED = 400;
/** Width from which on lists beside the source are open. */
const WIDE = 1_024;
/** Neighbours that the panel lists on each side. */
const NEAR = 6;
/** How long a button says that it has done something, in milliseconds. */
const SAID = 1_500;

/** The file that is drawn, so that another line of it asks for nothing. */
let drawn;

/** Draws the view. */
export async function view(main, of, app, signal) {
  const { project, path } = of;
  const name = path.slice(path.lastIndexOf("/") + 1);
  document.title = `${name} · CodeGraph`;
  if (!drawn || drawn.project !== project || drawn.path !== path || !drawn.root.isConnected || isOutside(of)) {
    show(main, waiting("Reading"));
    try {
      const outline = outlineOf(project, path, signal);
      let file = await api.source(project, path, 1, WINDOW, signal);
      const cells = file.cells ?? [];
      const target = range(of.line, cells)?.[0] ?? 1;
      if (target > file.to && target <= file.lines) {
        file = await api.source(project, path, Math.max(1, target - WINDOW / 2), target + WINDOW / 2, signal);
      }
      drawn = { project, path, file, cells, outline: placed(await outline, cells), root: h("article", { class: "source" }) };
      frame(main);
    } catch (problem) {
      if (problem.name === "AbortError") return;
      drawn = undefined;
      show(main, failed(problem, app.again, (choice) => definition(project, choice)));
      return;
    }
  }
  app.symbol = { project, id: of.id || path };
  point(of);
  await panel(of, signal, app);
}

/** True when the line that is asked for is not among those that are drawn. */
function isOutside(of) {
  const target = range(of.line, drawn.cells)?.[0];
  return target !== undefined && target <= drawn.file.lines && (target < drawn.file.from || target > drawn.file.to);
}

/** Text without symbols has no outline, and that is no failure. */
async function outlineOf(project, path, signal) {
  try {
    return (await api.run("query/outline", { file: path, project }, signal)).results;
  } catch (problem) {
    if (problem.name === "AbortError" || problem.status === 401) throw problem;
    return [];
  }
}

/** The line of a file at which a line of a notebook's cell stands. */
function inFile(cells, cell, line) {
  const start = cells.find((each) => each.number === cell)?.line;
  return start ? start + line - 1 : line;
}

/** An outline whose lines count in the file, not in a notebook's cells. */
function placed(outline, cells) {
  if (cells.length === 0) return outline;
  return outline.map((row) => {
    const [line, start, end] = [row.line, row.start_line, row.end_line].map((each) => inFile(cells, row.cell, each));
    return { ...row, at: line, start_line: start, end_line: Math.max(start, end) };
  });
}

function frame(main) {
  const { project, path, file, outline, root } = drawn;
  const at = path.lastIndexOf("/") + 1;
  const facts = [file.language, count(file.lines, "line")].filter(Boolean).join(" · ");
  const head = h("header", { class: "source-head" },
    h("h1", { class: "path" }, h("span", { class: "folder" }, path.slice(0, at)), path.slice(at)),
    h("span", { class: "fine" }, facts),
    copier(path),
    h("a", { class: "act small", href: picture(project, path) }, "Graph of the file"));
  const stale = file.stale && h("p", { class: "note" }, prose("The file changed since it was indexed: lines may be off. Run `codegraph index`."));
  drawn.names = new Map();
  for (const row of outline) {
    const list = drawn.names.get(row.at ?? row.line) ?? [];
    list.push(row);
    drawn.names.set(row.at ?? row.line, list);
  }
  drawn.code = h("div", { class: "code lines", role: "region", "aria-label": `Source of ${path}`, tabindex: -1 });
  drawn.side = h("aside", { class: "side", "aria-label": "The definition and its file" });
  show(root, head, stale, h("div", { class: "source-body" }, drawn.side, drawn.code));
  show(main, root);
  drawn.code.addEventListener("click", (event) => choose(event));
  fill();
  tell(`${path}, ${facts}`);
}

/** A button that copies the path, with the line that is chosen. */
function copier(path) {
  const button = h("button", { type: "button", class: "act small copy", onclick: async () => {
    const { line } = read().of;
    await copy(line ? `${path}:${line}` : path);
    button.textContent = "Copied";
    tell("the path is copied");
    setTimeout(() => { button.textContent = "Copy path"; }, SAID);
  } }, "Copy path");
  return button;
}

/** Draws the lines that are there. */
function fill() {
  const { file, code, project, path, names, cells } = drawn;
  const { from, to } = file;
  const all = lines(file.text, file.language);
  const starts = new Map(cells.map((cell) => [cell.line, cell.number]));
  const blocks = [];
  if (from > 1) blocks.push(further(`${number(from - 1)} lines before`, () => api.source(project, path, Math.max(1, from - WINDOW), from - 1)));
  for (let start = from; start <= to; start += BLOCK) {
    const block = h("div", { class: "block" });
    for (let line = start; line <= Math.min(to, start + BLOCK - 1); line++) {
      if (starts.has(line)) block.append(h("div", { class: "cell" }, `Cell ${starts.get(line)}`));
      block.append(h("div", { class: "row", "data-line": line }, h("a", { class: "n", href: link("source", { project, path, line }), tabindex: -1, "aria-label": `Line ${line}` }, line), h("span", { class: "t" }, defined(all[line - from] ?? [], names.get(line)))));
    }
    blocks.push(block);
  }
  if (to < file.lines) blocks.push(further(`${number(file.lines - to)} more lines`, () => api.source(project, path, to + 1, to + WINDOW)));
  show(code, blocks);
}

/** A button that brings more lines of the file. */
function further(text, ask) {
  const button = h("button", { type: "button", class: "more", onclick: async () => {
    const { file } = drawn;
    button.disabled = true;
    try {
      const more = await ask();
      // Another file may have been opened meanwhile.
      if (drawn.file !== file) return;
      const before = more.to + 1 === file.from;
      const after = file.to + 1 === more.from;
      const text = before ? more.text + file.text : file.text + more.text;
      // What does not join is shown by itself: a very long line ends an answer early.
      drawn.file = before || after ? { ...file, from: Math.min(file.from, more.from), to: Math.max(file.to, more.to), text } : { ...file, ...more };
      const height = document.documentElement.scrollHeight;
      fill();
      if (before) scrollBy(0, document.documentElement.scrollHeight - height);
    } catch (problem) {
      button.disabled = false;
      tell(problem.message);
    }
  } }, text);
  return button;
}

/** A line in which the names of definitions lead to them. */
function defined(line, rows) {
  if (!rows) return paint(line, []);
  const left = [...rows];
  const out = [];
  let plain = [];
  for (const token of line) {
    const at = left.findIndex((row) => row.name === token[1] && token[0] !== "comment" && token[0] !== "string");
    if (at < 0) {
      plain.push(token);
      continue;
    }
    const [row] = left.splice(at, 1);
    out.push(paint(plain, []), h("a", { class: "def", href: definition(drawn.project, row), "data-id": row.id }, row.name));
    plain = [];
  }
  out.push(paint(plain, []));
  return out;
}

/** The range of lines that an address names; `3:14` is line 14 of the third cell of a notebook. */
function range(text, cells) {
  const [, cell, from, to] = /^(?:(\d+):)?(\d+)(?:-(\d+))?$/.exec(text ?? "") ?? [];
  if (!from) return null;
  const first = cell ? inFile(cells, Number(cell), Number(from)) : Number(from);
  return [first, Math.max(first, Number(to) || first)];
}

/** Brings the lines into sight that the address names. */
function point(of) {
  const chosen = range(of.line, drawn.cells);
  const row = drawn.outline.find((each) => each.id === of.id);
  for (const each of drawn.code.querySelectorAll(".chosen, .within, .def[aria-current]")) {
    each.classList.remove("chosen", "within");
    each.removeAttribute("aria-current");
  }
  const element = (line) => drawn.code.querySelector(`[data-line="${line}"]`);
  if (row) {
    for (let line = row.start_line; line <= Math.min(row.end_line, row.start_line + 2 * WINDOW); line++) element(line)?.classList.add("within");
    for (const each of drawn.code.querySelectorAll(".def")) if (each.dataset.id === row.id) each.setAttribute("aria-current", "true");
  }
  if (!chosen) return;
  for (let line = chosen[0]; line <= Math.min(chosen[1], chosen[0] + WINDOW); line++) element(line)?.classList.add("chosen");
  const place = element(chosen[0])?.getBoundingClientRect();
  if (place && (place.top < 140 || place.bottom > innerHeight - 80)) {
    scrollTo({ top: scrollY + place.top - innerHeight * 0.3 });
  }
}

/** A click on a number names its line; with shift, the lines from the one before. */
function choose(event) {
  const number = event.target.closest("a.n");
  if (!number || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const of = Object.fromEntries(new URLSearchParams(location.hash.split("?")[1]));
  const line = Number(number.parentElement.dataset.line);
  const before = range(of.line, drawn.cells)?.[0];
  const chosen = event.shiftKey && before ? `${Math.min(before, line)}-${Math.max(before, line)}` : line;
  go("source", { ...of, line: chosen }, true);
}

async function panel(of, signal, app) {
  const { side, outline } = drawn;
  const row = outline.find((each) => each.id === of.id);
  const card = h("section", { class: "card" });
  const others = contents(of);
  show(side, row && card, others);
  if (!row) return;
  const head = [h("h2", {}, kind(row.kind), h("span", { class: "symbol" }, row.symbol)),
    row.signature && h("p", { class: "signature code" }, paint(lines(row.signature, row.language)[0], [])),
    row.doc && h("p", { class: "doc" }, row.doc.length > 600 ? `${row.doc.slice(0, 600)}…` : row.doc),
    h("p", {}, h("a", { class: "act small", href: picture(of.project, row.id) }, "Graph"))];
  show(card, head, waiting("Asking"));
  try {
    const [left, right] = await Promise.all([neighbours(of.project, row.id, "left", signal), neighbours(of.project, row.id, "right", signal)]);
    show(card, head, near("Used by", left, of, row), near("Uses", right, of, row));
  } catch (problem) {
    if (problem.name !== "AbortError") show(card, head, failed(problem, app.again));
  }
}

/** What is next to a definition on one side. */
function near(title, { rows, truncated }, of, row) {
  if (rows.length === 0) return h("div", { class: "near" }, h("h3", {}, title), h("p", { class: "fine" }, "nothing that is known"));
  const one = (each) => h("li", {}, h("a", { href: each.external ? picture(of.project, each.id) : definition(of.project, each), class: "symbol" }, each.symbol), " ", h("a", { class: "fine", href: place(of.project, each.site) }, `${each.edge} at ${each.site.path.slice(each.site.path.lastIndexOf("/") + 1)}:${each.site.line}`));
  const more = rows.length - NEAR;
  return h("details", { class: "near", open: innerWidth > WIDE }, h("summary", {}, title, h("span", { class: "n" }, `${number(rows.length)}${truncated ? "+" : ""}`)),
    h("ul", {}, rows.slice(0, NEAR).map(one)), more > 0 && h("a", { class: "fine", href: picture(of.project, row.id) }, `${number(more)} more in the graph`));
}

/** The outline of the file. */
function contents(of) {
  const { outline } = drawn;
  if (outline.length === 0) return null;
  const rows = outline.slice(0, LISTED).map((row) => h("li", { class: `depth-${Math.min(row.depth, 6)}` }, h("a", { href: definition(of.project, row), "aria-current": row.id === of.id && "true" }, h("span", { class: `mark k-${row.kind}`, "aria-hidden": "true" }), row.name), h("span", { class: "n" }, row.line)));
  const list = h("details", { class: "outline", open: innerWidth > WIDE }, h("summary", {}, "In this file", h("span", { class: "n" }, number(outline.length))), h("ol", {}, rows));
  list.querySelector("[aria-current]")?.scrollIntoView?.({ block: "nearest" });
  return list;
}
