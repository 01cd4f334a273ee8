/* Small comforts; every page works without this file. Written for old phones (ES5). */
(function () {
  "use strict";
  var doc = document, speech = window.speechSynthesis;
  function each(selector, what) { Array.prototype.forEach.call(doc.querySelectorAll(selector), what); }
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
    var code = language(part), label = button.querySelector("span") || button, words = label.textContent, voice;
    function find() {
      voice = speech.getVoices().filter(function (v) { return v.localService && v.lang.slice(0, 2) === code; })[0];
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
      /* Short pieces: some phones fall silent after fifteen seconds of one piece. */
      var pieces = part.innerText.match(/[^.!?؟\n]{1,180}(\s|$)|[^.!?؟\n]+[.!?؟]*/g) || [];
      pieces.forEach(function (text, i) {
        var piece = new SpeechSynthesisUtterance(text);
        piece.lang = voice.lang; piece.voice = voice;
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
