// The neighbourhood of a symbol as a picture that can be walked: who uses it on the left, what it uses on the right, types
// above and below.

import * as api from "./api.js";
import { count, h, number, s, show, state, tell } from "./dom.js";
import { HEIGHT, WIDTH, bounds, curve, place } from "./layout.js";
import { definition, go, link, picture, place as placed } from "./route.js";
import { failed, waiting } from "./states.js";

/** Neighbours of the middle, and of a node that is opened, that are drawn at first. */
const FIRST = { middle: 12, opened: 8 };
/** Neighbours of one node that are drawn at most, and that are asked for. */
const MOST = 60;
const ASKED = 200;
/** Nodes of a picture at most. */
const MAX_NODES = 400;
/** Kinds of relations, in the order of the filter. */
const KINDS = ["calls", "references", "imports", "extends", "implements", "overrides"];
/** Answers that are kept, so that going back asks nothing anew. */
const KEPT = 64;

const answers = new Map();

/** What a question answers; nothing when it is not for such a symbol. */
async function ask(question, project, id, signal) {
  const name = `${project}\n${question}\n${id}`;
  if (answers.has(name)) return answers.get(name);
  const field = question === "imports" ? "file" : "symbol";
  const body = { [field]: id, project };
  if (question !== "definition") body.limit = ASKED;
  const answer = await api.run(`query/${question}`, body, signal);
  answers.set(name, answer);
  if (answers.size > KEPT) answers.delete(answers.keys().next().value);
  return answer;
}

/** Forgets what was answered. */
export function forget() {
  answers.clear();
}

/** Calls come before mentions, and mentions before imports. */
const rank = (row) => KINDS.indexOf(row.edge) + (row.external ? KINDS.length : 0);

const isFile = (id) => !id.startsWith("external:") && !id.includes("#");

/** The neighbours of a symbol on one side: rows, how many uses are not known, and whether there are more. */
export async function neighbours(project, id, side, signal) {
  const questions = side === "left" ? (isFile(id) ? ["importers"] : ["callers", "references"]) : id.startsWith("external:") ? [] : isFile(id) ? ["imports", "callees"] : ["callees"];
  const got = await Promise.all(questions.map((question) => ask(question, project, id, signal)));
  const rows = new Map();
  for (const answer of got) {
    for (const row of answer.results) {
      const name = `${row.id}\n${row.edge}`;
      if (row.id !== id && !rows.has(name)) rows.set(name, row);
    }
  }
  return {
    rows: [...rows.values()].sort((a, b) => rank(a) - rank(b)),
    unresolved: got.length ? got[0].unresolved : 0,
    truncated: got.some((answer) => answer.truncated),
    symbolsOnly: got.find((answer) => answer.symbols_only)?.symbols_only,
  };
}

const list = (text) => (text ? text.split("\n") : []);

/** Draws the view. */
export async function view(main, of, app, signal) {
  const { id } = of;
  if (!id) {
    show(main, state("No symbol is named", "Search for one, and choose its graph."));
    return;
  }
  document.title = `${short(id)} · CodeGraph`;
  if (!main.querySelector(":scope > .graph")) show(main, waiting("Drawing"));
  try {
    // A name that was typed is not yet the symbol.
    const named = isFile(id) ? (await ask("definition", of.project, id, signal)).results : [];
    if (named.length === 1 && named[0].kind !== "file") {
      go("graph", { ...of, id: named[0].id }, true);
      return;
    }
    const data = await gather(of, signal);
    draw(main, of, data, app);
  } catch (problem) {
    if (problem.name === "AbortError") return;
    show(main, failed(problem, app.again, (choice) => picture(of.project, choice.id)));
  }
}

const short = (id) => (id.startsWith("external:") ? id.slice(9) : isFile(id) ? id.slice(id.lastIndexOf("/") + 1) : id.slice(id.indexOf("#") + 1).replace(/@[\da-f]+$/, ""));

