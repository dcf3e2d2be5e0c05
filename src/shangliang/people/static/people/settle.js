/* Settling communities with the keyboard: j and k walk the people, 1 to 9 pick a candidate and go on, / writes
   another community (Enter there sends it when only one can be meant), Enter sends what was picked. Everything works without it. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-settle]");
  if (!form) return;
  var items = Array.prototype.slice.call(form.querySelectorAll("[data-item]"));
  var list = document.getElementById("communities"), here = 0, timer = 0, asked = "", stands = {words: "", places: []};
  var hint = document.querySelector("[data-keys-hint]");
  if (hint) hint.hidden = false;

  function go(to) {
    here = Math.max(0, Math.min(items.length - 1, to));
    items.forEach(function (item, at) { if (at === here) item.setAttribute("data-here", ""); else item.removeAttribute("data-here"); });
    items[here].focus({preventScroll: true});
    items[here].scrollIntoView({block: "nearest"});
  }

  function pick(number) {
    var radio = items[here].querySelectorAll("input[type=radio]")[number - 1];
    if (!radio) return;
    radio.checked = true;
    items[here].querySelector("input[name^=other-]").value = "";
    if (here < items.length - 1) go(here + 1);
  }

  /* Whether what was typed can only be one community; it is then written out. */
  function theOne(box) {
    var words = box.value.trim(), only = stands.words === words && stands.places.length === 1;
    if (only) box.value = stands.places[0];
    return only || stands.places.indexOf(words) >= 0;
  }

  document.addEventListener("keydown", function (event) {
    var at = event.target, writing = at.tagName === "INPUT" && at.type !== "radio";
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (writing) {
      if (event.key === "Escape" || event.key === "Enter") {
        event.preventDefault();
        if (event.key === "Enter" && at.value.trim() && theOne(at)) { form.submit(); return; }
        go(event.key === "Enter" && at.value ? here + 1 : here);
      }
      return;
    }
    if (event.key === "j") { event.preventDefault(); go(here + 1); }
    else if (event.key === "k") { event.preventDefault(); go(here - 1); }
    else if (/^[1-9]$/.test(event.key)) { event.preventDefault(); pick(Number(event.key)); }
    else if (event.key === "/") { event.preventDefault(); items[here].querySelector("input[name^=other-]").focus(); }
    else if (event.key === "Enter" && at.tagName !== "A" && at.tagName !== "BUTTON") { event.preventDefault(); form.submit(); }
  });

  form.addEventListener("focusin", function (event) {
    var item = event.target.closest("[data-item]");
    if (item && items.indexOf(item) !== here) {
      here = items.indexOf(item);
      items.forEach(function (one) { one.removeAttribute("data-here"); });
      item.setAttribute("data-here", "");
    }
  });

  form.addEventListener("input", function (event) {
    if (event.target.name.indexOf("other-") !== 0) return;
    var words = event.target.value.trim();
    clearTimeout(timer);
    if (!words || !window.fetch) return;
    timer = setTimeout(function () {
      asked = words;
      fetch(form.dataset.suggest + "?q=" + encodeURIComponent(words), {credentials: "same-origin"})
        .then(function (answer) { return answer.ok ? answer.json() : {places: []}; })
        .then(function (found) {
          if (asked !== words) return;
          list.textContent = "";
          if (stands.places.indexOf(words) < 0) stands = {words: words, places: found.places}; // else it was picked of the list
          found.places.forEach(function (name) {
            var option = document.createElement("option");
            option.value = name;
            list.appendChild(option);
          });
        })
        .catch(function () { /* no suggestions then */ });
    }, 180);
  });

  go(0);
})();
