// The search: results while one types, and the overview where nothing is asked.

import * as api from "./api.js";
import { count, h, number, prose, show, state, tell } from "./dom.js";
import { go, link, picture } from "./route.js";
import { MAX_LINE, lines } from "./tokens.js";
import { failed, waiting } from "./states.js";

/** Hits of a page. */
const PAGE = 20;
/** Most hits that the daemon gives. */
const MOST = 1_000;
/** Lines of a hit that are shown. */
const SHOWN = 7;
/** The kinds of symbols, as the operation `search` has them. */
const KINDS = ["function", "method", "constructor", "class", "struct", "trait", "interface", "enum", "enum-member", "type-alias", "field", "property", "constant", "variable", "macro", "module", "file"];

let filters;

/** What the address asks for, as a body of `search`. */
function body(of) {
  const wanted = { query: [of.q ?? ""], limit: Math.min(Number(of.n) || PAGE, MOST) };
  if (of.project) wanted.project = of.project;
  else wanted.all = true;
  if (of.kind) wanted.kind = [of.kind];
  if (of.lang) wanted.lang = [of.lang];
  if (of.path) wanted.path = [of.path];
  if (of.tests === "no") wanted.no_tests = true;
  return wanted;
}

/** True when there is something to look for. */
const asks = (of) => Boolean(of.q?.trim() || of.kind || of.lang || of.path);

/** Draws the view. `app` knows the projects. */
export async function view(main, of, app, signal) {
  const list = draw(main, of, app);
  if (!asks(of)) {
    document.title = "CodeGraph";
    show(list, overview(app.projects));
    return;
  }
  document.title = `${of.q || "Search"} · CodeGraph`;
  if (!list.firstChild || list.querySelector(".state, .overview")) show(list, waiting("Searching"));
  list.setAttribute("aria-busy", "true");
  let answer;
  try {
    answer = await api.run("search", body(of), signal);
  } catch (problem) {
    if (problem.name === "AbortError") return;
    list.removeAttribute("aria-busy");
    if (problem.code === "usage") show(list, state("That cannot be looked for", prose(problem.message), problem.hint && h("p", { class: "hint" }, prose(problem.hint))));
    else show(list, failed(problem, app.again));
    return;
  }
  list.removeAttribute("aria-busy");
  results(list, answer, of, app);
}

/** The frame, which stays while one types; gives the place of the results. */
function draw(main, of, app) {
  const there = main.querySelector(":scope > .search");
  const languages = new Set();
  for (const project of app.projects) {
    if (of.project && project.name !== of.project) continue;
    for (const language of project.languages) languages.add(language.name);
  }
  if (!there) {
    const change = (name) => (event) => refine(name, event.target.type === "checkbox" ? (event.target.checked ? "" : "no") : event.target.value);
    filters = {
      kind: h("select", { class: "quiet", onchange: change("kind"), "aria-label": "Kind of symbol" }),
      lang: h("select", { class: "quiet", onchange: change("lang"), "aria-label": "Language" }),
      path: h("input", { class: "quiet", type: "text", placeholder: "Path, such as src/**/*.rs", spellcheck: "false", onchange: change("path"), "aria-label": "Path, as a pattern" }),
      tests: h("input", { type: "checkbox", onchange: change("tests") }),
    };
    const bar = h("div", { class: "filters", role: "group", "aria-label": "Filters" }, filters.kind, filters.lang, filters.path, h("label", { class: "check" }, filters.tests, "Tests"));
    show(main, h("div", { class: "search" }, bar, h("section", { class: "results", "aria-label": "Results" })));
    options(filters.kind, "Any kind", KINDS);
  }
  options(filters.lang, "Any language", [...languages].sort());
  filters.kind.value = of.kind ?? "";
  filters.lang.value = of.lang ?? "";
  if (document.activeElement !== filters.path) filters.path.value = of.path ?? "";
  filters.tests.checked = of.tests !== "no";
  main.querySelector(".filters").hidden = app.projects.length === 0;
  return main.querySelector(".results");
}

function options(select, any, names) {
  const has = [...select.options].map((option) => option.value).join();
  if (has === ["", ...names].join()) return;
  show(select, h("option", { value: "" }, any), names.map((name) => h("option", { value: name }, name)));
}