/** All nodes and lines of a picture, before anything is hidden. */
async function gather(of, signal) {
  const { project, id } = of;
  const external = id.startsWith("external:");
  const [about, left, right, kin] = await Promise.all([
    external || isFile(id) ? null : ask("definition", project, id, signal),
    neighbours(project, id, "left", signal),
    neighbours(project, id, "right", signal),
    external || isFile(id) ? null : ask("hierarchy", project, id, signal),
  ]);
  const own = about?.results[0];
  const middle = { id, symbol: own?.symbol ?? short(id), kind: own?.kind ?? (external ? "external" : "file"), path: own?.path ?? (external ? "" : id), line: own?.line ?? 1, signature: own?.signature, external };
  const nodes = new Map([[id, middle]]);
  const lines = [];
  const cut = [];
  const hidden = new Set((of.hide ?? "").split(",").filter(Boolean));
  const whole = new Set(list(of.all));
  const total = new Map();
  const add = (parent, side, rows, most, more) => {
    const seen = rows.filter((row) => !hidden.has(row.edge));
    for (const row of rows) total.set(row.edge, (total.get(row.edge) ?? 0) + 1);
    const ids = [...new Set(seen.map((row) => row.id))];
    const room = whole.has(`${side} ${parent}`) ? MOST : most;
    // One more is shown rather than told of.
    const kept = new Set(ids.length <= room + 1 ? ids : ids.slice(0, room));
    for (const row of seen) {
      if (!nodes.has(row.id)) {
        if (!kept.has(row.id) || nodes.size >= MAX_NODES) continue;
        nodes.set(row.id, { ...row, parent, side });
      }
      const from = side === "left" || side === "down";
      lines.push({ from: from ? row.id : parent, to: from ? parent : row.id, row });
    }
    const n = ids.filter((each) => !nodes.has(each)).length;
    if (n > 0 || more) cut.push({ id: `more ${side} ${parent}`, parent, side, n, open: more, full: room === MOST });
  };
  if (kin) {
    add(id, "up", kin.supertypes.filter((row) => row.depth === 1), 5, false);
    add(id, "down", kin.subtypes.filter((row) => row.depth === 1), 5, kin.truncated);
  }
  // What is below has its place, although it uses what is in the middle too.
  add(id, "left", left.rows.filter((row) => !kin || !HOLLOW.has(row.edge)), FIRST.middle, left.truncated);
  add(id, "right", right.rows, FIRST.middle, right.truncated);
  const opened = list(of.open).filter((each) => nodes.has(each) && each !== id);
  const got = await Promise.all(opened.map((each) => neighbours(project, each, nodes.get(each).side, signal)));
  opened.forEach((each, at) => {
    const { side } = nodes.get(each);
    nodes.get(each).opened = true;
    add(each, side, got[at].rows, FIRST.opened, got[at].truncated);
  });
  const all = [...nodes.values(), ...cut.map((each) => ({ ...each, kind: "more" }))];
  place(all);
  return { middle, nodes, all, lines, total, left, right, symbolsOnly: left.symbolsOnly ?? right.symbolsOnly };
}

