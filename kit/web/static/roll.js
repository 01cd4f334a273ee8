/* The roll on a phone whose screen goes off: ticks wait here until the box has said yes. Written for old phones (ES5).
   What is kept is the mark of a row, never a name; without this file each tick is a plain form. */
(function () {
  "use strict";
  var form = document.getElementById("roll"), wait = document.getElementById("wait"), busy = false, stamp = 0, timer, fresher;
  if (!form || !window.fetch || !window.URLSearchParams) { return; }
  var key = "valise" + location.pathname;
  function load() { try { return JSON.parse(sessionStorage.getItem(key)) || []; } catch (e) { return []; } }
  function save(list) { try { sessionStorage.setItem(key, JSON.stringify(list)); } catch (e) { /* private mode */ } }
  var queue = load();

  function paint(button, came) {
    button.name = came ? "undo" : "came";
    button.setAttribute("aria-pressed", came ? "true" : "false");
    button.textContent = came ? "✓" : "";
    button.parentNode.className = came ? "came" : "";
  }
  function repaint() {
    queue.forEach(function (one) {
      var button = form.querySelector("button[value='" + one[1] + "']");
      if (button) { paint(button, one[0] === "came"); }
    });
  }
  function say(signed) {
    wait.hidden = !queue.length;
    if (!queue.length) { return; }
    wait.textContent = signed ? queue.length + " " + form.getAttribute("data-wait") : form.getAttribute("data-sign") + " ";
    if (!signed) {
      var link = document.createElement("a");
      link.href = "/connexion?suite=" + encodeURIComponent(location.pathname);
      link.textContent = "Se reconnecter";
      wait.appendChild(link);
    }
  }
  function quiet() { /* the page as it was stays usable */ }
  function later(ms) { clearTimeout(timer); timer = setTimeout(send, ms); }

  /* A fresh page: its token is good, and it knows what the other phones ticked. */
  function renew() {
    var begun = stamp;
    return fetch(location.pathname, { credentials: "same-origin" }).then(function (answer) {
      if (answer.status === 401) { say(false); throw answer; }
      return answer.text();
    }).then(function (text) {
      var page = new DOMParser().parseFromString(text, "text/html"), fresh = page.getElementById("roll");
      if (!fresh) { location.reload(); return; }
      if (begun !== stamp) { return; } /* somebody ticked here meanwhile */
      form.innerHTML = fresh.innerHTML;
      document.getElementById("gauges").innerHTML = page.getElementById("gauges").innerHTML;
      repaint();
    });
  }
  function send() {
    if (busy || !queue.length) { return; }
    busy = true;
    var one = queue[0], body = new URLSearchParams();
    body.append("csrf", form.querySelector("[name=csrf]").value);
    body.append(one[0], one[1]);
    fetch(form.action, { method: "POST", body: body, credentials: "same-origin", headers: { Accept: "application/json" } })
      .then(function (answer) {
        if (answer.status === 400 || answer.status === 401) { return renew().then(function () { throw answer; }); }
        if (answer.status >= 500 || answer.status === 429) { throw answer; }
        queue.shift(); save(queue); busy = false; say(true);
        clearTimeout(fresher);
        if (queue.length) { send(); } else { fresher = setTimeout(function () { renew()["catch"](quiet); }, 3000); }
      })["catch"](function (answer) { busy = false; if (!answer || answer.status !== 401) { say(true); later(3000); } });
  }
  form.addEventListener("click", function (event) {
    var button = event.target;
    if (!button || button.className !== "t") { return; }
    event.preventDefault();
    stamp += 1;
    queue.push([button.name, button.value]);
    save(queue);
    paint(button, button.name === "came");
    send();
  });
  window.addEventListener("online", function () { later(0); });
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) { return; }
    if (queue.length) { later(0); } else { renew()["catch"](quiet); }
  });
  repaint(); send();

  /* Reading a ticket's QR, where the browser may; typing the code always works. */
  var scan = document.getElementById("scan"), camera = document.getElementById("camera");
  if (!scan || !window.BarcodeDetector || !navigator.mediaDevices) { return; }
  scan.hidden = false;
  scan.addEventListener("click", function () {
    var detector = new window.BarcodeDetector({ formats: ["qr_code"] });
    navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).then(function (stream) {
      camera.srcObject = stream; camera.hidden = false; camera.play();
      (function look() {
        detector.detect(camera).then(function (codes) {
          if (!codes.length) { setTimeout(look, 250); return; }
          stream.getTracks().forEach(function (track) { track.stop(); });
          document.getElementById("code").value = codes[0].rawValue;
          document.getElementById("code").form.submit();
        }, function () { setTimeout(look, 500); });
      })();
    })["catch"](function () { scan.hidden = true; });
  });
})();
