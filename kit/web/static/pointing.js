/* A click on the picture of a step fills the two numbers of the pointer; the page works without it (ES5). */
(function () {
  "use strict";
  var box = document.querySelector("[data-pointing]");
  if (!box) { return; }
  var x = document.getElementById("x"), y = document.getElementById("y"), drawing = box.querySelector("svg");
  function draw() {
    var ring = drawing.querySelector("ellipse");
    if (x.value === "" || y.value === "") { if (ring) { drawing.removeChild(ring); } return; }
    if (!ring) { ring = document.createElementNS("http://www.w3.org/2000/svg", "ellipse"); ring.setAttribute("vector-effect", "non-scaling-stroke"); drawing.appendChild(ring); }
    ring.setAttribute("rx", 9); ring.setAttribute("ry", 9 * box.clientWidth / Math.max(1, box.clientHeight));
    ring.setAttribute("cx", x.value); ring.setAttribute("cy", y.value);
  }
  box.addEventListener("click", function (event) {
    var frame = box.querySelector("img").getBoundingClientRect();
    function part(place, start, size) { return Math.min(100, Math.max(0, Math.round(100 * (place - start) / size))); }
    x.value = part(event.clientX, frame.left, frame.width);
    y.value = part(event.clientY, frame.top, frame.height);
    draw();
  });
  x.addEventListener("input", draw);
  y.addEventListener("input", draw);
  window.addEventListener("load", draw);
}());
