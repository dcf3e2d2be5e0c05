/* Answers for the desk of one studio when the line is cut: the page of the device and what it is made of. It keeps
   no page that names a visitor. The network goes first; what is kept here is the way out. */
"use strict";
var PREFIX = "reception-{{ studio }}-", CACHE = PREFIX + "{{ version }}";
var SHELL = "{{ shell }}", FILES = {{ files|safe }};
var PATIENCE = 6000; // milliseconds for a line that is there and carries nothing

self.addEventListener("install", function (event) {
  event.waitUntil(caches.open(CACHE).then(function (cache) {
    return cache.addAll(FILES).then(function () { return fetch(SHELL, {credentials: "same-origin"}); })
      .then(function (page) { return isPage(page) ? cache.put(SHELL, page) : undefined; });
  }).then(function () { return self.skipWaiting(); }));
});

self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return name.indexOf(PREFIX) === 0 && name !== CACHE; })
      .map(function (name) { return carryOver(name); }));
  }).then(function () { return self.clients.claim(); }));
});

self.addEventListener("fetch", function (event) {
  var request = event.request, address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, address.pathname === SHELL));
  else if (FILES.indexOf(address.pathname) >= 0) event.respondWith(file(request));
});

function isPage(answer) { return answer.ok && !answer.redirected; }

/* A new worker without a page of its own keeps the one of before: whoever is offline now must not lose it. */
function carryOver(name) {
  return Promise.all([caches.open(name), caches.open(CACHE)]).then(function (both) {
    return Promise.all([both[0].match(SHELL), both[1].match(SHELL)]).then(function (pages) {
      return pages[0] && !pages[1] ? both[1].put(SHELL, pages[0]) : undefined;
    });
  }).then(function () { return caches.delete(name); });
}

function page(request, isShell) {
  var answer = fetch(request);
  return (isShell ? soon(answer) : answer).then(function (page) {
    if (page.status >= 500) return kept(SHELL).then(function (found) { return found || page; });
    if (isShell && isPage(page)) keep(SHELL, page.clone());
    return page;
  }, function () { return kept(SHELL).then(function (found) { return found || answer; }); });
}

function file(request) {
  var answer = fetch(request);
  return soon(answer).then(function (found) {
    if (found.ok) keep(request, found.clone());
    return found;
  }, function () { return kept(request).then(function (found) { return found || answer; }); });
}

function soon(answer) {
  return Promise.race([answer, new Promise(function (_done, fail) { setTimeout(fail, PATIENCE, new Error("slow")); })]);
}
function keep(key, answer) { return caches.open(CACHE).then(function (cache) { return cache.put(key, answer); }); }
function kept(key) {
  return caches.open(CACHE).then(function (cache) { return cache.match(key, {ignoreVary: true, ignoreSearch: true}); });
}
