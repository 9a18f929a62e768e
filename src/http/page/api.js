// The daemon, as this page asks it. The key stays in this tab.

const KEY = "codegraph-key";

/** Why there is no answer. */
export class Problem extends Error {
  constructor(status, document, wait) {
    super(document.detail || document.title || "something went wrong");
    this.status = status;
    this.code = document.code ?? "";
    this.hint = document.hint ?? "";
    this.choices = document.choices ?? [];
    this.request = document.request_id ?? "";
    this.wait = wait;
  }
}

export function key() {
  try {
    return sessionStorage.getItem(KEY) ?? "";
  } catch {
    return kept;
  }
}

let kept = "";

/** Keeps a key for as long as this tab lives; an empty one is forgotten. */
export function keep(text) {
  kept = text;
  try {
    if (text) sessionStorage.setItem(KEY, text);
    else sessionStorage.removeItem(KEY);
  } catch {
    // Then it lasts until the page is left.
  }
}

async function ask(path, options) {
  const headers = { Accept: "application/json", ...options.headers };
  if (key()) headers.Authorization = `Bearer ${key()}`;
  let reply;
  try {
    reply = await fetch(path, { ...options, headers, cache: "no-store", credentials: "omit", redirect: "error" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, { code: "unreachable", detail: "The daemon does not answer." });
  }
  if (reply.ok) return reply;
  const wait = Number(reply.headers.get("Retry-After")) || 0;
  let document = {};
  try {
    document = await reply.json();
  } catch {
    document = { detail: `The daemon answered ${reply.status}.` };
  }
  throw new Problem(reply.status, document, wait);
}

/** Runs an operation, such as `search` or `query/callers`. */
export async function run(operation, body, signal) {
  const options = { method: "POST", body: JSON.stringify(body), signal, headers: { "Content-Type": "application/json" } };
  return (await ask(`api/v1/${operation}`, options)).json();
}

/** The projects that are indexed. */
export async function projects(signal) {
  try {
    return (await run("status", { no_scan: true }, signal)).projects;
  } catch (problem) {
    if (problem.code === "no_index") return [];
    throw problem;
  }
}

/** Lines of a file as it is on disk now, from `from` to `to` or as many as an answer takes. */
export function source(project, path, from, to, signal) {
  return run("source", { file: path, project, from, to }, signal);
}
