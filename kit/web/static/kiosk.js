/* Kiosk mode: full screen on a tap, where the browser has it. Everything else works without this file (ES5). */
(function () {
  "use strict";
  var button = document.querySelector("[data-full]"), page = document.documentElement;
  if (!button || !page.requestFullscreen || document.fullscreenElement) { return; }
  button.hidden = false;
  button.addEventListener("click", function () { page.requestFullscreen(); button.hidden = true; });
})();
