/* A shared device: three minutes without a touch and everything is erased; thirty seconds before, it asks. Without this
   file the page goes by itself after ten minutes (layout.html), and « J’ai fini » works as well (ES5). */
(function () {
  "use strict";
  var asking = document.querySelector("[data-there]"), last = Date.now(), left = 0, ASK = 150000, END = 180000;
  if (!asking) { return; }
  function heard() {
    var speech = window.speechSynthesis, playing = speech && speech.speaking;
    Array.prototype.forEach.call(document.querySelectorAll("audio,video"), function (one) {
      playing = playing || !one.paused;
    });
    return playing;
  }
  function stay() { last = Date.now(); asking.hidden = true; }
  ["pointerdown", "touchstart", "keydown", "wheel", "input"].forEach(function (kind) {
    document.addEventListener(kind, stay, true);
  });
  setInterval(function () {
    if (heard()) { stay(); return; }
    var quiet = Date.now() - last;
    if (quiet < END) { asking.hidden = quiet < ASK; return; }
    /* Asked again, a page begins anew: every second, one that is slow to come would never come. */
    if (Date.now() - left > 20000) { left = Date.now(); location.replace("/fini"); }
  }, 1000);
  /* Going back finds no page of the person before. */
  window.addEventListener("pageshow", function (event) { if (event.persisted) { location.replace("/"); } });
}());
