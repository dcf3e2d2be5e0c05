/* 用我现在的位置: <button type="button" hidden data-position data-lat="id_lat" data-lng="id_lng">…</button>
   asks the browser where it is, fills the two hidden fields and says so. The button stays hidden without this
   script, since it could do nothing. With data-submit, the form is sent at once. */
(function () {
  "use strict";
  if (!navigator.geolocation) return;
  var words = document.documentElement.lang === "en" ? {
    looking: "Looking for where you are…", near: "Noted, to within about ", metres: " m.",
    refused: "This phone does not share its place. The name of the estate or street does as well.",
    missed: "Your place was not found. The name of the estate or street does as well."
  } : {
    looking: "正在找您的位置…", near: "记下了，误差大约 ", metres: " 米。",
    refused: "手机没让我们看位置。写小区或路名也一样。", missed: "没找到位置。写小区或路名也一样。"
  };
  document.querySelectorAll("button[data-position]").forEach(function (button) {
    var lat = document.getElementById(button.dataset.lat), lng = document.getElementById(button.dataset.lng);
    if (!lat || !lng) return;
    var said = document.createElement("p");
    said.className = "hint mt-2"; said.setAttribute("role", "status");
    button.insertAdjacentElement("afterend", said);
    button.hidden = false;
    button.addEventListener("click", function () {
      said.textContent = words.looking;
      button.setAttribute("aria-busy", "true");
      navigator.geolocation.getCurrentPosition(found, missed, {enableHighAccuracy: true, timeout: 15000, maximumAge: 60000});
    });

    function found(position) {
      button.removeAttribute("aria-busy");
      lat.value = position.coords.latitude.toFixed(6);
      lng.value = position.coords.longitude.toFixed(6);
      said.textContent = words.near + Math.round(position.coords.accuracy) + words.metres;
      lat.dispatchEvent(new Event("change", {bubbles: true}));
      if ("submit" in button.dataset && lat.form) lat.form.requestSubmit ? lat.form.requestSubmit() : lat.form.submit();
    }

    function missed(error) {
      button.removeAttribute("aria-busy");
      said.textContent = error.code === 1 ? words.refused : words.missed;
    }
  });
})();
