/* Entering a decision: the days of holding follow the day of the decision and the term of the title,
   until somebody writes them. The server suggests the same where this does not run. */
(() => {
  "use strict";

  const form = document.querySelector(".declaration");
  const field = (name) => form.elements[name];
  const term = document.getElementById("term");
  const untouched = new Set(["held_from", "held_until"].filter((name) => !field(name).value));

  const read = (text) => {
    const found = /^\s*(\d{1,2})\/(\d{1,2})\/(\d{4})\s*$/.exec(text);
    if (!found) return null;
    const [day, month, year] = found.slice(1).map(Number);
    const date = new Date(Date.UTC(year, month - 1, day));
    return date.getUTCDate() === day && date.getUTCMonth() === month - 1 ? date : null;
  };
  const write = (date) => {
    const two = (number) => String(number).padStart(2, "0");
    return `${two(date.getUTCDate())}/${two(date.getUTCMonth() + 1)}/${date.getUTCFullYear()}`;
  };

  /* The day before the one of the same number, or the last of a month that has no such day. */
  const lastDay = (from, months) => {
    const until = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, from.getUTCDate()));
    const same = until.getUTCDate() === from.getUTCDate();
    until.setUTCDate(same ? until.getUTCDate() - 1 : 0);
    return until;
  };

  const suggest = () => {
    const decided = read(field("decided_on").value);
    if (decided && untouched.has("held_from")) field("held_from").value = write(decided);
    const from = read(field("held_from").value);
    const note = form.querySelector(`.title-note[data-title="${CSS.escape(field("title").value)}"]`);
    const months = Number(note?.dataset.months ?? 0);
    if (untouched.has("held_until")) field("held_until").value = from && months ? write(lastDay(from, months)) : "";
    if (from) term.textContent = term.dataset.from;
  };

  form.addEventListener("change", (event) => {
    untouched.delete(event.target.name);
    suggest();
  });

  /* Only the words about the chosen title. */
  const show = () => {
    for (const note of form.querySelectorAll(".title-note")) {
      note.hidden = Boolean(field("title").value) && note.dataset.title !== field("title").value;
    }
  };
  field("title").addEventListener("change", show);
  show();
})();