function draw(main, of, data, app) {
  const focused = document.activeElement?.closest?.(".node")?.dataset.id;
  const { project, id } = of;
  const { middle } = data;
  const to = (change) => go("graph", { ...of, ...change });
  const hidden = new Set((of.hide ?? "").split(",").filter(Boolean));
  const chips = KINDS.filter((kind) => data.total.has(kind)).map((kind) =>
    h("button", {
      type: "button", class: `chip e-${kind}`, "aria-pressed": String(!hidden.has(kind)),
      onclick: () => {
        if (!hidden.delete(kind)) hidden.add(kind);
        to({ hide: [...hidden].join(",") });
      },
    }, s("svg", { viewBox: "0 0 22 8", width: 22, height: 8, "aria-hidden": "true" }, s("path", { d: "M1 4H21", class: `edge e-${kind}` })), kind, h("span", { class: "n" }, number(data.total.get(kind)))));
  const where = middle.path && h("a", { class: "where", href: definition(project, { ...middle, id: isFile(id) ? undefined : id }) }, `${middle.path}:${middle.line}`);
  const head = h("header", { class: "graph-head" },
    h("h1", {}, h("span", { class: `kind k-${middle.kind}` }, middle.kind), h("span", { class: "symbol" }, middle.symbol)), where,
    h("div", { class: "chips", role: "group", "aria-label": "Kinds of relations" }, chips));
  const world = s("g", {});
  const svg = s("svg", { class: "picture", role: "group", "aria-label": `Neighbourhood of ${middle.symbol}: ${data.nodes.size - 1} neighbours. Arrow keys move, Enter walks, e opens, s shows the source.` }, arrows(), world);
  const found = new Map(data.all.map((node) => [node.id, node]));
  world.append(...data.lines.map((each) => edge(each, found, project)));
  for (const each of data.all.filter((node) => node.kind === "more")) {
    world.append(s("path", { class: "edge e-more", d: curve(each.side === "left" || each.side === "down" ? each : found.get(each.parent), each.side === "left" || each.side === "down" ? found.get(each.parent) : each) }));
  }
  world.append(...data.all.map((node) => box(node, of, to)));
  const frame = h("div", { class: "canvas" }, svg);
  const zoom = camera(svg, world, bounds(data.all));
  const tools = h("div", { class: "tools", role: "group", "aria-label": "Zoom" },
    h("button", { type: "button", "aria-label": "Zoom in", onclick: () => zoom.by(1.25) }, "+"),
    h("button", { type: "button", "aria-label": "Zoom out", onclick: () => zoom.by(0.8) }, "−"),
    h("button", { type: "button", "aria-label": "Show all", onclick: () => zoom.fit() }, "⤢"));
  frame.append(tools);
  const notes = [];
  if (data.right.unresolved > 0) notes.push(`${count(data.right.unresolved, "call")} in its body could not be resolved`);
  if (data.left.unresolved > 0) notes.push(`${count(data.left.unresolved, "use")} of that name could not be resolved`);
  if (data.symbolsOnly) notes.push(`calls and references are not known in ${data.symbolsOnly}`);
  if (data.all.length === 1) notes.unshift("nothing that is known leads here or from here");
  const foot = h("footer", { class: "graph-foot" },
    h("span", { class: "help" }, "Click to walk, + to open, drag to move"), notes.length > 0 && h("span", {}, `${notes.join("; ")}.`));
  show(main, h("section", { class: "graph" }, head, frame, foot));
  zoom.fit();
  keys(svg, data, zoom, of, to, project);
  const again = focused && [...svg.querySelectorAll(".node")].find((each) => each.dataset.id === focused);
  if (again) again.focus({ preventScroll: true });
  tell(`${middle.symbol}: ${count(data.nodes.size - 1, "neighbour")}`);
  app.symbol = { project, id };
}

function arrows() {
  const one = (name, closed) => s("marker", { id: name, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 9, markerHeight: 9, markerUnits: "userSpaceOnUse", orient: "auto" }, s("path", { d: closed ? "M1 1 L9 5 L1 9 Z" : "M1 1 L9 5 L1 9", class: closed ? "tip hollow" : "tip" }));
  return s("defs", {}, one("tip", false), one("tip-hollow", true));
}

const HOLLOW = new Set(["extends", "implements", "overrides"]);

function edge({ from, to, row }, found, project) {
  const [a, b] = [found.get(from), found.get(to)];
  const d = curve(a, b);
  const sites = 1 + (row.more_sites?.length ?? 0);
  const text = `${a.symbol} ${row.edge} ${b.symbol}\n${row.site.path}:${row.site.line}${sites > 1 ? ` and ${count(sites - 1, "more place")}` : ""}\n${row.rule}, ${row.confidence.toFixed(2)}`;
  const open = () => { location.hash = placed(project, row.site); };
  return s("g", { class: "line" },
    s("path", { class: `edge e-${row.edge}`, d, "marker-end": HOLLOW.has(row.edge) ? "url(#tip-hollow)" : "url(#tip)" }),
    s("path", { class: "grip", d, onclick: open }, s("title", {}, text)));
}

