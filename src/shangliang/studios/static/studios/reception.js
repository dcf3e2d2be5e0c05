/* The desk on the line: the answer's box is asked for where it is needed. Everything works without it. */
(function () {
  "use strict";
  document.querySelectorAll("[data-note]").forEach(function (form) {
    var answer = form.querySelector("[data-answer]");
    function look() {
      var chosen = form.querySelector("[name=outcome]:checked");
      answer.hidden = !chosen || chosen.value === "talk";
    }
    form.addEventListener("change", look);
    form.addEventListener("reset", function () { setTimeout(look); });
    look();
  });
})();
