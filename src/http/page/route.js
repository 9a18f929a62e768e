// Every view is a place: `#/view?name=value`. What follows the `#` is not sent to the server.

/** The view and what it is asked, as the address says. */
export function read(hash = location.hash) {
  const [path, query] = split(hash.replace(/^#\/?/, ""));
  const view = path || "search";
  const of = {};
  for (const [name, value] of new URLSearchParams(query)) of[name] = value;
  return { view, of };
}

function split(text) {
  const at = text.indexOf("?");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** The address of a view. What is empty is left out. */
export function link(view, of = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(of)) {
    if (value !== undefined && value !== null && value !== "") query.set(name, value);
  }
  const text = query.toString();
  return `#/${view}${text ? `?${text}` : ""}`;
}

/** Goes to a view; `instead` leaves no step in the history. */
export function go(view, of, instead = false) {
  const to = link(view, of);
  if (to === location.hash) return;
  if (instead) {
    history.replaceState(history.state, "", to);
    dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    location.hash = to;
  }
}

/** Where a definition stands, and the definition itself. */
export function definition(project, each) {
  return link("source", { project, path: each.path, line: each.cell ? `${each.cell}:${each.line}` : each.line, id: each.id });
}

/** A place without a definition. */
export function place(project, site) {
  return link("source", { project, path: site.path, line: site.cell ? `${site.cell}:${site.line}` : site.line });
}

/** The picture around a definition. */
export function picture(project, id) {
  return link("graph", { project, id });
}
