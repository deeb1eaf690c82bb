/* Sending files: how far it is, and what to do when it did not arrive.
 * The counterpart of form[data-upload] in templates/criteria/fill.html. */
(() => {
  "use strict";

  const words = document.getElementById("criteria").dataset;
  const formOf = (event) => event.target.closest?.("form[data-upload]");
  const say = (form, text) => {
    form.querySelector("[data-upload-state]").textContent = text;
  };

  document.addEventListener("htmx:xhr:progress", (event) => {
    const form = formOf(event);
    const { loaded, total } = event.detail;
    if (form && total) say(form, `${words.sending} ${Math.round((100 * loaded) / total)} %`);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = formOf(event);
    if (!form) return;
    const { status } = event.detail.xhr;
    const arrived = (status >= 200 && status < 300) || status === 422;
    say(form, arrived ? "" : status === 0 ? words.lost : words.refused);
    form.reset(); // so that the same file can be chosen again
  });
})();
