/* Lists the pictures chosen in <input type="file" data-photos="6" data-bytes="10485760">, each with its size
   and a button to take it out again; large ones are made smaller before they go up. Choosing again adds. */
(function () {
  "use strict";
  var EDGE = 2000, en = document.documentElement.lang === "en";
  if (!window.DataTransfer) return;
  document.querySelectorAll("input[type=file][data-photos]").forEach(function (input) {
    var most = +input.dataset.photos, bytes = +input.dataset.bytes, chosen = [];
    var list = document.createElement("ul");
    list.className = "uploads"; list.setAttribute("aria-live", "polite");
    // Beside the field, not inside its label: a button in there would open the chooser.
    var place = input.closest("[data-photo-list]") || input.closest(".composer") || input;
    place.insertAdjacentElement("afterend", list);

    input.addEventListener("change", function () {
      Promise.all(Array.prototype.map.call(input.files, smaller)).then(function (files) {
        chosen = chosen.concat(files);
        draw();
      });
    });

    function draw() {
      var good = new DataTransfer(), count = 0;
      list.textContent = "";
      chosen.forEach(function (file, index) {
        var wrong = file.size > bytes ? tooLarge(Math.floor(bytes / 1048576)) : count >= most ? tooMany(most) : "";
        if (!wrong) { good.items.add(file); count++; }
        list.appendChild(row(file, wrong, index));
      });
      input.files = good.files;
    }

    function row(file, wrong, index) {
      var item = document.createElement("li"), picture = document.createElement("img");
      var name = document.createElement("b"), note = document.createElement("small"), out = document.createElement("button");
      picture.src = URL.createObjectURL(file); picture.alt = "";
      picture.onload = function () { URL.revokeObjectURL(picture.src); };
      name.textContent = file.name;
      note.textContent = wrong || size(file.size);
      if (wrong) item.className = "bad";
      out.type = "button"; out.className = "btn"; out.textContent = en ? "Remove" : "去掉";
      out.setAttribute("aria-label", out.textContent + " " + file.name);
      out.addEventListener("click", function () { chosen.splice(index, 1); draw(); });
      item.append(picture, name, note, out);
      return item;
    }
  });

  function tooLarge(mb) { return en ? "Too large, " + mb + " MB at most: left out" : "太大了，一张最多 " + mb + " MB，没有放进去"; }
  function tooMany(most) { return en ? most + " at most: left out" : "最多 " + most + " 张，这张没有放进去"; }

  function size(bytes) {
    return bytes < 1048576 ? Math.ceil(bytes / 1024) + " KB" : (bytes / 1048576).toFixed(1) + " MB";
  }

  /* A picture with its longer side at most EDGE pixels; the picture as it is when that cannot be done. */
  function smaller(file) {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < 600000 || !window.createImageBitmap) return Promise.resolve(file);
    return createImageBitmap(file, {imageOrientation: "from-image"}).then(function (picture) {
      var scale = Math.min(1, EDGE / Math.max(picture.width, picture.height));
      var canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale); canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      return new Promise(function (done) {
        canvas.toBlob(function (blob) {
          done(blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", {type: "image/jpeg"}) : file);
        }, "image/jpeg", 0.85);
      });
    }).catch(function () { return file; });
  }
})();
