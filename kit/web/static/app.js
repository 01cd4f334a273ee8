/* Small comforts; every page works without this file. Written for old phones (ES5). */
(function () {
  "use strict";
  var doc = document, speech = window.speechSynthesis;
  function all(nodes, what) { Array.prototype.forEach.call(nodes, what); }
  function each(selector, what) { all(doc.querySelectorAll(selector), what); }
  function language(node) {
    while (node && !(node.getAttribute && node.getAttribute("lang"))) { node = node.parentNode; }
    return node ? node.getAttribute("lang").slice(0, 2) : "fr";
  }

  /* [data-print]: print this page. */
  each("[data-print]", function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  /* [data-listen="#id"]: read that part aloud by a voice of the phone. Again: stop. */
  each("[data-listen]", function (button) {
    var part = doc.querySelector(button.getAttribute("data-listen") || "main");
    if (!speech || !part) { return; }
    var label = button.querySelector("span") || button, words = label.textContent, voice;
    function voiceOf(node) {
      var code = language(node);
      return speech.getVoices().filter(function (v) { return v.localService && v.lang.slice(0, 2) === code; })[0];
    }
    function find() {
      voice = voiceOf(part);
      button.hidden = !voice && !button.href; /* a link: the box has a voice */
    }
    function rest() { label.textContent = words; button.setAttribute("aria-pressed", "false"); }
    find();
    if (speech.addEventListener) { speech.addEventListener("voiceschanged", find); }
    button.addEventListener("click", function (event) {
      if (!voice) { return; }
      event.preventDefault();
      var speaking = button.getAttribute("aria-pressed") === "true";
      speech.cancel();
      if (speaking) { rest(); return; }
      /* Short pieces, each by a voice of its language: some phones fall silent after fifteen seconds of one. */
      var pieces = [];
      (function cut(node) {
        var inside = node.childNodes, own = voiceOf(node) || voice;
        if (inside.length && !node.getClientRects().length) { return; } /* hidden */
        if (inside.length && node.querySelector("[lang]")) { all(inside, cut); return; }
        all((node.innerText || node.data || "").match(/[^.!?؟\n]{1,180}(\s|$)|[^.!?؟\n]+[.!?؟]*/g) || [], function (text) {
          if (text.trim()) { pieces.push([text, own]); }
        });
      }(part));
      pieces.forEach(function (said, i) {
        var piece = new SpeechSynthesisUtterance(said[0]);
        piece.lang = said[1].lang; piece.voice = said[1];
        if (i === pieces.length - 1) { piece.onend = rest; }
        speech.speak(piece);
      });
      label.textContent = button.getAttribute("data-stop") || words;
      button.setAttribute("aria-pressed", "true");
    });
    window.addEventListener("pagehide", function () { speech.cancel(); });
  });

  /* After a refused form, start from what is to be mended. */
  each(".errors", function (summary) { summary.focus(); });

  /* One tap, one sending: the Wi-Fi of a village hall is slow, and people tap twice. */
  each("form[method=post]", function (form) {
    form.addEventListener("submit", function (event) {
      if (form.getAttribute("aria-busy")) { event.preventDefault(); return; }
      form.setAttribute("aria-busy", "true");
      setTimeout(free, 8000); /* an answer that is a file leaves this page where it is */
    });
    window.addEventListener("pageshow", free);
    function free() { form.removeAttribute("aria-busy"); }
  });
})();
