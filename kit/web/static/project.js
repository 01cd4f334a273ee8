/* Arrows, space, page keys and clickers turn the steps of a projected sheet. Its links do it without this file (ES5). */
(function () {
  "use strict";
  var steps = document.querySelectorAll("main section"), at = Number((location.hash.match(/^#e(\d+)$/) || [0, 1])[1]);
  function go(to) {
    at = Math.min(Math.max(to, 1), steps.length);
    location.replace("#e" + at);
  }
  window.addEventListener("hashchange", function () { at = Number((location.hash.match(/^#e(\d+)$/) || [0, at])[1]); });
  document.addEventListener("keydown", function (event) {
    var key = event.key, rtl = document.documentElement.dir === "rtl";
    if (event.ctrlKey || event.altKey || event.metaKey || (key === " " && event.target.tagName === "BUTTON")) { return; }
    if (key === "PageDown" || key === "ArrowDown" || key === " " || key === (rtl ? "ArrowLeft" : "ArrowRight")) {
      go(at + 1);
    } else if (key === "PageUp" || key === "ArrowUp" || key === (rtl ? "ArrowRight" : "ArrowLeft")) {
      go(at - 1);
    } else { return; }
    event.preventDefault();
  });
}());
