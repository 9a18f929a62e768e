// The frame: the search field, the views, the keyboard, the theme, the key.

import * as api from "./api.js";
import { h, prose, show } from "./dom.js";
import * as graph from "./graph.js";
import { go, link, picture, read } from "./route.js";
import * as search from "./search.js";
import * as source from "./source.js";
import { failed, waiting } from "./states.js";

/** How long one must pause for the search to run, in milliseconds. */
const PAUSE = 120;
const VIEWS = { search, source, graph };

const main = document.getElementById("main");
const input = document.getElementById("query");
const chooser = document.getElementById("project");
const app = { projects: [], symbol: undefined, again: () => start() };

let running;
let timer;
/** How many steps of the history lie between the first view and this one. */
let step = history.state?.step ?? 0;
/** Where each address was scrolled to, and which link of it had the focus. */
const places = new Map();
let shown = location.hash;
/** The address that typing led to. */
let asked;

/** Draws what the address names. What was under way for another address is dropped. */
async function render() {
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  const { view, of } = read();
  app.symbol = undefined;
  const module = Object.hasOwn(VIEWS, view) ? VIEWS[view] : search;
  document.body.dataset.view = module === search ? "search" : view;
  // Who types is left alone; who goes back sees what was asked there.
  if (module === search && (document.activeElement !== input || location.hash !== asked)) input.value = of.q ?? "";
  if (chooser.value !== (of.project ?? "")) chooser.value = of.project ?? "";
  if (module === source && !of.path) {
    go("search", {}, true);
    return;
  }
  await module.view(main, of, app, signal);
  if (signal.aborted) return;
  if (location.hash !== shown) {
    const { top, focus } = places.get(location.hash) ?? {};
    if (top !== undefined && module !== graph) scrollTo({ top });
    else if (module !== source || !of.line) scrollTo({ top: 0 });
    shown = location.hash;
    refocus(focus);
  }
}

/** What had the focus may be gone: then the link has it that was left, else the view. */
function refocus(href) {
  const at = document.activeElement;
  if (at && at !== document.body && at !== main) return;
  const left = href && [...main.querySelectorAll("a")].find((link) => link.getAttribute("href") === href);
  (left || main).focus({ preventScroll: true });
}

/** Learns which projects there are, then draws. */
async function start() {
  graph.forget();
  if (!main.firstChild) show(main, waiting("Loading"));
  try {
    app.projects = await api.projects();
  } catch (problem) {
    show(main, failed(problem, start));
    if (problem.status === 401) askForKey(Boolean(api.key()));
    return;
  }
  const names = app.projects.map((project) => project.name);
  show(chooser, h("option", { value: "" }, "All projects"), names.map((name) => h("option", { value: name }, name)));
  chooser.hidden = names.length < 2;
  document.getElementById("key").hidden = !api.key();
  await render();
}

function typed() {
  const { view, of } = read();
  const inSearch = view === "search";
  const filters = inSearch ? of : { project: of.project };
  // Typing makes one step of the history, not one for each letter.
  const to = { ...filters, q: input.value, n: "" };
  asked = link("search", to);
  go("search", to, inSearch && Boolean(of.q));
}

input.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(typed, PAUSE);
});

document.getElementById("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  const { view, of } = read();
  if (view !== "search" || (of.q ?? "") !== input.value) typed();
  // Results that are about to go are not meant.
  else main.querySelector(".results:not([aria-busy]) .hit-link")?.click();
});

chooser.addEventListener("change", () => {
  const { view, of } = read();
  go("search", { ...(view === "search" ? of : { q: input.value }), project: chooser.value, n: "" });
});

addEventListener("hashchange", () => {
  // Who goes elsewhere does not want to come back to what was typed last.
  if (location.hash !== asked) clearTimeout(timer);
  const at = document.activeElement;
  places.set(shown, { top: scrollY, focus: main.contains(at) ? at.getAttribute("href") : undefined });
  if (history.state?.step === undefined) history.replaceState({ step: ++step }, "");
  else step = history.state.step;
  render();
});

