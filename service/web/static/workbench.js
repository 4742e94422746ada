// What every page does with scripts: error summaries take the focus, buttons ignore a second press, printing.
import { initAll } from "./vendor/govuk-frontend.min.js";

initAll();

// Keys of pages without prints; those with prints have more of them. The same switch turns them off.
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.metaKey || document.querySelector("[data-viewer]")) return;
  const form = document.querySelector("form[data-ctrl-enter]");
  if (event.ctrlKey) {
    if (event.key === "Enter" && form) form.requestSubmit(form.querySelector("[data-submit]"));
    return;
  }
  const isTyping = event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
  if (isTyping || localStorage.getItem("identlink-keys-off") === "yes") return;
  const wanted = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
  if (!wanted) return;
  event.preventDefault();
  wanted.click();
});

// On a narrow screen each row of a table is a block: its cells then bear the names of their columns.
function name_cells() {
  for (const table of document.querySelectorAll(".wb-table")) {
    const columns = [...table.querySelectorAll("thead th")].map((one) => one.textContent.trim());
    table.setAttribute("role", "table");
    for (const row of table.querySelectorAll("tr")) {
      row.setAttribute("role", "row");
      [...row.children].forEach((cell, n) => {
        const role = cell.matches("td") ? "cell" : row.closest("thead") ? "columnheader" : "rowheader";
        cell.setAttribute("role", role);
        if (!row.closest("thead")) cell.dataset.label = columns[n] || "";
      });
    }
  }
}

name_cells();
// A part of a page that is refreshed brings new rows.
new MutationObserver(name_cells).observe(document.querySelector("main"), { childList: true, subtree: true });

// A form whose answer takes seconds says so at once; a page that comes back by "back" no longer does.
for (const notice of document.querySelectorAll("[data-busy]")) {
  notice.closest("form").addEventListener("submit", () => (notice.textContent = notice.dataset.busy));
  window.addEventListener("pageshow", () => (notice.textContent = ""));
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
