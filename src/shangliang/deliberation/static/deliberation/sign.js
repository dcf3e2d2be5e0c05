/* A signature drawn with finger, pen or mouse: the canvas of [data-sign] goes into the form's field `drawing`
   as a PNG when the form is sent. Without this script the box stays hidden. */
(function () {
  "use strict";
  document.querySelectorAll("[data-sign]").forEach(function (box) {
    var form = box.closest("form"), field = form && form.elements.drawing, canvas = box.querySelector("canvas");
    var pen = canvas.getContext && canvas.getContext("2d");
    if (!field || !pen) return;
    var inked = false, last = null;
    pen.lineWidth = 6; pen.lineCap = pen.lineJoin = "round"; pen.strokeStyle = pen.fillStyle = "#14262d";
    box.hidden = false;

    function at(event) {
      var seen = canvas.getBoundingClientRect();
      return {x: (event.clientX - seen.left) * canvas.width / seen.width, y: (event.clientY - seen.top) * canvas.height / seen.height};
    }

    function draw(event) {
      var here = at(event);
      pen.beginPath(); pen.moveTo(last.x, last.y); pen.lineTo(here.x, here.y); pen.stroke();
      last = here; inked = true;
    }

    canvas.addEventListener("pointerdown", function (event) {
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      last = at(event);
      draw(event);
    });
    canvas.addEventListener("pointermove", function (event) { if (last) draw(event); });
    ["pointerup", "pointercancel"].forEach(function (name) {
      canvas.addEventListener(name, function () { last = null; });
    });
    box.querySelector("[data-clear]").addEventListener("click", function () {
      pen.clearRect(0, 0, canvas.width, canvas.height);
      inked = false; field.value = "";
    });
    form.addEventListener("submit", function () { field.value = inked ? canvas.toDataURL("image/png") : ""; });
  });
})();
