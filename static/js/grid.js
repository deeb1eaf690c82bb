/* Rows that are entered by keyboard; the counterpart of the tag grid (core/templatetags/grids.py).
 *
 * Enter and the arrows go from row to row in the same column; a row is saved when it is left
 * (js/autosave.js). A grid with a template of new rows always has an empty one at its end. What the
 * server refuses is said at the cell. New rows that could not be saved come back with the page.
 */
(() => {
  "use strict";

  const { drafts, watch } = window.thidua;
  const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

  /* A random UUID, also where the page came over plain HTTP (crypto.randomUUID is not there then). */
  const newKey = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };

  const rowOf = (element) => element.closest?.("[data-grid] tr[data-row]");
  const fieldsOf = (row) => [...row.querySelectorAll(".form-control, .form-select")];
  const isEmpty = (row) => fieldsOf(row).every((field) => !field.value);

  const addRow = (grid, key) => {
    const template = grid.querySelector("template[data-new-row]");
    if (!template) return;
    const body = grid.querySelector("tbody");
    body.insertAdjacentHTML("beforeend", template.innerHTML.replaceAll("__key__", key));
    const row = body.lastElementChild;
    htmx.process(row);
    watch(row.querySelector("form[data-autosave]"));
  };

  /* An empty row stands at the end of a grid that grows. */
  const grow = (grid) => {
    const last = grid.querySelector("tbody tr:last-child");
    if (!last || !isEmpty(last)) addRow(grid, newKey());
  };

  const move = (field, row, step) => {
    let next = row;
    do next = step > 0 ? next.nextElementSibling : next.previousElementSibling;
    while (next && !fieldsOf(next).length);
    if (!next) return field.blur(); // leaves the last row of a grid that does not grow: it is saved
    const target = fieldsOf(next)[fieldsOf(row).indexOf(field)];
    target.focus();
    target.select?.();
  };

  /* A digit chooses in a list: 1 the first, 2 the second; Backspace and Delete open it again. */
  const pick = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return false;
    const empties = ["Backspace", "Delete", "0"].includes(event.key);
    const place = empties ? 0 : /^[1-9]$/.test(event.key) ? Number(event.key) : -1;
    if (!event.target.options[place]) return false;
    event.preventDefault();
    event.target.selectedIndex = place;
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  };

  document.addEventListener("keydown", (event) => {
    const row = rowOf(event.target);
    if (!row || !fieldsOf(row).includes(event.target) || event.isComposing) return;
    const chooses = event.target.matches("select");
    if (chooses && pick(event)) return;
    const step = event.key === "Enter" ? (event.shiftKey ? -1 : 1)
      : event.key === "ArrowDown" && !event.altKey ? 1
      : event.key === "ArrowUp" && !event.altKey ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    move(event.target, row, step);
  });

  document.addEventListener("input", (event) => {
    const row = rowOf(event.target);
    if (row) grow(row.closest("[data-grid]"));
  });

  /* The sentences of a refusal, each at its cell. */
  const markErrors = (form) => {
    const row = rowOf(form);
    for (const old of row.querySelectorAll(".cell-error")) old.remove();
    const line = form.querySelector(".save");
    const names = (line.dataset.invalid || "").split(" ");
    const sentences = [...line.querySelectorAll(".save-errors > p")];
    let placed = 0;
    sentences.forEach((sentence, place) => {
      const field = form.elements.namedItem(names[place] || "");
      if (!field?.matches?.(".form-control, .form-select")) return;
      const said = document.createElement("p");
      said.className = "cell-error";
      said.id = `${field.id}-error`;
      said.textContent = sentence.textContent.trim();
      field.closest("td").append(said);
      field.setAttribute("aria-describedby", said.id);
      placed += 1;
    });
    row.classList.toggle("errors-placed", placed > 0 && placed === sentences.length);
  };

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (form.matches?.("[data-grid] form[data-by-row]")) markErrors(form);
  });

  document.addEventListener("DOMContentLoaded", () => {
    for (const grid of document.querySelectorAll("[data-grid]")) {
      if (!grid.querySelector("template[data-new-row]")) continue;
      const start = grid.dataset.drafts;
      for (const key of drafts.keysFrom(start).map((one) => one.slice(start.length))) {
        if (UUID.test(key) && !document.getElementById(`answer-${key}`)) addRow(grid, key);
      }
      grow(grid);
    }
  });
})();
