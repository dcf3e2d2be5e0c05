/* The screen of a meeting: who speaks by number, a line by Enter, what others wrote every few seconds; and all of it
   goes on when the line is cut. Everything works without it, by plain forms. */
(function () {
  "use strict";
  var byId = function (id) { return document.getElementById(id); };
  var settings = JSON.parse(byId("settings").textContent), words = JSON.parse(byId("words").textContent);
  var form = byId("say"), list = byId("lines"), pending = byId("pending"), state = byId("state");
  var EVERY = 4000, BATCH = 50, PATIENCE = 8000;
  var store = window.sittingStore(settings.id, settings.person), version = settings.version;
  var sending = false, line = navigator.onLine, timing = 0, soonest = null, isDirty = false, asked = null;

  if (!settings.is_open) {
    /* What could not be handed over in time stays, and is said; else nothing of the meeting is left behind. */
    if (!isKept()) { store.clear(); leave(); }
    mark(function (one) { return one.why ? {} : {why: words.after_end, late: true}; });
    draw();
    return;
  }
  mark(function (one) { return one.late ? {why: "", late: false} : {}; }); // it goes on: now they are handed over
  if (navigator.serviceWorker) navigator.serviceWorker.register(settings.sitting_worker, {scope: settings.scope}).catch(function () {});

  function isKept() { return store.all().lines.length + store.all().items.length > 0; }
  function mark(what) {
    ["lines", "items"].forEach(function (name) {
      store.all()[name].forEach(function (one) { store.put(name, Object.assign({}, one, what(one))); });
    });
  }

  function leave() {
    if (!navigator.serviceWorker) return;
    navigator.serviceWorker.getRegistration(settings.scope).then(function (found) {
      if (found && found.scope.indexOf(settings.id) >= 0) found.unregister();
    }).catch(function () {});
    if (window.caches) caches.keys().then(function (names) {
      names.forEach(function (name) { if (name.indexOf(settings.id) >= 0) caches.delete(name); });
    });
  }

  function fill(name, values) {
    return words[name].replace(/\{(\w+)\}/g, function (_all, key) { return values[key]; });
  }
  function make(tag, name, into) {
    var element = document.createElement(tag);
    if (name) element.className = name;
    into.appendChild(element);
    return element;
  }
  function cookie(name) {
    var found = document.cookie.split("; ").find(function (one) { return one.indexOf(name + "=") === 0; });
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  }
  function say(sentence, level) { state.textContent = sentence; state.dataset.l = level; state.hidden = !sentence; }

  /* --- drawing --- */

  function isLow() { return list.scrollHeight - list.scrollTop - list.clientHeight < 80; }
  function toEnd() { list.scrollTop = list.scrollHeight; }

  function show(lines) {
    var wasLow = isLow();
    lines.forEach(function (one) {
      var holder = document.createElement("template"), old = byId("line-" + one.id);
      holder.innerHTML = one.html.trim();
      var fresh = holder.content.firstElementChild;
      if (!fresh) return;
      if (old) { old.replaceWith(fresh); return; }
      var none = byId("no-lines");
      if (none) none.remove();
      var later = Array.prototype.find.call(list.children, function (row) { return Date.parse(row.dataset.at) > Date.parse(one.at); });
      list.insertBefore(fresh, later || null);
    });
    if (lines.length && wasLow) toEnd();
  }

  function roleOf(id) {
    var found = form && form.querySelector('[name=attendee][value="' + (id || "") + '"]');
    return found && found.dataset.role || "";
  }

  function draw() {
    var kept = store.all(), waiting = kept.lines.length, refused = kept.lines.some(function (one) { return one.why; });
    pending.textContent = "";
    pending.hidden = !waiting;
    kept.lines.forEach(function (one) {
      var row = make("li", "line", pending), first = make("p", "", row), by = make("p", "by", row);
      row.dataset.id = one.id;
      make("b", "who", first).textContent = roleOf(one.attendee) || one.role || "";
      first.appendChild(document.createTextNode(" " + one.text));
      by.textContent = one.why ? fill("refused", {why: one.why}) : words.not_sent;
      if (!one.why) return;
      (form ? [["copy", function () { if (form) { byId("text").value = one.text; byId("text").focus(); } }], ["drop", function () {}]] : [["drop", function () {}]]).forEach(function (act) {
        var button = make("button", "as-link", by);
        button.type = "button";
        button.textContent = words[act[0]];
        button.addEventListener("click", function () { store.remove("lines", one.id); act[1](); draw(); });
      });
    });
    drawItems(kept.items);
    if (!settings.is_open) { say(isKept() ? words.too_late : "", "late"); return; }
    var parts = [];
    if (!line) parts.push(waiting ? fill("waiting", {n: waiting}) : words.offline);
    else parts.push(waiting ? fill("sending", {n: waiting}) : words.online);
    if (kept.items.length) parts.push(fill("items", {n: kept.items.length}));
    say(parts.join("，"), !line ? "idle" : refused ? "late" : waiting ? "soon" : "ok");
  }

  function drawItems(items) {
    var box = byId("pending-items");
    if (!box) return;
    box.textContent = "";
    box.hidden = !items.length;
    items.forEach(function (one) {
      var row = make("li", "", box);
      make("p", "item-text", row).textContent = one.fields.text;
      make("p", "small", row).textContent = one.why ? fill("refused", {why: one.why}) : words.kept_item;
      if (!one.why) return;
      var button = make("button", "as-link", row);
      button.type = "button";
      button.textContent = words.drop;
      button.addEventListener("click", function () { store.remove("items", one.id); draw(); });
    });
  }

  /* --- writing --- */

  function picked(name) {
    var found = form.querySelector("[name=" + name + "]:checked");
    return found ? found.value : "";
  }
  function wrong(sentence) { var why = byId("say_why"); why.textContent = sentence; why.hidden = !sentence; }

  /* "3 " at the beginning of the box picks number 3. */
  function pick() {
    var text = byId("text"), found = /^\s*([0-9０-９]{1,3})[ 　]/.exec(text.value);
    if (!found) return;
    var number = Number(found[1].normalize("NFKC")), radio = form.querySelector('[data-number="' + number + '"]');
    if (!radio) { wrong(fill("unknown", {n: number})); return; }
    wrong("");
    if (!radio.checked) forget();
    radio.checked = true;
    radio.closest("label").scrollIntoView({block: "nearest", inline: "nearest"});
    text.value = text.value.slice(found[0].length);
  }

  function correct(link) {
    var text = link.closest(".wording").querySelector(".text").textContent;
    form.elements.corrects.value = link.dataset.correct;
    byId("correcting_text").textContent = text;
    byId("correcting").hidden = false;
    var who = form.querySelector('[name=attendee][value="' + link.dataset.attendee + '"]');
    var kind = form.querySelector('[name=kind][value="' + link.dataset.kind + '"]');
    if (who) who.checked = true;
    if (kind) kind.checked = true;
    byId("text").value = text;
    byId("text").focus();
  }
  function notCorrecting() {
    form.elements.corrects.value = "";
    byId("correcting").hidden = true;
  }

  /* Somebody who has not signed in is asked after once; a second Enter signs them in with their line. */
  function isAskedFor(speaker) {
    var away = speaker.closest(".is-away");
    if (!away || asked === speaker.value) return true;
    asked = speaker.value;
    wrong(fill("away", {role: speaker.dataset.role}));
    byId("write").textContent = words.write_away;
    return false;
  }
  function isThere(speaker) {
    var away = speaker.closest(".is-away"), small = away && away.querySelector("small");
    if (!away) return false;
    away.classList.remove("is-away");
    if (small) small.remove();
    return true;
  }
  function forget() { asked = null; byId("write").textContent = words.write; }

  function stopTimer() {
    if (!timing) return;
    byId("seconds").value = Math.round((Date.now() - timing) / 1000) + Number(byId("seconds").value || 0);
    timing = 0;
    byId("timer").querySelector("span").textContent = words.start;
    byId("timer").removeAttribute("aria-pressed");
  }

  function write(event) {
    event.preventDefault();
    pick();
    var text = byId("text"), answers = form.elements.answers;
    if (!text.value.trim()) { text.focus(); return; }
    var over = Array.from(text.value.trim()).length - settings.longest;
    if (over > 0) { wrong(fill("too_long", {n: over, longest: settings.longest})); text.focus(); return; }
    var speaker = form.querySelector("[name=attendee]:checked");
    if (!isAskedFor(speaker)) { text.focus(); return; }
    stopTimer();
    var attendee = speaker.value, one = {
      id: uuid(), text: text.value.trim(), attendee: attendee, role: roleOf(attendee),
      kind: attendee ? picked("kind") : picked("kind") === "said" ? "note" : picked("kind"),
      said_at: new Date().toISOString(), part: settings.part, seconds: Number(byId("seconds").value || 0),
      corrects: form.elements.corrects.value, answers: answers ? answers.value : "", sign_in: asked === attendee && !!attendee
    };
    if (!store.add("lines", one)) { wrong(words.stored); return; }
    isThere(speaker);
    forget();
    wrong("");
    text.value = "";
    byId("seconds").value = "";
    if (answers) answers.value = "";
    notCorrecting();
    draw();
    toEnd();
    text.focus();
    meet();
  }

  function uuid() {
    if (crypto.randomUUID) return crypto.randomUUID();
    var bytes = crypto.getRandomValues(new Uint8Array(16)); // without https there is no randomUUID
    bytes[6] = bytes[6] & 15 | 64; bytes[8] = bytes[8] & 63 | 128;
    var hex = Array.prototype.map.call(bytes, function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  /* --- handing over, and what others wrote --- */

  function ask(address, options) {
    var stop = new AbortController(), timer = setTimeout(function () { stop.abort(); }, PATIENCE);
    var given = Object.assign({credentials: "same-origin", redirect: "manual", signal: stop.signal, cache: "no-store"}, options);
    return fetch(address, given).then(function (answer) {
      line = true;
      byId("sign_in").hidden = answer.type !== "opaqueredirect";
      if (answer.type === "opaqueredirect") { var out = new Error(words.sign_in); out.told = true; throw out; }
      return answer;
    }, function (error) { line = false; throw error; }).finally(function () { clearTimeout(timer); });
  }
  function json(answer) {
    if (answer.ok) return answer.json();
    return answer.json().catch(function () { return {why: words.failed}; }).then(function (said) {
      var error = new Error(said.why); error.told = true; error.isOver = said.is_open === false; throw error;
    });
  }

  function meet() {
    if (sending) { soonest = true; return; }
    sending = true;
    var kept = store.all(), lines = kept.lines.filter(function (one) { return !one.why; }).slice(0, BATCH);
    var asked = lines.length || kept.struck.length
      ? ask(settings.lines, {method: "POST", headers: {"Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken")},
          body: JSON.stringify({since: version, lines: lines, struck: kept.struck})})
      : ask(settings.changes + "?since=" + version, {});
    asked.then(json).then(function (said) {
      Object.keys(said.told || {}).forEach(function (id) {
        var mine = lines.find(function (one) { return one.id === id; });
        if (!mine) store.remove("struck", id);
        else if (said.told[id]) store.put("lines", Object.assign({}, mine, {why: said.told[id]}));
        else store.remove("lines", id);
      });
      if (said.version > version) {
        store.know(said.lines.map(function (one) { return Object.assign({version: said.version}, one); }));
        version = said.version;
      }
      if (said.is_open === false) { location.reload(); return; } // closed by somebody else: nothing stays here
      if (said.part !== undefined) settings.part = said.part;
      show(said.lines);
      draw();
      if (said.table) renew();
    }).then(sendItems).catch(function (error) {
      if (error.isOver) { location.reload(); return; } // closed by somebody else: what is left is shown with the reason
      draw();
      if (error.told) say(error.message, "late");
    }).then(function () {
      sending = false;
      if (soonest) { soonest = null; meet(); }
    });
  }

  function sendItems() {
    var waiting = store.all().items.filter(function (one) { return !one.why; });
    return waiting.reduce(function (before, one) {
      return before.then(function () {
        return ask(settings.put_item, {method: "POST", headers: {"X-CSRFToken": cookie("csrftoken")}, body: new URLSearchParams(one.fields), redirect: "follow"});
      }).then(function (answer) {
        if (answer.ok && answer.redirected && new URL(answer.url).pathname === settings.scope) {
          store.remove("items", one.id);
          renew();
          return null;
        }
        if (answer.status !== 422 && answer.status !== 409) { var error = new Error(words.failed); error.told = true; throw error; }
        return answer.text().then(function (page) {
          var found = new DOMParser().parseFromString(page, "text/html").querySelector(".error, .reason");
          store.put("items", Object.assign({}, one, {why: found ? found.textContent.trim() : words.failed}));
        });
      }).then(draw);
    }, Promise.resolve());
  }

  /* The table is put in again, unless somebody is just filling in something there. */
  function renew(really) {
    var inside = byId("table-in");
    if (!really && (isDirty || inside.contains(document.activeElement) && /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName))) {
      byId("renew").hidden = false;
      return;
    }
    ask(settings.table, {}).then(function (answer) { return answer.ok ? answer.text() : ""; }).then(function (html) {
      if (!html) return;
      inside.innerHTML = html;
      isDirty = false;
      byId("renew").hidden = true;
      drawItems(store.all().items);
    }).catch(function () {});
  }

  /* --- listening --- */

  if (form) {
    form.addEventListener("submit", write);
    byId("text").addEventListener("input", pick);
    form.addEventListener("change", function (event) { if (event.target.name === "attendee") { forget(); wrong(""); } });
    byId("timer").hidden = false;
    byId("timer").addEventListener("click", function () {
      if (timing) { stopTimer(); return; }
      timing = Date.now();
      this.querySelector("span").textContent = words.stop;
      this.setAttribute("aria-pressed", "true");
    });
    byId("not_correcting").addEventListener("click", function (event) { event.preventDefault(); notCorrecting(); byId("text").value = ""; });
    list.addEventListener("click", function (event) {
      var link = event.target.closest("[data-correct]"), strike = event.target.closest("[data-strike]");
      if (link) { event.preventDefault(); correct(link); }
      if (strike) { event.preventDefault(); store.add("struck", strike.value); meet(); }
    });
    document.addEventListener("keydown", function (event) {
      var at = event.target;
      if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) return;
      if (/^[0-9]$/.test(event.key)) byId("text").focus(); // the digit falls into the box
    });
  }
  byId("renew").addEventListener("click", function () { renew(true); });
  byId("table").addEventListener("input", function () { isDirty = true; });
  document.addEventListener("submit", function (event) {
    var sent = event.target;
    if (sent === form || event.defaultPrevented || line && navigator.onLine) return;
    event.preventDefault();
    if (sent.getAttribute("id") !== "new-item") { say(words.needs_line, "late"); return; }
    var fields = {};
    new FormData(sent).forEach(function (value, name) { if (name !== "csrfmiddlewaretoken") fields[name] = value; });
    if (!fields.text.trim()) return;
    fields.id = uuid();
    if (store.add("items", {id: fields.id, fields: fields})) { sent.reset(); isDirty = false; draw(); } else say(words.stored, "late");
  });
  window.addEventListener("online", function () { line = true; meet(); });
  window.addEventListener("offline", function () { line = false; draw(); });
  setInterval(meet, EVERY);

  store.keepSince(settings.version); // a page out of the worker's store is older than what came since
  show(store.all().known);
  draw();
  toEnd();
  meet();
})();
