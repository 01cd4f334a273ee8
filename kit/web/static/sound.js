/* Chapters move the sound without loading the page anew, and the page's address keeps one's place: nothing is kept
   elsewhere, neither on the box nor in the browser. The page works without this file (ES5). */
(function () {
  "use strict";
  var sound = document.querySelector("[data-heard]"), last = 0;
  if (!sound) { return; }
  function note() {
    var second = Math.floor(sound.currentTime);
    if (second < 2 || !window.history.replaceState) { return; }
    last = second;
    history.replaceState(null, "", location.pathname + "?t=" + second);
  }
  sound.addEventListener("pause", note);
  sound.addEventListener("timeupdate", function () { if (Math.abs(sound.currentTime - last) >= 10) { note(); } });
  document.addEventListener("click", function (event) {
    var link = event.target;
    while (link && !(link.getAttribute && link.getAttribute("data-seek"))) { link = link.parentNode; }
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    event.preventDefault();
    function go() { sound.currentTime = Number(link.getAttribute("data-seek")); }
    if (sound.readyState) { go(); } else { sound.addEventListener("loadedmetadata", go, { once: true }); sound.load(); }
    sound.play();
    sound.focus();
  });
}());
