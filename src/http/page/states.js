// What stands where an answer would: it waits, or it failed, and what to do then.

import { h, prose, state } from "./dom.js";

/** While an answer is on its way. */
export function waiting(what) {
  return h("div", { class: "state waiting" }, h("span", { class: "pulse", "aria-hidden": "true" }), `${what}…`);
}

/** Why there is no answer, and what to do. `again` tries once more; `to` is where a choice leads. */
export function failed(problem, again, to) {
  const retry = h("button", { type: "button", class: "act", onclick: again }, "Try again");
  const hint = problem.hint && problem.choices.length === 0 && h("p", { class: "hint" }, prose(problem.hint));
  const request = problem.request && h("p", { class: "fine" }, `Request ${problem.request}`);
  switch (problem.code === "unreachable" ? 0 : problem.status) {
    case 0:
      return state("The daemon does not answer", prose("Is `codegraph serve` still running?"), retry);
    case 401:
      return state("A key is needed", "This daemon answers only who has an API key.", h("button", { type: "button", class: "act", onclick: () => dispatchEvent(new Event("key")) }, "Give a key"));
    case 403:
      return state("That is not allowed", prose(problem.message), hint, h("button", { type: "button", class: "act", onclick: () => dispatchEvent(new Event("key")) }, "Use another key"));
    case 429:
      return state("Too many requests", `The daemon asks for patience${problem.wait ? `: ${problem.wait} s` : ""}.`, retry);
    default:
  }
  if (problem.code === "no_index") {
    return state("Nothing is indexed yet", prose("Run `codegraph index` in the folder of a project."), retry);
  }
  if (problem.choices.length > 0) {
    const each = (choice) => h("li", {}, h("a", { href: to?.(choice) }, choice.symbol), h("span", { class: "fine" }, choice.path ? ` ${choice.kind} at ${choice.path}:${choice.line}` : ` ${choice.kind}, outside the project`));
    return state("Which one?", prose(problem.message), h("ul", { class: "choices" }, problem.choices.map(each)));
  }
  if (problem.status === 404 || problem.status === 400) {
    return state("That is not there", prose(problem.message), hint, h("a", { class: "act", href: "#/" }, "To the start"));
  }
  return state("It failed", prose(problem.message), hint, request, retry);
}
