/* <button type="button" hidden data-print>: shows itself and prints the page. Without this script the browser's menu does. */
(function () {
  "use strict";
  document.querySelectorAll("button[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
})();
