/* The boxes of a registration: the arrow keys move between them; htmx saves each one by itself. */
(() => {
  "use strict";

  const grid = document.querySelector("[data-boxes]");
  if (!grid) return;
  const boxes = () => [...grid.querySelectorAll("[data-box]:enabled")];
  const steps = { ArrowDown: 1, ArrowUp: -1 };

  for (const button of grid.querySelectorAll("[data-without-script]")) button.hidden = true;

  grid.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step || !event.target.matches("[data-box]")) return;
    const all = boxes();
    const next = all[all.indexOf(event.target) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
})();