/** Back to where one came from, or to the start. */
function back() {
  const { view, of } = read();
  if (step > 0) history.back();
  else if (view !== "search" || of.q) go("search", {});
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const at = event.target;
  const types = at.matches?.("input:not([type=checkbox]), textarea, select");
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "/" && !types) {
    event.preventDefault();
    input.focus();
    input.select();
  } else if (event.key === "Escape") {
    event.preventDefault();
    if (at === input) {
      if (main.querySelector(".hit-link")) input.blur();
      else if (read().view !== "search") input.blur();
      else {
        input.value = "";
        typed();
      }
    } else back();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (at === input || at.matches?.(".hit-link")) move(event, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "g" && !types) {
    const id = at.closest?.(".hit")?.querySelector(".around");
    if (id) id.click();
    else if (app.symbol && read().view === "source") location.hash = picture(app.symbol.project, app.symbol.id);
  } else if (event.key === "c" && !types) {
    main.querySelector(".copy")?.click();
  }
});

/** Moves between the search field and the results. */
function move(event, step) {
  const all = [...main.querySelectorAll(".hit-link")];
  const at = all.indexOf(document.activeElement) + step;
  if (document.activeElement === input && step < 0) return;
  event.preventDefault();
  if (at < 0) input.focus();
  else all[Math.min(at, all.length - 1)]?.focus();
  all[at]?.scrollIntoView({ block: "nearest" });
}

const THEMES = ["auto", "light", "dark"];
const switcher = document.getElementById("theme");

function theme(name) {
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  switcher.textContent = { auto: "Auto", light: "Light", dark: "Dark" }[name];
  switcher.setAttribute("aria-label", `Theme: ${name}`);
  switcher.title = `Theme: ${name}`;
}

switcher.addEventListener("click", () => {
  const now = document.documentElement.dataset.theme ?? "auto";
  const next = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length];
  theme(next);
  try {
    if (next === "auto") localStorage.removeItem("codegraph-theme");
    else localStorage.setItem("codegraph-theme", next);
  } catch {
    // Then it lasts until the page is left.
  }
});

/** Asks for a key. It is kept in this tab and sent to this daemon only. */
function askForKey(refused = false) {
  if (document.querySelector("dialog[open]")) return;
  const field = h("input", { type: "password", id: "given", autocomplete: "off", spellcheck: "false", required: true });
  const dialog = h("dialog", { "aria-labelledby": "key-title" },
    h("form", { method: "dialog", onsubmit: () => api.keep(field.value.trim()) },
      h("h2", { id: "key-title" }, "An API key, please"),
      refused && h("p", { class: "refused", role: "alert" }, "The daemon does not accept the key that was given."),
      h("p", {}, prose("Whoever runs the daemon has one; on your own machine it is in the file `api_key` of the data folder. It stays in this tab until that is closed, and goes to this daemon only.")),
      h("label", { for: "given" }, "Key"), field,
      h("div", { class: "buttons" },
        api.key() && h("button", { type: "button", onclick: () => { api.keep(""); dialog.close(); } }, "Forget the key"),
        h("button", { type: "button", onclick: () => dialog.close("left") }, "Cancel"),
        h("button", { class: "act", type: "submit" }, "Use it"))));
  dialog.addEventListener("cancel", () => { dialog.returnValue = "left"; });
  dialog.addEventListener("close", () => {
    const left = dialog.returnValue === "left";
    dialog.remove();
    if (!left) start();
  });
  document.body.append(dialog);
  dialog.showModal();
}

addEventListener("key", () => askForKey());
document.getElementById("key").addEventListener("click", () => askForKey());

// Where a view is an address, this one must not be one.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});

history.scrollRestoration = "manual";
history.replaceState({ step }, "");
theme(document.documentElement.dataset.theme ?? "auto");
if (matchMedia("(hover: hover)").matches) input.focus();
start();
