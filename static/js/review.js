/* The review by keyboard, and evidence opened in place.
 * The counterpart of templates/criteria/review.html and judging.html.
 *
 * Letters work only while a criterion (or the bar) has the focus and nothing is being typed, so that
 * they take no key from assistive technology (WCAG 2.1.4). */
(() => {
  "use strict";

  const criteria = () => [...document.querySelectorAll("section.criterion")];
  const typing = (element) => element.matches("input:not([type=radio]), textarea, select");
  const near = (element) => element.closest("section.criterion, .review-bar");

  const go = (criterion) => {
    if (!criterion) return;
    criterion.focus({ preventScroll: true });
    criterion.scrollIntoView({ block: "start" });
  };

  const undecidedAfter = (criterion) => {
    const all = criteria();
    const start = all.indexOf(criterion) + 1;
    return [...all.slice(start), ...all.slice(0, start)].find((one) => one.querySelector(".judging[data-open]"));
  };

  /* Open a choice and put the cursor into it. */
  const openChoice = (details) => {
    for (const other of details.closest(".judging").querySelectorAll("details.choice[open]")) {
      if (other !== details) other.open = false;
    }
    const field = details.querySelector("[aria-invalid=true], input:checked, input:not([type=hidden]), select, textarea");
    (details.querySelector("[aria-invalid=true]") || field).focus();
  };

  document.addEventListener("toggle", (event) => {
    if (event.target.matches("details.choice") && event.target.open) openChoice(event.target);
  }, true);

  document.addEventListener("keydown", (event) => {
    const here = near(event.target);
    if (!here || document.getElementById("viewer").open) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
      event.preventDefault();
      event.target.form.requestSubmit();
      return;
    }
    if (event.key === "Escape") {
      const choice = event.target.closest("details.choice[open]");
      if (!choice) return;
      choice.open = false;
      choice.querySelector("summary").focus();
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
    if (event.target.closest("details.choice[open] form")) return; // radio buttons of a value
    const key = event.key.toLowerCase();
    const place = criteria().indexOf(here);
    if (key === "j") go(criteria()[place + 1]);
    else if (key === "k") go(criteria()[Math.max(place - 1, 0)]);
    else {
      const scope = "np".includes(key) ? document : here;
      const target = /^[a-z]$/.test(key) && scope.querySelector(`[data-key="${key}"]`);
      if (!target) return;
      target.click();
      // At once: the event comes later, and what is typed meanwhile is meant for the field.
      if (target.matches("summary") && target.parentElement.open) openChoice(target.parentElement);
    }
    event.preventDefault();
  });

  /* What has changed does not take away the panel in which one is typing, or about to press a button;
   * the other panels follow. Nor does the page then claim to show it: the steps of the whole, and the
   * next question, go on from what one has seen. */
  const typedIn = () => [...document.querySelectorAll(".judging:has(details.choice[open], :focus)")];
  let kept = [];

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, serverResponse } = event.detail;
    kept = typedIn().filter((panel) => panel !== target && serverResponse.includes(`id="${panel.id}"`));
    if (kept.length && target.id === "review-changes") event.detail.swapOverride = "none";
  });
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target } = event.detail;
    const whole = target.matches("#review-steps, #review-changes");
    const reason = target.matches("#review-steps:has(details.step[open])");
    if (kept.includes(target) || (kept.length && whole) || reason) event.detail.shouldSwap = false;
  });

  /* After a verdict: on to the next criterion without one; where it was not taken, to the reason. */
  document.addEventListener("htmx:afterSettle", (event) => {
    const panel = event.detail.elt;
    if (!panel.matches?.(".judging") || event.detail.requestConfig.verb !== "post") return;
    const criterion = panel.closest("section.criterion");
    const refused = panel.querySelector("[aria-invalid=true], .is-invalid, [role=alert]");
    if (refused) {
      refused.focus();
      return;
    }
    const verdict = panel.querySelector(".notice strong");
    const meter = document.querySelector(".review-bar .meter");
    thidua.announce([verdict?.innerText, meter?.innerText].filter(Boolean).join(" "));
    const next = verdict && undecidedAfter(criterion);
    if (next) go(next);
    else criterion.focus({ preventScroll: true });
  });

  /* Not saved: no connection, the session has ended, or the server failed. */
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr } = event.detail;
    const panel = elt.closest?.(".judging");
    if (!panel || (xhr.status >= 200 && xhr.status < 300) || xhr.status === 409 || xhr.status === 422) return;
    const words = document.getElementById(xhr.status === 401 ? "review-expired" : "review-lost").content.cloneNode(true);
    const link = words.querySelector("a");
    if (link && xhr.getResponseHeader("HX-Reauth")) link.href = xhr.getResponseHeader("HX-Reauth");
    panel.querySelector(".not-saved")?.remove();
    panel.prepend(words);
  });

  /* A reason that was typed and not sent is not left without a question. */
  window.addEventListener("beforeunload", (event) => {
    const typed = [...document.querySelectorAll("details.choice[open] textarea")];
    if (typed.some((field) => field.value !== field.defaultValue)) event.preventDefault();
  });

  /* Pictures in place */

  const viewer = document.getElementById("viewer");
  const image = viewer.querySelector("[data-viewer-image]");
  let links = [];
  let shown = 0;

  const show = (place) => {
    shown = (place + links.length) % links.length;
    const link = links[shown];
    const small = link.querySelector("img");
    image.src = link.href;
    image.alt = small.alt;
    viewer.querySelector("[data-viewer-name]").textContent = small.alt;
    viewer.querySelector("[data-viewer-page]").textContent = `${shown + 1}/${links.length}`;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest(".criterion .file-pages a");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      links = [...link.closest(".criterion").querySelectorAll(".file-pages a")];
      show(links.indexOf(link));
      viewer.showModal();
      return;
    }
    const button = event.target.closest("[data-viewer]");
    if (event.target === viewer || button?.dataset.viewer === "close") viewer.close();
    else if (button) show(shown + Number(button.dataset.viewer));
  });
  viewer.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      event.preventDefault();
      show(shown + (event.key === "ArrowRight" ? 1 : -1));
    }
  });

  document.addEventListener("DOMContentLoaded", () => {
    const target = document.querySelector("section.criterion:target");
    const first = document.querySelector(".judging .notice[role=alert]") || target;
    if (first) first.focus();
    else document.querySelector(".judging[data-open]")?.closest("section.criterion").focus({ preventScroll: true });
  });
})();