function refine(name, value) {
  const query = location.hash.split("?")[1] ?? "";
  const of = Object.fromEntries(new URLSearchParams(query));
  go("search", { ...of, [name]: value, n: "" });
}

function results(list, answer, of, app) {
  const hits = answer.results;
  if (hits.length === 0) {
    const hint = answer.hint ?? "Try fewer or other words, or take a filter away.";
    show(list, notes(answer), state("Nothing found", hint));
    tell("nothing found");
    return;
  }
  const { limit } = body(of);
  const marks = words(answer.answered ?? of.q ?? "");
  const several = app.projects.length > 1 && !of.project;
  const more = hits.length >= limit && hits.length < MOST && h("button", { class: "more", type: "button", onclick: () => go("search", { ...of, n: hits.length + PAGE }, true) }, "More");
  const head = `${count(hits.length, "result")} from ${count(answer.total, "place")}, ${number(answer.took_ms)} ms`;
  show(list, notes(answer), h("p", { class: "head" }, head), h("ol", { class: "hits" }, hits.map((hit) => one(hit, marks, several))), more);
  tell(`${count(hits.length, "result")}`);
}

/** What is odd about an answer. */
function notes(answer) {
  const told = [...(answer.notes ?? [])];
  if (answer.answered) told.push(`Nothing is called that. This is what was found for \`${answer.answered}\`.`);
  if (answer.changed_files) told.push(`${count(answer.changed_files, "file")} changed since the last index and were not looked at.`);
  return told.map((note) => h("p", { class: "note" }, prose(note)));
}

function one(hit, marks, several) {
  const to = { project: hit.project, path: hit.path, id: hit.id };
  const line = hit.symbol_line >= hit.start_line && hit.symbol_line <= hit.end_line ? hit.symbol_line : hit.start_line;
  to.line = hit.cell ? `${hit.cell}:${line}` : line;
  const [folder, file] = parts(hit.path);
  const title = h("a", { class: "hit-link", href: link("source", to) },
    hit.symbol && h("span", { class: "symbol" }, hit.symbol),
    h("span", { class: "where" }, several && h("span", { class: "of" }, hit.project, " "), h("span", { class: "folder" }, folder), h("span", { class: "file" }, file), h("span", { class: "line" }, `:${to.line}`)));
  const beside = hit.id && h("a", { class: "around", href: picture(hit.project, hit.id), "aria-label": `Neighbourhood of ${hit.symbol}` }, "Graph");
  const stale = hit.stale && h("p", { class: "note" }, "The file changed since it was indexed, so its lines are not shown.");
  return h("li", { class: "hit" }, h("div", { class: "hit-head" }, hit.kind && kind(hit.kind), title, beside), stale, snippet(hit, marks));
}

export function kind(name) {
  return h("span", { class: `kind k-${name}` }, name);
}

function parts(path) {
  const at = path.lastIndexOf("/") + 1;
  return [path.slice(0, at), path.slice(at)];
}

