/* Keeps what is typed, and sends it even over a line that breaks.
   <form data-draft="say"> keeps its fields in this browser under that name until a page holds
   [data-draft-done="say"]. The form's own hidden key is kept with them, so that sending twice counts once.
   Passwords, files and the CSRF token are never kept. Both pages load this script. */
(function () {
  "use strict";
  var PREFIX = "draft:", DAYS = 7;
  var words = document.documentElement.lang === "en" ? {
    kept: "Kept from last time.",
    offline: "Not sent: there is no connection. Everything you wrote is kept on this phone and will be sent again.",
    sending: "Sending…",
    again: "Send again"
  } : {
    kept: "上次没写完的，替您留着。",
    offline: "网断了，还没提交上。您写的都留在这台手机里，有网了会自动再发。",
    sending: "正在提交…",
    again: "再发一次"
  };
  var store;
  try { store = window.localStorage; store.setItem(PREFIX, "1"); store.removeItem(PREFIX); } catch (e) { store = null; }

  document.querySelectorAll("[data-draft-done]").forEach(function (element) {
    if (store) store.removeItem(PREFIX + element.dataset.draftDone);
  });
  document.querySelectorAll("form[data-draft]").forEach(keep);

  function keep(form) {
    var name = PREFIX + form.dataset.draft, line = null, sending = false, timer = 0, wait = 5000, last;
    restore();
    form.addEventListener("input", saveSoon);
    form.addEventListener("change", save);
    window.addEventListener("pagehide", save);
    form.addEventListener("submit", submit);
    window.addEventListener("online", function () { if (line && line.dataset.l === "late") retry(); });

    function saveSoon() { clearTimeout(timer); timer = setTimeout(save, 400); }

    function fields() {
      return Array.prototype.filter.call(form.elements, function (field) {
        return field.name && field.name !== "csrfmiddlewaretoken" &&
          ["password", "file", "submit", "button", "fieldset"].indexOf(field.type) < 0;
      });
    }

    function save() {
      clearTimeout(timer);
      if (!store) return;
      var values = {}, typed = false;
      fields().forEach(function (field) {
        if ((field.type === "radio" || field.type === "checkbox") && !field.checked) return;
        (values[field.name] = values[field.name] || []).push(field.value);
        if (field.type !== "hidden" && field.type !== "radio" && field.value.trim()) typed = true;
      });
      try {
        if (typed) store.setItem(name, JSON.stringify({at: Date.now(), values: values}));
        else store.removeItem(name);
      } catch (e) { /* full: the page itself still holds the words */ }
    }

    function restore() {
      var kept = null;
      try { kept = store && JSON.parse(store.getItem(name)); } catch (e) { kept = null; }
      if (!kept || Date.now() - kept.at > DAYS * 864e5) return;
      if (form.querySelector("[aria-invalid]")) return; // the server has just given the words back
      var changed = false;
      fields().forEach(function (field) {
        var values = kept.values[field.name];
        if (!values) return;
        if (field.type === "radio" || field.type === "checkbox") { field.checked = values.indexOf(field.value) >= 0; return; }
        if (field.type !== "hidden" && field.value) return;
        if (field.type !== "hidden" && values[0]) changed = true;
        field.value = values[0];
      });
      if (changed) say(words.kept, "");
    }

    function say(text, level, button) {
      if (!line) {
        line = document.createElement("p");
        line.className = "note-line";
        line.setAttribute("role", "status");
        form.insertBefore(line, form.firstChild);
      }
      var span = document.createElement("span");
      span.textContent = text;
      line.textContent = "";
      line.appendChild(span);
      if (level) line.dataset.l = level; else delete line.dataset.l;
      if (button) {
        var again = document.createElement("button");
        again.type = "button"; again.className = "btn"; again.textContent = words.again;
        again.addEventListener("click", retry);
        line.appendChild(again);
      }
      if (level) line.scrollIntoView({block: "center"});
    }

    function retry() { if (!sending && document.contains(form)) send(); }

    function submit(event) {
      if (event.defaultPrevented) return;
      save();
      last = event.submitter || undefined;
      if (!window.fetch || !window.FormData) return; // the browser sends it as ever
      event.preventDefault();
      send();
    }

    function send() {
      if (sending) return;
      sending = true;
      form.setAttribute("aria-busy", "true");
      say(words.sending, "");
      var data = new FormData(form);
      if (last && last.name) data.append(last.name, last.value);
      var to = last && last.hasAttribute("formaction") ? last.formAction : form.action;
      var stop = window.AbortController ? new AbortController() : null;
      var failed = setTimeout(function () { if (stop) stop.abort(); }, 90000);
      fetch(to, {method: "POST", body: data, credentials: "same-origin", signal: stop ? stop.signal : undefined, headers: {"X-Draft": "1"}})
        .then(function (response) {
          return response.text().then(function (text) {
            show(response.url, response.redirected, text);
          });
        })
        .catch(function () {
          say(words.offline, "late", true);
          setTimeout(retry, wait);
          wait = Math.min(wait * 3, 120000);
        })
        .then(function () { clearTimeout(failed); sending = false; form.removeAttribute("aria-busy"); });
    }
  }

  /* The answer takes the place of this page, as if the browser had sent the form. It is not fetched a second
     time: a slip is shown once. */
  function show(address, elsewhere, text) {
    window.history[elsewhere ? "pushState" : "replaceState"](null, "", address);
    document.open(); document.write(text); document.close();
    window.addEventListener("popstate", function () { window.location.reload(); });
    window.scrollTo(0, 0);
    var first = document.querySelector("[autofocus]");
    if (first) first.focus();
  }
})();
