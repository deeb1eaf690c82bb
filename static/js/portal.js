/* What every page needs: the CSRF header of htmx, menus that close, drafts that end with the session. */
(() => {
  "use strict";

  const user = document.body.dataset.user || "";
  const prefix = "thidua:draft:";

  /* Storage may be full, switched off, or hold what is not ours: the page works without it, and
     still warns before it is left. */
  const inStorage = (work) => {
    try {
      return work(localStorage);
    } catch {
      return null;
    }
  };

  /* What was typed and not yet saved, kept on this machine for this person only. */
  const drafts = {
    keep(key, draft) {
      inStorage((storage) => storage.setItem(`${prefix}${user}:${key}`, JSON.stringify(draft)));
    },
    read(key) {
      return inStorage((storage) => JSON.parse(storage.getItem(`${prefix}${user}:${key}`)));
    },
    keysFrom(start) {
      const mine = `${prefix}${user}:`;
      return (inStorage(Object.keys) ?? [])
        .filter((key) => key.startsWith(mine + start)).map((key) => key.slice(mine.length));
    },
    drop(key) {
      inStorage((storage) => storage.removeItem(`${prefix}${user}:${key}`));
    },
    remove(chosen) {
      for (const key of inStorage(Object.keys) ?? []) {
        if (key.startsWith(prefix) && chosen(key)) inStorage((storage) => storage.removeItem(key));
      }
    },
    /* What was left behind a week ago is nobody's work any more. */
    sweep() {
      const oldest = Date.now() - 7 * 24 * 60 * 60 * 1000;
      this.remove((key) => !(inStorage((storage) => JSON.parse(storage.getItem(key)).at) > oldest));
    },
    clear() {
      this.remove((key) => key.startsWith(`${prefix}${user}:`));
    },
  };

  /* Say `text` to people who listen to the page. */
  const announce = (text) => {
    document.getElementById("announcer").textContent = text;
  };

  window.thidua = { drafts, announce };
  drafts.sweep();

  /* The cookie is always the present token; one in the page grows old when somebody signs in anew.
     With the person's number the server refuses what one person typed under another's session. */
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (token) event.detail.headers["X-CSRFToken"] = token[1];
    if (user) event.detail.headers["X-Page-User"] = user;
  });

  /* Menus and dialogues made of <details> close by Escape and by a click elsewhere. */
  const dismissable = "details.top-menu[open], details[data-dismissable][open]";
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const details of document.querySelectorAll(dismissable)) {
      const inside = details.contains(document.activeElement);
      details.open = false;
      if (inside) details.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const details of document.querySelectorAll(dismissable)) {
      if (!details.contains(event.target) || event.target.closest("[data-dismiss]")) details.open = false;
    }
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.open && event.target.matches("[data-dismissable]")) event.target.querySelector("textarea")?.focus();
  }, true);

  /* A part of the page that is fetched anew leaves its dialogue open; htmx leaves the focus by id. */
  let opened = [];
  document.addEventListener("htmx:beforeSwap", (event) => {
    opened = [...event.detail.target.querySelectorAll("[data-dismissable][open] > summary[id]")].map((one) => one.id);
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const id of opened) document.getElementById(id)?.parentElement.setAttribute("open", "");
  });

  /* Ctrl+K goes to the search; where the head has no room for the field, to its page. */
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !event.ctrlKey || event.altKey || event.shiftKey || event.metaKey) return;
    const field = document.getElementById("search-words") ?? document.getElementById("top-words");
    if (!field) return;
    event.preventDefault();
    if (field.offsetParent) field.select();
    else field.form.requestSubmit();
  });

  /* Signing out ends the drafts – unless the person stays to save them after all. */
  let signingOut = false;
  document.addEventListener("submit", (event) => {
    signingOut = event.target.matches("[data-sign-out]");
  });
  document.addEventListener("input", () => {
    signingOut = false;
  });
  window.addEventListener("pagehide", () => {
    if (signingOut) drafts.clear();
  });

  /* A form that came back says why at its own place, which may be far down the page: go there. Only
     where the person has not begun to type elsewhere. */
  const wrong = document.querySelector("main [data-came-back], main [aria-invalid=true]");
  if (wrong && document.activeElement === document.body) wrong.focus();

  /* The demonstration's accounts: a click fills in the name and goes on to the password. */
  document.addEventListener("click", (event) => {
    const account = event.target.closest("[data-account]");
    if (!account) return;
    document.getElementById("id_username").value = account.dataset.account;
    document.getElementById("id_password").focus();
  });
})();
