/* The desk on a device of its own: opens with a passphrase, keeps notes while there is no line, hands them over once
   there is one. Words and addresses come with the page, which the service worker keeps. */
(function () {
  "use strict";
  var byId = function (id) { return document.getElementById(id); };
  var settings = JSON.parse(byId("settings").textContent), words = JSON.parse(byId("words").textContent);
  var form = byId("note"), status = byId("status"), list = byId("kept"), slip = byId("slip");
  var LEAST_PIN = 8, BATCH = 10, FEW_CODES = 20, IDLE = 15 * 60000, AGAIN = 60000, KEEP_MERGED = 864e5;
  var ZONE = "Asia/Shanghai"; // whatever the clock of the device is set to: a slip says when it was here
  var vault, editing = null, saving = false, merging = false, idle = 0;

  if (!window.indexedDB || !window.crypto || !crypto.subtle || !crypto.randomUUID) { show("unsupported"); return; }
  if (navigator.serviceWorker) navigator.serviceWorker.register(settings.worker, {scope: settings.scope}).catch(function () {});

  window.receptionVault(settings.id).then(function (opened) {
    vault = opened;
    return vault.isSetUp().then(function (is) { show(is ? "unlock" : "setup"); });
  }).catch(function () { show("unsupported"); });

  function say(element, sentence, level) {
    element.textContent = sentence || "";
    element.hidden = !sentence;
    if (level) element.dataset.l = level; else delete element.dataset.l;
  }
  function fill(name, values) {
    return words[name].replace(/\{(\w+)\}/g, function (_all, key) { return values[key]; });
  }
  function show(state) {
    document.querySelectorAll("[data-state]").forEach(function (part) {
      part.hidden = part.dataset.state.split(" ").indexOf(state) < 0;
    });
    var first = document.querySelector('[data-state~="' + state + '"] [data-first]');
    if (first) first.focus();
    if (state === "unlock") vault.kept().then(function (n) { byId("inside").textContent = n ? fill("waiting", {n: n}) : ""; });
  }
  function cookie(name) {
    var found = document.cookie.split("; ").find(function (one) { return one.indexOf(name + "=") === 0; });
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  }

  /* What the server says, or an Error whose message is a sentence for the one who stands there. */
  function post(address, body, type) {
    return fetch(address, {
      method: "POST", body: body, credentials: "same-origin", redirect: "manual",
      headers: Object.assign({"X-CSRFToken": cookie("csrftoken")}, type ? {"Content-Type": type} : {})
    }).then(function (answer) {
      if (answer.type === "opaqueredirect") throw trouble("sign_in", "login");
      var isJson = (answer.headers.get("Content-Type") || "").indexOf("json") >= 0;
      if (!isJson) throw trouble(answer.status === 403 ? "sign_in" : answer.status === 404 ? "not_here" : "failed",
        answer.status === 403 || answer.status === 404 ? "login" : "");
      return answer.json().then(function (value) {
        if (answer.ok) return value;
        var error = new Error(value.why);
        error.told = true; error.field = value.field;
        throw error;
      });
    });
  }
  function trouble(name, door) {
    var error = new Error(words[name]);
    error.told = true; error.door = door;
    return error;
  }

  /* --- opening --- */

  byId("setup").addEventListener("submit", function (event) {
    event.preventDefault();
    var pin = byId("new_pin").value, why = byId("setup_why");
    if (pin.length < LEAST_PIN) return say(why, words.short_pin, "late");
    if (pin !== byId("new_pin_again").value) return say(why, words.other_pin, "late");
    if (!navigator.onLine) return say(why, words.needs_line, "late");
    post(settings.issue, new URLSearchParams({name: byId("device_name").value})).then(function (given) {
      return vault.setUp(pin, given);
    }).then(function () {
      if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
      event.target.reset();
      enter(words.set_up);
    }).catch(function (error) { say(why, error.told ? error.message : words.failed, "late"); });
  });

  byId("unlock").addEventListener("submit", function (event) {
    event.preventDefault();
    var pin = byId("pin"), why = byId("unlock_why");
    say(why, "");
    vault.unlock(pin.value).then(function (is) {
      pin.value = "";
      if (!is) { say(why, words.wrong_pin, "late"); pin.focus(); return; }
      enter("");
    });
  });

  byId("again").addEventListener("submit", function (event) {
    event.preventDefault();
    post(settings.issue, new URLSearchParams({name: vault.device().name})).then(function (given) {
      return vault.give(given);
    }).then(function () {
      byId("again").hidden = true;
      say(byId("told"), words.set_up, "ok");
      return draw();
    }).catch(function (error) { tell(error); });
  });

  function enter(sentence) {
    show("open");
    blank();
    say(byId("told"), sentence, "ok");
    stir();
    tidy().then(draw).then(function () { merge(false); });
  }

  function lock(sentence) {
    vault.lock();
    editing = null;
    form.reset();
    list.textContent = "";
    slip.hidden = true;
    show("unlock");
    say(byId("unlock_why"), sentence);
  }
  byId("lock").addEventListener("click", function () { lock(""); });

  /* A device left lying about locks itself; what is typed at that moment stays in no field. */
  function stir() { clearTimeout(idle); idle = setTimeout(function () { if (vault.isOpen()) lock(words.locked); }, IDLE); }
  ["keydown", "pointerdown"].forEach(function (what) { document.addEventListener(what, stir); });

  /* --- writing --- */

  function typed() {
    var fields = {};
    new FormData(form).forEach(function (value, name) {
      if (typeof value === "string" && ["csrfmiddlewaretoken", "stamp", "kept"].indexOf(name) < 0) fields[name] = value;
    });
    return fields;
  }

  function blank() {
    editing = null;
    form.reset();
    say(byId("note_why"), "");
    byId("id_words").focus();
  }

  function wrong(fields) {
    var phone = (fields.phone || "").normalize("NFKC").replace(/[^\d]/g, "");
    if (fields.outcome === "voice" && !fields.words.trim()) return ["no_words", "id_words"];
    if (/^1/.test(phone) && phone.length !== 11) return ["bad_phone", "id_phone"];
    if (editing && editing.code && fields.outcome !== "voice") return ["slip_given", ""];
    return null;
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var fields = typed(), complaint = wrong(fields), why = byId("note_why");
    if (saving) return;
    if (merging && editing) return say(why, words.merging); // what is under way now must not be changed under it
    if (complaint) {
      say(why, words[complaint[0]], "late");
      if (complaint[1]) byId(complaint[1]).focus();
      return;
    }
    var note = Object.assign({id: crypto.randomUUID(), at: new Date().toISOString()}, editing || {}, {fields: fields});
    var wasEdited = Boolean(editing);
    delete note.why; delete note.field;
    saving = true;
    vault.put(note, fields.outcome === "voice").then(function (kept) {
      saving = false;
      blank();
      say(byId("told"), wasEdited ? words.changed : words.kept, "ok");
      if (fields.outcome === "voice" && !wasEdited) hand(kept);
      return draw();
    }, function () { saving = false; say(why, words.stored, "late"); }).then(function () { merge(false); });
  });

  function hand(note) {
    byId("slip_code").textContent = note.code ? grouped(note.code) : words.no_code;
    byId("slip_number").textContent = note.number || words.no_number;
    byId("slip_at").textContent = new Date(note.at).toLocaleString(document.documentElement.lang || "zh-CN", {dateStyle: "medium", timeStyle: "short", timeZone: ZONE});
    byId("slip_words").textContent = note.fields ? note.fields.words.slice(0, 60) : "";
    slip.hidden = false;
    byId("slip_print").focus();
    slip.scrollIntoView({block: "nearest"});
  }
  function grouped(code) { return [code.slice(0, 3), code.slice(3, 7), code.slice(7, 11), code.slice(11)].join("-"); }
  byId("slip_print").addEventListener("click", function () { window.print(); });
  byId("slip_done").addEventListener("click", function () { slip.hidden = true; byId("id_words").focus(); });

  function edit(note) {
    blank();
    editing = note;
    Array.prototype.forEach.call(form.elements, function (field) {
      if (!field.name || field.type === "file") return;
      if (field.type === "radio") field.checked = note.fields[field.name] === field.value;
      else if (field.type === "checkbox") field.checked = field.name in note.fields;
      else if (field.name in note.fields) field.value = note.fields[field.name];
    });
    say(byId("note_why"), note.why || "", "late");
    form.scrollIntoView({block: "start"});
  }

  /* --- what is kept --- */

  function tidy() {
    return vault.notes().then(function (notes) {
      return Promise.all(notes.filter(function (note) { return note.merged && Date.now() - Date.parse(note.merged) > KEEP_MERGED; })
        .map(function (note) { return vault.remove(note.id); }));
    });
  }

  function draw() {
    if (!vault || !vault.isOpen()) return Promise.resolve();
    return Promise.all([vault.notes(), vault.codesLeft()]).then(function (both) {
      var waiting = both[0].filter(function (note) { return !note.merged; }).length;
      list.textContent = "";
      both[0].forEach(function (note) { list.appendChild(row(note)); });
      byId("kept_none").hidden = both[0].length > 0;
      byId("merge").disabled = !waiting;
      status.textContent = [navigator.onLine ? words.online : words.offline,
        waiting ? fill("waiting", {n: waiting}) : words.none_waiting,
        both[1] ? fill("codes_left", {n: both[1]}) : words.no_codes].join(" · ");
      status.dataset.l = navigator.onLine ? (waiting ? "soon" : "ok") : "idle";
    });
  }

  function row(note) {
    var item = document.createElement("li"), outcome = note.merged ? note.outcome : note.fields.outcome, line, what;
    item.dataset.id = note.id;
    line = make("p", "row row-between", item);
    make("b", "", line).textContent = new Date(note.at).toLocaleTimeString("zh-CN", {hour: "2-digit", minute: "2-digit", timeZone: ZONE}) + " " + words[outcome];
    what = make("span", "small", line);
    if (note.merged) {
      what.textContent = note.number ? fill("number", {number: note.number}) : "✓";
      if (note.code) make("p", "small", item).textContent = fill("code", {code: note.code});
      return item;
    }
    what.textContent = note.why ? "" : words.to_merge;
    if (note.fields.words) make("p", "small quiet", item).textContent = note.fields.words.slice(0, 24);
    if (outcome === "voice") make("p", "small", item).textContent = words.no_number;
    if (note.why) make("p", "error", item).textContent = fill("refused", {why: note.why});
    line = make("p", "row mt-2", item);
    button(line, words.edit, function () { edit(note); });
    if (note.code) button(line, words.show_slip, function () { hand(note); });
    if (note.field === "known") button(line, words.forget, function () { vault.remove(note.id).then(draw); });
    if (note.field === "code") button(line, words.new_code, function () {
      var fresh = Object.assign({}, note);
      delete fresh.code; delete fresh.why; delete fresh.field;
      vault.put(fresh, true).then(function (kept) { hand(kept); return draw(); });
    });
    return item;
  }
  function make(tag, name, into) {
    var element = document.createElement(tag);
    if (name) element.className = name;
    into.appendChild(element);
    return element;
  }
  function button(into, label, act) {
    var element = make("button", "btn", into);
    element.type = "button";
    element.textContent = label;
    element.addEventListener("click", act);
  }

  /* --- handing over --- */

  function tell(error) {
    var told = byId("told");
    say(told, error.told ? error.message : words.failed, "late");
    byId("sign_in").hidden = error.door !== "login";
    if (error.field === "device") byId("again").hidden = !byId("again").dataset.may;
  }

  /* Numbers one after the other; of those that begin like the one before only the end. */
  function inShort(numbers) {
    if (!numbers.length) return "";
    return fill("numbers", {numbers: numbers.sort().map(function (number, at) {
      var end = number.lastIndexOf("-") + 1;
      return at && numbers[at - 1].slice(0, end) === number.slice(0, end) ? number.slice(end) : number;
    }).join(words.between)});
  }

  /* `all`: also those that were refused before. Each note is its own; what was taken in loses its text here. */
  function merge(all) {
    if (merging || !vault || !vault.isOpen() || !navigator.onLine) return Promise.resolve();
    merging = true;
    byId("sign_in").hidden = true;
    var done = 0, refused = 0, numbers = [];
    return vault.notes().then(function (notes) {
      var waiting = notes.filter(function (note) { return !note.merged && (all || !note.why); }).reverse();
      if (waiting.length) say(byId("told"), words.merging);
      return waiting.reduce(function (before, _note, at) {
        return at % BATCH ? before : before.then(function () { return send(waiting.slice(at, at + BATCH)); });
      }, Promise.resolve()).then(fillUp).then(function () {
        if (waiting.length) say(byId("told"), fill(refused ? "partly" : "merged", {n: done, m: refused, numbers: inShort(numbers)}), refused ? "soon" : "ok");
      });
    }).catch(tell).then(function () { merging = false; return draw(); });

    function send(notes) {
      var mine = vault.device();
      return post(settings.merge, JSON.stringify({
        device: mine.device, secret: mine.secret,
        notes: notes.map(function (note) { return {key: note.id, at: note.at, code: note.code || "", fields: note.fields}; })
      }), "application/json").then(function (answer) {
        return Promise.all(answer.results.map(function (one) {
          var note = notes.find(function (mine) { return mine.id === one.key; });
          if (!note) return null;
          if (one.why) { refused += 1; return vault.put(Object.assign({}, note, {why: one.why, field: one.field}), false); }
          done += 1;
          if (one.number) numbers.push(one.number);
          return vault.put({id: note.id, at: note.at, merged: new Date().toISOString(), number: one.number,
            outcome: one.outcome, code: note.code ? "" : one.code}, false);
        }));
      });
    }
  }

  function fillUp() {
    return vault.codesLeft().then(function (left) {
      if (left >= FEW_CODES) return null;
      var mine = vault.device();
      return post(settings.codes.replace("00000000-0000-0000-0000-000000000000", mine.device),
        new URLSearchParams({secret: mine.secret, have: left})).then(function (given) { return vault.addCodes(given.codes); });
    });
  }

  byId("merge").addEventListener("click", function () { merge(true); });
  window.addEventListener("online", function () { draw().then(function () { merge(false); }); });
  window.addEventListener("offline", draw);
  setInterval(function () { merge(false); }, AGAIN);
})();
