/* Kiosk mode: full screen on a tap, where the browser has it, and back to the start after the page's time; a page without
   scripts does that by itself. A press of a key or a finger begins the time anew. Everything works without this file (ES5). */
(function () {
  "use strict";
  var here = document.querySelector("[data-stays]"), clock = 0;
  function leave() { location.replace(here.getAttribute("data-to") || "/borne"); }
  function again() { clearTimeout(clock); clock = setTimeout(leave, here.getAttribute("data-stays") * 1000); }
  if (here) {
    again();
    ["click", "keydown", "scroll"].forEach(function (what) { document.addEventListener(what, again, true); });
  }
  var button = document.querySelector("[data-full]"), page = document.documentElement;
  if (!button || !page.requestFullscreen || document.fullscreenElement) { return; }
  button.hidden = false;
  button.addEventListener("click", function () { page.requestFullscreen(); button.hidden = true; });
})();
