/* What a clerk's device keeps of one meeting while the line is cut: lines and items that were not handed over yet, and
   lines that came since the page was loaded. It lies in localStorage, which is written before the box is emptied: a
   battery that dies costs nothing. Not sealed: it holds roles and what will stand in public minutes, no names; each
   line goes as soon as it was handed over, and all of it once the meeting is closed. */
(function () {
  "use strict";
  var PREFIX = "sitting:";

  window.sittingStore = function (id, person) {
    var key = PREFIX + id + ":" + person; // two who share a device do not hand over each other's lines
    var empty = {lines: [], items: [], struck: [], known: []};

    function all() {
      try { return Object.assign({}, empty, JSON.parse(localStorage.getItem(key) || "{}")); } catch (e) { return Object.assign({}, empty); }
    }
    /* true, or false when the device has no room. */
    function save(kept) {
      try { localStorage.setItem(key, JSON.stringify(kept)); return true; } catch (e) { return false; }
    }
    function change(name, work) {
      var kept = all();
      kept[name] = work(kept[name]);
      return save(kept);
    }

    return {
      all: all,
      add: function (name, one) { return change(name, function (rows) { return rows.concat([one]); }); },
      put: function (name, one) { return change(name, function (rows) { return rows.map(function (row) { return row.id === one.id ? one : row; }); }); },
      remove: function (name, id) { return change(name, function (rows) { return rows.filter(function (row) { return (row.id || row) !== id; }); }); },
      /* Lines as the server drew them, so that a page loaded without a line shows them too. */
      know: function (lines) {
        return change("known", function (rows) {
          var fresh = lines.map(function (line) { return line.id; });
          return rows.filter(function (row) { return fresh.indexOf(row.id) < 0; }).concat(lines);
        });
      },
      /* A page of this version shows what came until then. */
      keepSince: function (version) { change("known", function (rows) { return rows.filter(function (row) { return row.version > version; }); }); },
      clear: function () { localStorage.removeItem(key); }
    };
  };
})();
