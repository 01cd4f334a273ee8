/* The map that moves. Without this file the page keeps its drawn map and its list. Written for old phones (ES5). */
(function () {
  "use strict";
  var box = document.getElementById("carte"), L = window.L;
  if (!box || !L) { return; }
  var said = function (name) { return box.getAttribute("data-" + name); };
  function ask(url, done) {
    var asked = new XMLHttpRequest();
    asked.open("GET", url);
    asked.onload = function () { if (asked.status === 200) { done(JSON.parse(asked.responseText)); } };
    asked.send();
    return asked;
  }
  box.hidden = false;
  Array.prototype.forEach.call(document.querySelectorAll("[data-drawn]"), function (part) { part.hidden = true; });
  var map = L.map(box, { preferCanvas: true, zoomControl: false, attributionControl: true, maxZoom: 18, minZoom: 4, fadeAnimation: false, zoomAnimation: false });
  L.control.zoom({ zoomInTitle: said("nearer"), zoomOutTitle: said("wider") }).addTo(map);
  map.attributionControl.setPrefix(false).addAttribution(said("credit"));
  var half = Number(said("km")) / 2 / 111.2, north = Number(said("north")), east = Number(said("east"));
  map.fitBounds([[north - half * 0.8, east - half * 1.2], [north + half * 0.8, east + half * 1.2]]);
  if (said("tiles")) {
    var text = document.createElement("span");
    text.textContent = said("tiles-credit");
    L.tileLayer("/annuaire/carte/fond/{z}/{x}/{y}", {
      minNativeZoom: Number(said("lowest")), maxNativeZoom: Number(said("highest")), maxZoom: 18, attribution: text.innerHTML
    }).addTo(map);
  }
  ask("/annuaire/carte/contours.json", function (france) {
    france.departments.forEach(function (one) {
      one[1].forEach(function (ring) {
        var points = [], i;
        for (i = 0; i < ring.length; i += 2) { points.push([ring[i + 1] / france.steps, ring[i] / france.steps]); }
        L.polygon(points, { color: "#7d7262", weight: 1, fill: !said("tiles"), fillColor: "#f6efe2", fillOpacity: 0.6, interactive: false }).addTo(map);
      });
    });
  });
  if (said("here-north")) {
    L.marker([Number(said("here-north")), Number(said("here-east"))], {
      icon: L.divIcon({ className: "spot here-spot", iconSize: [24, 24] }), keyboard: false, interactive: false
    }).addTo(map);
  }

  var marks = L.layerGroup().addTo(map), turns = 0, last, list = document.querySelector("#lieux ul"), none = document.querySelector("#lieux p");
  function name(one) { return one.nombre > 1 ? said("many").replace("%(count)s", one.nombre) : one.nom; }
  function go(one) {
    if (one.nombre === 1) { window.location.href = "/annuaire/" + one.lieu; return; }
    /* Places at one address never come apart: the list names them. */
    if (map.getZoom() >= 18) { var first = document.querySelector("#lieux a"); if (first) { first.focus(); } return; }
    map.setView([one.n, one.e], Math.min(18, map.getZoom() + 2));
    box.focus();
  }
  function line(one) {
    var item = document.createElement("li"), words = document.createElement("bdi");
    words.textContent = one.nom;
    one.tous.forEach(function (place, i) {
      var link = document.createElement("a"), name = document.createElement("bdi");
      name.textContent = place.nom; link.href = "/annuaire/" + place.lieu; link.appendChild(name);
      if (i) { item.appendChild(document.createTextNode(", ")); }
      item.appendChild(link);
    });
    if (!one.tous.length) {
      var nearer = document.createElement("a");
      nearer.href = "#carte"; nearer.appendChild(words);
      nearer.appendChild(document.createTextNode(" " + said("and").replace("%(count)s", one.nombre - 1)));
      nearer.addEventListener("click", function (event) { event.preventDefault(); go(one); });
      item.appendChild(nearer);
    }
    return item;
  }
  function show(found) {
    var active = document.activeElement, held = active && active.className.indexOf("spot") > -1 && active.getAttribute("aria-label");
    marks.clearLayers();
    if (!list) { list = document.createElement("ul"); document.getElementById("lieux").appendChild(list); }
    list.textContent = "";
    if (none) { none.hidden = found.length > 0; }
    found.sort(function (a, b) { return a.nom.localeCompare(b.nom); }).forEach(function (one) {
      var many = one.nombre > 1, size = many ? 44 : 30, icon = document.createElement("span");
      icon.textContent = many ? one.nombre : "";
      var mark = L.marker([one.n, one.e], { icon: L.divIcon({ className: "spot" + (many ? " many" : ""), html: icon, iconSize: [size, size] }), title: name(one) });
      mark.on("click", function () { go(one); });
      marks.addLayer(mark);
      mark.getElement().setAttribute("aria-label", name(one));
      mark.getElement().addEventListener("keydown", function (event) {
        if (event.keyCode === 13 || event.keyCode === 32) { event.preventDefault(); event.stopPropagation(); go(one); }
      });
      list.appendChild(line(one));
      if (held === name(one)) { mark.getElement().focus(); held = ""; }
    });
    if (held) { box.focus(); }
    box.setAttribute("data-drawn-times", turns += 1);
  }
  function refresh() {
    var edges = map.getBounds();
    if (last) { last.abort(); }
    last = ask("/annuaire/carte/lieux.json?s=" + Math.max(-90, edges.getSouth()) + "&n=" + Math.min(90, edges.getNorth()) +
      "&o=" + edges.getWest() + "&e=" + edges.getEast() + "&largeur=" + map.getSize().x, show);
  }
  map.on("moveend", refresh);
  refresh();
})();