function box(node, of, to) {
  const { id } = of;
  const [left, top] = [node.x - WIDTH / 2, node.y - HEIGHT / 2];
  if (node.kind === "more") {
    const n = node.open ? `${number(node.n)} or more` : number(node.n);
    const text = node.n > 0 || node.open ? `+ ${n} not shown` : "";
    const all = () => to({ all: [...new Set([...list(of.all), `${node.side} ${node.parent}`])].join("\n") });
    const act = node.full ? {} : { onclick: all, role: "button", tabindex: 0 };
    return s("g", { class: `node more${node.full ? " full" : ""}`, transform: `translate(${left} ${top})`, "data-id": node.id, "aria-label": text, ...act },
      s("rect", { width: WIDTH, height: HEIGHT, rx: 8 }), s("text", { x: WIDTH / 2, y: HEIGHT / 2 + 4, "text-anchor": "middle" }, text));
  }
  const middle = node.id === id;
  const file = node.path ? node.path.slice(node.path.lastIndexOf("/") + 1) : "outside the project";
  const where = node.path ? `${file}:${node.line ?? 1}` : file;
  const label = `${node.symbol}, ${node.kind}, ${where}${middle ? ", in the middle" : ""}${node.opened ? ", opened" : ""}`;
  const walk = () => { if (!middle) location.hash = picture(of.project, node.id); };
  const group = s("g", { class: `node k-${node.kind}${middle ? " middle" : ""}${node.external ? " external" : ""}${node.test ? " test" : ""}`, transform: `translate(${left} ${top})`, role: "button", tabindex: middle ? 0 : -1, "data-id": node.id, "aria-label": label, onclick: walk },
    s("title", {}, `${node.symbol}\n${node.kind}${node.test ? " (test)" : ""}${node.path ? `\n${node.path}:${node.line ?? 1}` : ""}`),
    s("rect", { width: WIDTH, height: HEIGHT, rx: 8 }),
    s("rect", { class: "band", x: 0, y: 9, width: 3, height: HEIGHT - 18, rx: 1.5 }),
    s("text", { class: "name", x: 14, y: 20 }, clip(node.symbol, 25, true)),
    s("text", { class: "sub", x: 14, y: 36 }, clip(`${node.kind} · ${where}`, 33)));
  const side = !middle && (node.side === "left" || node.side === "right") && !node.external ? node.side : null;
  if (side) {
    const x = side === "left" ? 0 : WIDTH;
    const open = (event) => {
      event.stopPropagation();
      toggle(node, of, to);
    };
    group.append(s("g", { class: "open", transform: `translate(${x} ${HEIGHT / 2})`, onclick: open },
      s("circle", { class: "touch", r: 15 }), s("circle", { r: 8 }), s("path", { d: node.opened ? "M-3.5 0H3.5" : "M-3.5 0H3.5M0 -3.5V3.5" }),
      s("title", {}, node.opened ? "Close" : side === "left" ? "Who uses it" : "What it uses")));
  }
  return group;
}

function toggle(node, of, to) {
  const open = new Set(list(of.open));
  if (!open.delete(node.id)) open.add(node.id);
  to({ open: [...open].join("\n") });
}

/** Shortens a text: the end of a qualified name says more than its start. */
function clip(text, most, end = false) {
  if (text.length <= most) return text;
  return end ? `…${text.slice(text.length - most + 1)}` : `${text.slice(0, most - 1)}…`;
}

