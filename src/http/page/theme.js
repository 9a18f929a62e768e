// Runs before anything is drawn, so that a chosen theme does not flash.
"use strict";
try {
  const chosen = localStorage.getItem("codegraph-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Without storage the system's choice stands.
}
