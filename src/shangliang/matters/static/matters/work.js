/* The keyboard at the desk. j and k (or the arrows) walk the list, Enter opens what is marked, / goes to the
   search, n enters a new voice; Ctrl+Enter sends a form; [data-print] prints. Everything works without it. */
(function () {
  "use strict";
  var typing = /^(INPUT|TEXTAREA|SELECT)$/;

  function links() { return Array.prototype.slice.call(document.querySelectorAll("[data-walk] a[data-row]")); }

  function walk(step) {
    var all = links();
    if (!all.length) return;
    var here = all.indexOf(document.activeElement);
    if (here < 0) here = all.findIndex(function (a) { return a.getAttribute("aria-current"); });
    var next = all[Math.max(0, Math.min(all.length - 1, here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step))];
    next.focus();
    next.scrollIntoView({block: "nearest"});
  }

  document.addEventListener("keydown", function (event) {
    var at = event.target;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && at.form && at.form.hasAttribute("data-keys")) {
      event.preventDefault();
      if (at.form.requestSubmit) at.form.requestSubmit(); else at.form.submit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing.test(at.tagName)) return;
    var inList = at.closest && at.closest("[data-walk]");
    if (event.key === "j" || (event.key === "ArrowDown" && inList)) { event.preventDefault(); walk(1); }
    else if (event.key === "k" || (event.key === "ArrowUp" && inList)) { event.preventDefault(); walk(-1); }
    else if (event.key === "/") { var box = document.getElementById("q"); if (box) { event.preventDefault(); box.focus(); } }
    else if (event.key === "n") { var enter = document.querySelector("[data-enter]"); if (enter) window.location.href = enter.href; }
  });

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.addEventListener("click", function () { window.print(); });
  });
})();