/** The words of a question, as they are marked in lines. */
function words(question) {
  const plain = question.replace(/-?\b[a-z]+:("[^"]*"|\S+)/g, " ");
  const found = plain.match(/[\p{L}\p{N}_]{2,}/gu) ?? [];
  return [...new Set(found.map((word) => word.toLowerCase()))].sort((a, b) => b.length - a.length).slice(0, 12);
}

function snippet(hit, marks) {
  if (!hit.snippet) return null;
  const all = lines(hit.snippet, hit.language);
  const symbol = hit.cell || !hit.symbol_line ? -1 : hit.symbol_line - hit.start_line;
  const first = best(all, marks, symbol);
  const shown = all.slice(first, first + SHOWN);
  const indent = Math.min(...shown.filter((line) => text(line).trim()).map((line) => /^\s*/.exec(text(line))[0].length));
  const rows = shown.map((line, at) => h("div", { class: "row" }, h("span", { class: "n", "aria-hidden": "true" }, hit.start_line + first + at), h("span", { class: "t" }, paint(dedent(line, indent), marks))));
  const rest = all.length - first - shown.length;
  // The line in which the symbol begins is told when it is not among those.
  const above = symbol >= 0 && symbol < all.length && (symbol < first || symbol >= first + SHOWN) && h("p", { class: "signature code" }, paint(dedent(all[symbol], Infinity), []));
  return [above, h("div", { class: "snippet code" }, rows, rest > 0 && h("div", { class: "rest" }, `${count(rest, "more line")}`))];
}

/** The first of the lines that are shown: those with most words of the question, near the line where the symbol begins. */
function best(all, marks, symbol) {
  const texts = all.map((line) => text(line).toLowerCase());
  let [first, most] = [0, -Infinity];
  for (let at = 0; at <= Math.max(0, all.length - SHOWN); at++) {
    const shown = texts.slice(at, at + SHOWN);
    const found = marks.filter((mark) => shown.some((line) => line.includes(mark)));
    const value = found.reduce((sum, mark) => sum + Math.min(mark.length, 8), 0) + (symbol >= at && symbol < at + SHOWN ? 6 : 0) - Math.abs(at - Math.max(symbol, 0)) / 10;
    if (value > most) [first, most] = [at, value];
  }
  return first;
}

const text = (line) => line.map(([, piece]) => piece).join("");

function dedent(line, indent) {
  if (indent === 0 || !line.length) return line;
  const [[kind, first], ...others] = line;
  const own = Math.min(indent, /^\s*/.exec(first)[0].length);
  return [[kind, first.slice(own)], ...others];
}

/** Pieces of a line in their colours, with the words of a question marked. */
export function paint(line, marks) {
  let room = MAX_LINE;
  const out = [];
  for (const [kind, piece] of line) {
    if (room <= 0) break;
    const shown = piece.slice(0, room);
    room -= piece.length;
    const inside = marked(shown, marks);
    if (kind === "" || kind === "name") out.push(inside);
    else out.push(h("span", { class: `c-${kind}` }, inside));
  }
  if (room < 0) out.push(h("span", { class: "rest" }, "…"));
  return out;
}

function marked(piece, marks) {
  if (marks.length === 0) return piece;
  const lower = piece.toLowerCase();
  // Lower case may be longer than what it is of; then places would not agree.
  if (lower.length !== piece.length) return piece;
  const out = [];
  let at = 0;
  while (at < piece.length) {
    let [best, length] = [-1, 0];
    for (const mark of marks) {
      const found = lower.indexOf(mark, at);
      if (found >= 0 && (best < 0 || found < best)) [best, length] = [found, mark.length];
    }
    if (best < 0) break;
    out.push(piece.slice(at, best), h("mark", {}, piece.slice(best, best + length)));
    at = best + length;
  }
  out.push(piece.slice(at));
  return out;
}

/** What is shown before anything is asked. */
function overview(projects) {
  if (projects.length === 0) {
    return state("Nothing is indexed yet", prose("Run `codegraph index` in the folder of a project. It shows up here by itself."));
  }
  const each = (project) => {
    const lines = project.languages.reduce((sum, language) => sum + language.lines, 0) || 1;
    const top = [...project.languages].sort((a, b) => b.lines - a.lines).slice(0, 5);
    const shares = top.map((language, at) => h("li", {}, h("span", { class: `dot d${at}`, "aria-hidden": "true" }), language.name, h("span", { class: "share" }, ` ${Math.max(1, Math.round((language.lines * 100) / lines))} %`)));
    return h("li", { class: "project" },
      h("a", { href: link("search", { project: project.name }), class: "project-link", onclick: () => document.getElementById("query").focus() }, project.name),
      h("p", { class: "root" }, project.root),
      h("p", { class: "figures" }, `${count(project.files, "file")}, ${count(project.lines, "line")}, ${count(project.symbols, "symbol")}`),
      h("ul", { class: "shares" }, shares));
  };
  const key = (name, what) => [h("dt", {}, h("kbd", {}, name)), h("dd", {}, what)];
  return h("div", { class: "overview" },
    h("h1", {}, "Search the code, see what it touches."),
    h("p", { class: "lead" }, prose("Type words, a sentence, or a name. `kind:`, `lang:`, `path:` and `\"phrases\"` narrow it down.")),
    h("ul", { class: "projects" }, projects.map(each)),
    h("dl", { class: "keys" }, key("/", "search"), key("↑ ↓", "move through results"), key("Enter", "open"), key("g", "graph of what is open"), key("c", "copy its path"), key("Esc", "back")));
}
