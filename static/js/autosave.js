/* Answers that save themselves; the counterpart of the tags autosave, save_status, saved and
 * others_values in core/templatetags/components.py.
 *
 * A form[data-autosave] is posted by htmx when a field is left or changed, or 800 ms after the last
 * key. The answer replaces the form's .save element (its version and how it stands), never a field:
 *   2xx  saved
 *   409  somebody else saved meanwhile: both values are shown, the person chooses
 *   422  not saved, with the reasons; asked again when something is changed, or was meanwhile
 *   401  the session has ended (header HX-Reauth: where to sign in)
 *   no answer, 5xx  tried again, more and more rarely, and as soon as the network is back
 * Until it is saved, what was typed is kept on this machine and put back when the page comes again.
 *
 * A form[data-by-row] is a row of a grid (js/grid.js): its fields stand in other cells of the row, and
 * it is posted when the row is left, not each field.
 */
(() => {
  "use strict";

  const { drafts, announce } = window.thidua;
  const IDLE = 800; // ms after the last key
  const IDLE_IN_ROW = 5000; // the same in a row, whose other fields are still to come
  const RETRY = [2000, 4000, 8000, 16000, 30000, 60000]; // ms until a saving is tried again
  const UNSAVED = new Set(["dirty", "saving", "lost", "expired", "refused", "conflict", "invalid"]);
  const answers = new Map();
  let signInUrl = "";
  let ended = false; // the session, as the last question for others' values found it
  let leavingToSignIn = false;

  const text = (name) => document.querySelector("#autosave-texts").content
    .querySelector(`[data-text="${name}"]`).cloneNode(true);

  class Answer {
    constructor(form) {
      this.form = form;
      this.key = form.dataset.autosave;
      this.byRow = "byRow" in form.dataset;
      this.saved = this.values();
      this.sent = ""; // the values under way
      this.failures = 0;
      this.timer = 0;
      this.newer = null; // somebody's value that waits until I leave the field
      form.noValidate = true; // the server judges; a half-typed number is no reason not to keep it
      this.show(this.line.dataset.state);
    }

    get line() {
      return this.form.querySelector(".save");
    }

    get version() {
      return this.form.elements.namedItem("version");
    }

    get state() {
      return this.form.dataset.state;
    }

    /* The values of the form's fields, as one string that can be compared and kept. */
    values() {
      const pairs = [...new FormData(this.form)].filter(
        ([name, value]) => typeof value === "string" && !["version", "csrfmiddlewaretoken"].includes(name));
      return JSON.stringify(pairs);
    }

    fill(pairs) {
      const names = new Map();
      for (const [name, value] of pairs) names.set(name, [...(names.get(name) || []), value]);
      for (const field of this.form.elements) {
        if (!field.name || ["version", "csrfmiddlewaretoken"].includes(field.name)) continue;
        const values = names.get(field.name) || [];
        if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
        else if (field.type === "select-multiple") {
          for (const option of field.options) option.selected = values.includes(option.value);
        } else if (field.type !== "file" && field.type !== "submit") field.value = values[0] ?? "";
      }
    }

    show(state) {
      this.form.dataset.state = state;
      const words = { dirty: 1, saving: 1, lost: 1, expired: 1, refused: 1 };
      if (state in words) this.line.querySelector(":scope > p, :scope > .save-errors").replaceWith(text(state));
      if (state !== "dirty" && state !== "saving") this.markInvalid();
      alertAll();
    }

    markInvalid() {
      const invalid = (this.line.dataset.invalid || "").split(" ");
      for (const field of this.form.elements) {
        if (!field.matches(".form-control, .form-select, .form-check-input")) continue;
        const wrong = invalid.includes(field.name);
        field.classList.toggle("is-invalid", wrong);
        if (wrong) field.setAttribute("aria-invalid", "true");
        else field.removeAttribute("aria-invalid");
      }
    }

    typed() {
      clearTimeout(this.timer);
      if (this.state === "conflict") return this.keep();
      if (this.values() === this.saved && this.state !== "saving") {
        drafts.drop(this.key);
        return this.show(Number(this.version.value) ? "saved" : "new");
      }
      this.keep();
      if (this.state !== "saving") this.show("dirty");
      this.timer = setTimeout(() => this.save(), this.byRow ? IDLE_IN_ROW : IDLE);
    }

    keep() {
      drafts.keep(this.key, { version: this.version.value, values: this.values(), at: Date.now() });
    }

    save() {
      clearTimeout(this.timer);
      if (this.state === "saving" || this.state === "conflict") return;
      if (this.values() === this.saved) return;
      this.sent = this.values();
      this.show("saving");
      htmx.trigger(this.form, "autosave");
    }

    answered(status) {
      if (status >= 200 && status < 300) this.wasSaved();
      else if (status === 409) this.show("conflict");
      else if (status === 422) this.wasInvalid();
      else if (status === 401) this.sessionEnded();
      else if (status === 0 || status >= 500 || status === 429) this.wasLost();
      else this.show("refused");
      if (status === 409 || status === 422) announce(this.line.innerText);
    }

    wasSaved() {
      this.failures = 0;
      this.saved = this.sent;
      if (this.values() === this.saved) {
        drafts.drop(this.key);
        this.show("saved");
        announce(this.line.innerText);
      } else this.saveAgain();
    }

    /* The reasons are of what was sent; what was typed meanwhile may have mended them. */
    wasInvalid() {
      this.show("invalid");
      if (this.values() !== this.sent) this.saveAgain();
    }

    /* Typed on while the last saving was under way. */
    saveAgain() {
      this.show("dirty");
      this.keep();
      this.save();
    }

    wasLost() {
      this.keep();
      this.show("lost");
      const wait = RETRY[Math.min(this.failures, RETRY.length - 1)];
      this.failures += 1;
      this.timer = setTimeout(() => this.save(), wait);
    }

    sessionEnded() {
      this.keep();
      this.show("expired");
    }

    /* Somebody else saved a newer value. */
    arrived(newer) {
      if (newer.version <= Number(this.version.value) || UNSAVED.has(this.state)) return;
      if (answerOf(document.activeElement) === this) this.newer = newer;
      else this.take(newer);
    }

    take(newer) {
      this.newer = null;
      this.fill(newer.pairs);
      this.version.value = newer.version;
      this.saved = this.values();
      drafts.drop(this.key);
      const words = text("others");
      words.querySelector("span").textContent = words.querySelector("span").textContent
        .replace("{by}", newer.by).replace("{at}", newer.at);
      this.line.replaceChildren(this.version, words);
      delete this.line.dataset.invalid;
      this.show("others");
      this.form.classList.remove("arrived");
      requestAnimationFrame(() => this.form.classList.add("arrived"));
      announce(words.innerText);
    }

    keepMine(newer) {
      this.version.value = newer.version;
      this.line.replaceChildren(this.version, text("dirty"));
      this.show("dirty");
      this.saved = "";
      this.save();
    }

    left(to) {
      if (this.byRow && answerOf(to) === this) return;
      if (this.newer && !UNSAVED.has(this.state)) this.take(this.newer);
      else if (this.state === "dirty") this.save();
    }

    /* Put back what an earlier visit could not save, and save it over the version it was typed on. */
    restore() {
      const draft = drafts.read(this.key);
      if (!draft) return false;
      if (draft.values === this.saved) {
        drafts.drop(this.key);
        return false;
      }
      this.fill(JSON.parse(draft.values));
      this.version.value = draft.version;
      this.show("dirty");
      this.save();
      return true;
    }
  }

  /* Of a field, wherever it stands, or of anything inside a form. */
  const answerOf = (element) => answers.get(element?.form ?? element?.closest?.("form[data-autosave]"));
  const some = (...states) => [...answers.values()].some((answer) => states.includes(answer.state));

  /* One line over the page while something cannot be saved for a reason that is not the person's. */
  const alertAll = () => {
    const place = document.getElementById("autosave-alert");
    const name = ended || some("expired") ? "alert-expired" : some("lost") ? "alert-lost" : "";
    if (place.dataset.shown === name) return;
    place.dataset.shown = name;
    place.replaceChildren(...(name ? [text(name)] : []));
    const link = place.querySelector("[data-sign-in]");
    if (link && signInUrl) link.href = signInUrl;
  };

  const retry = () => {
    ended = false;
    for (const answer of answers.values()) {
      if (["lost", "expired"].includes(answer.state)) answer.save();
    }
  };

  const newerOf = (element) => ({
    version: Number(element.dataset.version),
    by: element.dataset.by,
    at: element.dataset.at,
    pairs: [...element.querySelectorAll("data")].map((one) => [one.dataset.name, one.getAttribute("value")]),
  });

  document.addEventListener("input", (event) => answerOf(event.target)?.typed());
  document.addEventListener("change", (event) => {
    const answer = answerOf(event.target);
    if (answer && answer.state === "dirty" && !answer.byRow) answer.save();
  });
  document.addEventListener("focusout", (event) => answerOf(event.target)?.left(event.relatedTarget));
  document.addEventListener("submit", (event) => {
    const answer = answerOf(event.target); // Enter in a field
    if (!answer) return;
    event.preventDefault();
    answer.save();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    for (const answer of answers.values()) answer.save();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-sign-in]")) leavingToSignIn = true;
    const choice = event.target.closest("[data-keep]");
    if (!choice) return;
    const answer = answerOf(choice);
    const newer = newerOf(answer.line.querySelector("[data-values]"));
    if (choice.dataset.keep === "mine") answer.keepMine(newer);
    else answer.take(newer);
    const entered = ".form-control, .form-select, .form-check-input";
    [...answer.form.elements].find((field) => field.matches(entered)).focus();
  });

  /* Nobody looks, or nothing can come: do not ask for others' values. */
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.id !== "others-values") return;
    if (document.hidden || !navigator.onLine || ended || some("lost", "expired")) event.preventDefault();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { xhr, elt } = event.detail;
    signInUrl = xhr.getResponseHeader("HX-Reauth") || signInUrl;
    answerOf(elt)?.answered(xhr.status);
    if (elt.id !== "others-values") return;
    ended = xhr.status === 401;
    alertAll();
  });
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt.id !== "others-values") return;
    for (const element of event.detail.elt.querySelectorAll("[data-values]")) {
      answers.get(document.getElementById(`answer-${element.dataset.values}`))?.arrived(newerOf(element));
    }
  });

  window.addEventListener("online", retry);
  window.addEventListener("focus", retry);
  window.addEventListener("beforeunload", (event) => {
    if (some(...UNSAVED) && !leavingToSignIn) event.preventDefault();
  });

  /* For rows that come later: watch one, and say whether something unsaved was put back into it. */
  window.thidua.watch = (form) => {
    const answer = new Answer(form);
    answers.set(form, answer);
    return answer.restore();
  };

  /* After htmx, which begins to listen to the forms at this moment. */
  document.addEventListener("DOMContentLoaded", () => {
    const forms = [...document.querySelectorAll("form[data-autosave]")];
    if (forms.map(window.thidua.watch).includes(true)) announce(text("restored").innerText);
  });
})();
