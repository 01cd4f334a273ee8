/* Sends the files of form[data-drop] by pieces, and goes on where it stopped. Without this file the form is posted. ES5. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-drop]");
  if (!form || !window.FormData || !window.JSON || !File.prototype.slice) { return; }
  var base = form.getAttribute("data-drop"), token = form.querySelector("[name=csrf]").value, PIECE = 4 << 20, TRIES = 8;
  var box = document.getElementById("drop-progress"), bar = document.getElementById("drop-bar"), words = document.getElementById("drop-words");
  var sent = 0, total = 0, spoken = 0, refused = [], whole = form.querySelector("[data-folder]");
  if (whole) { whole.hidden = false; whole.querySelector("input").setAttribute("webkitdirectory", ""); }

  function ask(url, body, done, failed) {
    var call = new XMLHttpRequest();
    call.open("POST", url);
    call.setRequestHeader("X-Valise-Csrf", token);
    call.setRequestHeader("Accept", "application/json");
    if (typeof body === "string") { call.setRequestHeader("Content-Type", "application/x-www-form-urlencoded"); }
    else { call.setRequestHeader("Content-Type", "application/octet-stream"); }
    call.onload = function () {
      var answer = null;
      try { answer = JSON.parse(call.responseText); } catch (e) { answer = null; }
      if (call.status === 200 && answer) { done(answer); } else { failed(answer && answer.error ? answer.error.message : "", call.status); }
    };
    call.onerror = call.ontimeout = function () { failed("", 0); };
    call.send(body);
  }
  function size(bytes) { return bytes > 1e9 ? (bytes / 1e9).toFixed(1) + " Go" : Math.ceil(bytes / 1e6) + " Mo"; }
  function show() {
    bar.value = total ? sent / total : 1;
    if (Date.now() - spoken > 3000) { words.textContent = size(sent) + " sur " + size(total); spoken = Date.now(); }
  }
  function stop(text) { words.textContent = text || "L’envoi s’est arrêté. Choisissez de nouveau les mêmes fichiers : il reprendra où il en était."; form.hidden = false; }

  function query(values) {
    return Object.keys(values).map(function (name) { return name + "=" + encodeURIComponent(values[name]); }).join("&");
  }
  function sendFile(batch, file, next) {
    var name = file.webkitRelativePath || file.name, about = { name: name, size: file.size, mark: file.lastModified || 0 };
    var url = base + "/" + batch, tries = 0, start = sent;
    function again(how) {
      return function (text, status) {
        tries += 1;
        if (status === 413) { refused.push(name + " : " + text); sent = start + file.size; show(); next(); return; } // the others still go
        if ((status >= 400 && status < 500) || status === 507 || tries > TRIES) { stop(text); return; }
        setTimeout(how, Math.min(15000, 500 * Math.pow(2, tries)));
      };
    }
    function begin() {
      delete about.part; // asked anew, the box says how much of it is here
      ask(url + "?" + query(about), "", function (got) {
        if (got.whole) { sent = start + file.size; show(); next(); return; }
        about.part = got.part; go(got.received);
      }, again(begin));
    }
    function go(place) {
      sent = start + place; show();
      if (place >= file.size) { end(); return; }
      ask(url + "?" + query({ part: about.part, place: place }), file.slice(place, place + PIECE), function (got) {
        tries = 0; go(got.received);
      }, again(begin));
    }
    function end() { ask(url + "?" + query(about) + "&end=1", "", next, again(begin)); }
    begin();
  }

  form.addEventListener("submit", function (event) {
    var files = [];
    Array.prototype.forEach.call(form.querySelectorAll("input[type=file]"), function (input) {
      files = files.concat(Array.prototype.slice.call(input.files));
    });
    if (!files.length) { return; }
    event.preventDefault();
    sent = 0; refused = []; total = files.reduce(function (sum, file) { return sum + file.size; }, 0);
    box.hidden = false; form.hidden = true; show();
    var memory = "depot:" + files.length + ":" + total + ":" + (files[0].webkitRelativePath || files[0].name), kept = "";
    try { kept = localStorage.getItem(memory) || ""; } catch (e) { kept = ""; }
    ask(base, query({ again: kept, count: files.length, name: files[0].webkitRelativePath || files[0].name }), function (got) {
      var number = 0;
      try { localStorage.setItem(memory, got.batch); } catch (e) { number = 0; }
      function next() {
        if (number < files.length) { number += 1; sendFile(got.batch, files[number - 1], next); return; }
        ask(base, query({ end: got.batch }), function () {
          try { localStorage.removeItem(memory); } catch (e) { number = 0; }
          if (refused.length) { stop(refused.join(" ") + " Les autres fichiers sont arrivés."); return; }
          window.location.href = form.getAttribute("data-then") || "/console/bibliotheque/arrivees";
        }, stop);
      }
      next();
    }, stop);
  }, true);
})();
