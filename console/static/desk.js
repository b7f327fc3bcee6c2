// What htmx cannot do by attributes. Nothing that anybody wrote is kept anywhere but in the page.
"use strict";

(() => {
  const $ = (id) => document.getElementById(id);
  const drafts = () => document.querySelectorAll("textarea[data-keep]");
  let kept = {};
  let opened = [];
  let lost = false;

  // Every request proves that it is ours; those that renew a part say what they know already.
  document.addEventListener("htmx:configRequest", (event) => {
    const { headers, elt } = event.detail;
    headers["X-CSRFToken"] = document.querySelector("meta[name=csrf]").content;
    if (elt.hasAttribute("data-renews") && elt.dataset.mark) headers["If-None-Match"] = elt.dataset.mark;
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const { xhr, elt } = event.detail;
    if (!xhr || xhr.status === 0 || xhr.status >= 500) return setLost(true);
    setLost(false);
    if (elt.hasAttribute("data-renews")) {
      const mark = xhr.getResponseHeader("ETag");
      if (mark) elt.dataset.mark = mark;
      if (xhr.status === 403 || xhr.status === 404) location.reload();
    }
    if (xhr.status === 401) askAgain();
    if (xhr.status === 413) showFault(xhr);
  });
  document.addEventListener("htmx:sendError", () => setLost(true));
  document.addEventListener("htmx:timeout", () => setLost(true));
  window.addEventListener("offline", () => setLost(true));

  function setLost(now) {
    if (now === lost) return;
    lost = now;
    $("lost").hidden = !now;
    $("found").hidden = now;
    if (!now) {
      setTimeout(() => { $("found").hidden = true; }, 4000);
      document.querySelectorAll("[data-renews]").forEach((part) => { delete part.dataset.mark; });
    }
  }

  function showFault(xhr) {
    const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
    const text = page.querySelector("main p");
    if (text) { $("lost").textContent = text.textContent; $("lost").hidden = false; }
  }

  // A session that ended is begun again over the page, so that nothing written is lost.
  function askAgain() {
    const dialog = $("again");
    if (!dialog) return location.reload();
    if (!dialog.open) { $("again-fault").textContent = ""; dialog.showModal(); }
  }
  document.addEventListener("signed-in", (event) => {
    const token = event.detail.csrf;
    document.querySelector("meta[name=csrf]").content = token;
    document.querySelectorAll("input[name=csrf_token]").forEach((field) => { field.value = token; });
    const dialog = $("again");
    dialog.querySelectorAll("input:not([type=hidden])").forEach((field) => { field.value = ""; });
    dialog.close();
  });
  document.addEventListener("cancel", (event) => {
    if (event.target.id === "again") event.preventDefault(); // what is behind it stays covered
  }, true);

  // An act renews the page of a ticket; what is being written elsewhere on it stays.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt } = event.detail;
    kept = {};
    drafts().forEach((box) => {
      if (!elt.contains(box)) kept[box.id || box.name] = box.value;
      else if (elt !== box) kept["(sent) " + (box.id || box.name)] = box.value;
    });
  });
  document.addEventListener("htmx:beforeSwap", () => {
    opened = [...document.querySelectorAll("details[id][open]")].map((part) => part.id);
  });
  document.addEventListener("htmx:oobAfterSwap", reopen);
  document.addEventListener("htmx:afterSwap", (event) => {
    reopen();
    const refused = document.querySelector("#said .bad");
    drafts().forEach((box) => {
      const name = box.id || box.name;
      const value = kept[name] || (refused && kept["(sent) " + name]);
      if (value && !box.value) box.value = value;
    });
    if (event.detail.target && event.detail.target.id === "ticket") {
      const said = $("said");
      if (said) said.scrollIntoView({ block: "nearest" });
    }
  });
  function reopen() {
    opened.forEach((id) => { const part = $(id); if (part) part.open = true; });
  }
  window.addEventListener("beforeunload", (event) => {
    const unsent = [...drafts()].some((box) => box.value.trim() && box.value !== box.defaultValue);
    if (unsent) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.closest("[hx-boost],[hx-post]")) drafts().forEach((box) => { box.defaultValue = box.value; });
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-go]")) event.target.form.requestSubmit();
  });
  document.documentElement.classList.add("js");

  // j and k go through the queue; Enter opens, as on every link.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input,textarea,select")) {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.id === "text") {
        event.target.form.requestSubmit();
      }
      return;
    }
    if (event.key !== "j" && event.key !== "k") return;
    const rows = [...document.querySelectorAll("a.row")];
    const at = rows.indexOf(document.activeElement.closest(".line")?.querySelector("a.row"));
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + (event.key === "j" ? 1 : -1)))];
    if (next) { next.focus(); event.preventDefault(); }
  });
})();