/** Moves and zooms by pointer, wheel and fingers. */
function camera(svg, world, box) {
  let [x, y, k] = [0, 0, 1];
  const set = () => world.setAttribute("transform", `translate(${x} ${y}) scale(${k})`);
  const size = () => svg.getBoundingClientRect();
  const about = (factor, cx, cy) => {
    const next = Math.min(2.5, Math.max(0.15, k * factor));
    [x, y, k] = [cx - ((cx - x) * next) / k, cy - ((cy - y) * next) / k, next];
    set();
  };
  const api = {
    by: (factor) => about(factor, size().width / 2, size().height / 2),
    fit: () => {
      const { width, height } = size();
      // What would become too small to read is moved into sight by hand instead.
      k = Math.min(1, Math.max(Math.min(width / box.width, height / box.height), width < 600 ? 0.55 : 0.4));
      const fits = k * box.width <= width;
      x = fits ? width / 2 - k * (box.left + box.width / 2) : width / 2;
      y = k * box.height <= height ? height / 2 - k * (box.top + box.height / 2) : height / 2;
      set();
    },
    reveal: (node) => {
      const { width, height } = size();
      const [px, py] = [x + k * node.x, y + k * node.y];
      const [mx, my] = [(k * WIDTH) / 2 + 16, (k * HEIGHT) / 2 + 16];
      x += Math.max(0, mx - px) - Math.max(0, px - (width - mx));
      y += Math.max(0, my - py) - Math.max(0, py - (height - my));
      set();
    },
  };
  const fingers = new Map();
  let moved = 0;
  svg.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    moved = 0;
  });
  svg.addEventListener("pointermove", (event) => {
    const last = fingers.get(event.pointerId);
    if (!last) return;
    const now = [event.clientX, event.clientY];
    const box = size();
    if (fingers.size === 1) {
      moved += Math.abs(now[0] - last[0]) + Math.abs(now[1] - last[1]);
      if (moved > 4 && !svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId);
      [x, y] = [x + now[0] - last[0], y + now[1] - last[1]];
      set();
    } else if (fingers.size === 2) {
      const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
      const was = Math.hypot(last[0] - other[0], last[1] - other[1]) || 1;
      about(Math.hypot(now[0] - other[0], now[1] - other[1]) / was, (now[0] + other[0]) / 2 - box.left, (now[1] + other[1]) / 2 - box.top);
      moved = 9;
    }
    fingers.set(event.pointerId, now);
  });
  for (const name of ["pointerup", "pointercancel"]) svg.addEventListener(name, (event) => fingers.delete(event.pointerId));
  // What was a move is no click.
  svg.addEventListener("click", (event) => {
    if (moved > 4) event.stopPropagation();
  }, true);
  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    const box = size();
    about(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  return api;
}

/** Arrow keys go to the nearest node in their direction. */
function keys(svg, data, zoom, of, to, project) {
  const elements = () => [...svg.querySelectorAll(".node[role]")];
  const focus = (node) => {
    const element = elements().find((each) => each.dataset.id === node.id);
    if (!element) return;
    for (const each of elements()) each.setAttribute("tabindex", each === element ? 0 : -1);
    element.focus({ preventScroll: true });
    zoom.reveal(node);
  };
  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = data.all.find((node) => node.id === event.target.closest(".node")?.dataset.id);
    if (!here) return;
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way) {
      event.preventDefault();
      const far = (node) => {
        const [dx, dy] = [node.x - here.x, node.y - here.y];
        const along = dx * way[0] + dy * way[1];
        return along <= 1 ? Infinity : along + 3 * Math.abs(dx * way[1] + dy * way[0]);
      };
      const next = data.all.filter((node) => !node.full).sort((a, b) => far(a) - far(b))[0];
      if (next && far(next) < Infinity) focus(next);
      return;
    }
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      event.target.closest(".node").dispatchEvent(new MouseEvent("click", { bubbles: true }));
    } else if ((event.key === "e" || event.key === "+") && (here.side === "left" || here.side === "right") && here.kind !== "more") {
      event.preventDefault();
      toggle(here, of, to);
    } else if (event.key === "s" && here.path) {
      event.preventDefault();
      location.hash = link("source", { project, path: here.path, line: here.line, id: isFile(here.id) ? "" : here.id });
    }
  });
}
