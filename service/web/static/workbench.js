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

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
