/* The desk on the line: the answer's box is asked for where it is needed, and half a note is not lost by calling the
   next visitor. Everything works without it. */
(function () {
  "use strict";
  document.querySelectorAll("[data-note]").forEach(function (form) {
    var answer = form.querySelector("[data-answer]"), isHalf = false;
    function look() {
      var chosen = form.querySelector("[name=outcome]:checked");
      answer.hidden = !chosen || chosen.value === "talk";
    }
    form.addEventListener("change", look);
    form.addEventListener("reset", function () { setTimeout(look); });
    look();
    form.addEventListener("input", function () { isHalf = true; });
    form.addEventListener("submit", function () { isHalf = false; });
    window.addEventListener("beforeunload", function (event) { if (isHalf) event.preventDefault(); });
  });
})();
