/* What a device keeps while it has no line: notes, slip codes, its secret. Everything is sealed with AES-GCM under a
   key that PBKDF2 makes from the passphrase; neither is ever stored. Without it nobody reads anything here.
   window.receptionVault(id) gives a promise of a vault. */
(function () {
  "use strict";
  var ROUNDS = 600000, STORES = ["box", "notes", "codes"];
  var text = new TextEncoder(), plain = new TextDecoder();

  window.receptionVault = function (id) {
    return new Promise(function (done, fail) {
      var asked = indexedDB.open("reception-" + id, 1);
      asked.onupgradeneeded = function () {
        STORES.forEach(function (name) { asked.result.createObjectStore(name, {keyPath: "id"}); });
      };
      asked.onsuccess = function () { done(vault(asked.result)); };
      asked.onerror = function () { fail(asked.error); };
    });
  };

  function vault(db) {
    var key = null, device = null;

    /* One transaction over everything, done once it is on the disk. */
    function change(work) {
      return new Promise(function (done, fail) {
        var writing = db.transaction(STORES, "readwrite"), stores = {};
        STORES.forEach(function (name) { stores[name] = writing.objectStore(name); });
        writing.oncomplete = done;
        writing.onabort = writing.onerror = function () { fail(writing.error); };
        work(stores);
      });
    }

    function all(name) {
      return new Promise(function (done, fail) {
        var asked = db.transaction(name).objectStore(name).getAll();
        asked.onsuccess = function () { done(asked.result); };
        asked.onerror = function () { fail(asked.error); };
      });
    }

    function one(name, id) {
      return all(name).then(function (rows) { return rows.find(function (row) { return row.id === id; }); });
    }

    function derive(passphrase, salt, rounds) {
      return crypto.subtle.importKey("raw", text.encode(passphrase.normalize("NFKC")), "PBKDF2", false, ["deriveKey"])
        .then(function (raw) {
          return crypto.subtle.deriveKey({name: "PBKDF2", hash: "SHA-256", salt: salt, iterations: rounds}, raw,
            {name: "AES-GCM", length: 256}, false, ["encrypt", "decrypt"]);
        });
    }

    /* Sealed bytes open only as the row they were written for. */
    function seal(name, id, value, with_) {
      var iv = crypto.getRandomValues(new Uint8Array(12));
      return crypto.subtle.encrypt({name: "AES-GCM", iv: iv, additionalData: text.encode(name + ":" + id)}, with_ || key,
        text.encode(JSON.stringify(value))).then(function (data) { return {id: id, iv: iv, data: data}; });
    }

    function unseal(name, row, with_) {
      return crypto.subtle.decrypt({name: "AES-GCM", iv: row.iv, additionalData: text.encode(name + ":" + row.id)},
        with_ || key, row.data).then(function (data) { return JSON.parse(plain.decode(data)); });
    }

    function sealCodes(codes) {
      return Promise.all(codes.map(function (code) { return seal("codes", crypto.randomUUID(), code); }));
    }

    function putAll(store, rows) { rows.forEach(function (row) { store.put(row); }); }

    return {
      isSetUp: function () { return one("box", "device").then(Boolean); },
      isOpen: function () { return key !== null; },
      lock: function () { key = device = null; },
      device: function () { return device; },
      kept: function () { return all("notes").then(function (rows) { return rows.filter(function (row) { return !row.done; }).length; }); },
      codesLeft: function () { return all("codes").then(function (rows) { return rows.length; }); },

      /* A device as the server gave it. Notes that are here stay, if the passphrase is the one they were sealed with. */
      setUp: function (passphrase, given) {
        var salt = crypto.getRandomValues(new Uint8Array(16));
        return derive(passphrase, salt, ROUNDS).then(function (fresh) { key = fresh; return this.give(given, salt); }.bind(this));
      },

      /* Another device of the server's in this one's place, or the first one with its salt. */
      give: function (given, salt) {
        var mine = {device: given.device, secret: given.secret, name: given.name};
        return Promise.all([seal("box", "device", mine), sealCodes(given.codes)]).then(function (sealed) {
          return change(function (stores) {
            if (salt) stores.box.put({id: "lock", salt: salt, rounds: ROUNDS});
            stores.box.put(sealed[0]);
            stores.codes.clear();
            putAll(stores.codes, sealed[1]);
          });
        }).then(function () { device = mine; });
      },

      /* true, or false for a wrong passphrase. */
      unlock: function (passphrase) {
        return Promise.all([one("box", "lock"), one("box", "device")]).then(function (rows) {
          return derive(passphrase, rows[0].salt, rows[0].rounds).then(function (fresh) {
            return unseal("box", rows[1], fresh).then(function (mine) { key = fresh; device = mine; return true; },
              function () { return false; });
          });
        });
      },

      /* The notes, the latest first. */
      notes: function () {
        return all("notes").then(function (rows) {
          return Promise.all(rows.map(function (row) { return unseal("notes", row); }));
        }).then(function (notes) { return notes.sort(function (a, b) { return a.at < b.at ? 1 : -1; }); });
      },

      /* Keep a note. With `wantsCode` it takes a code out of the store in the same transaction: no two notes, in no two
         windows, get the same one. Gives the note as kept. */
      put: function (note, wantsCode) {
        if (!wantsCode || note.code) return seal("notes", note.id, note).then(function (row) {
          row.done = Boolean(note.merged); // so that what still waits is counted without the passphrase
          return change(function (stores) { stores.notes.put(row); });
        }).then(function () { return note; });
        var self = this;
        return all("codes").then(function (rows) {
          if (!rows.length) return self.put(note, false);
          return unseal("codes", rows[0]).then(function (code) {
            var coded = Object.assign({}, note, {code: code});
            return seal("notes", note.id, coded).then(function (row) {
              var taken = false;
              return change(function (stores) {
                var there = stores.codes.get(rows[0].id);
                there.onsuccess = function () {
                  if (!there.result) return;
                  taken = true;
                  stores.codes.delete(rows[0].id);
                  stores.notes.put(row);
                };
              }).then(function () { return taken ? coded : self.put(note, true); });
            });
          });
        });
      },

      remove: function (id) { return change(function (stores) { stores.notes.delete(id); }); },

      addCodes: function (codes) {
        return sealCodes(codes).then(function (rows) { return change(function (stores) { putAll(stores.codes, rows); }); });
      }
    };
  }
})();
