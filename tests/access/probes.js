// What a page is asked in a reader's circumstances: each answers with what is wrong, in the beginning of its HTML.
window.probes = (() => {
  const told = (found) => found.map((one) => one.outerHTML.slice(0, 140));
  const all = (selector) => [...document.querySelectorAll(selector)];
  const isShown = (one) => one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length > 0;
  const luminance = (colour) => {
    const [red, green, blue] = colour.match(/[\d.]+/g).map((part) => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  return {
    // The page scrolls sideways (WCAG 1.4.10).
    sideways: () => document.documentElement.scrollWidth > innerWidth + 1
      ? [`${document.documentElement.scrollWidth} px in a window of ${innerWidth}`] : [],
    // Words go on where nobody sees them (WCAG 1.4.4, 1.4.12).
    cut: () => told(all("main *, header *").filter((one) =>
      ["hidden", "clip"].includes(getComputedStyle(one).overflowX) && one.innerText
      && !one.closest("[aria-hidden=true], .sr, .skip, option, svg, .leaflet-container") && one.scrollWidth > one.clientWidth + 1)),
    // Two buttons without room between them, beside each other or one under the other.
    touching: () => {
      const boxes = all("main .btn").filter(isShown).map((one) => [one, one.getBoundingClientRect()]);
      const near = (one, other, start, end, side, back) => other[start] - one[end] > -one.height / 2
        && other[start] - one[end] < 4 && one[side] < other[back] && other[side] < one[back];
      return told(boxes.filter(([one, box]) => boxes.some(([other, next]) => one !== other
        && (near(box, next, "top", "bottom", "left", "right") || near(box, next, "left", "right", "top", "bottom"))))
        .map(([one]) => one));
    },
    // A link or a button without words.
    nameless: () => told(all("a[href], button").filter((one) => isShown(one)
      && !(one.innerText || one.getAttribute("aria-label") || one.getAttribute("aria-labelledby") || "").trim())),
    // Something to touch whose edge only a background drew, which forced colours take away.
    shapeless: () => told(all("main .btn, main .t, main input, main select, main textarea, .faces span").filter((one) =>
      isShown(one) && !["hidden", "radio", "checkbox"].includes(one.type)
      && parseFloat(getComputedStyle(one).borderTopWidth) < 1)),
    // Whatever moves by itself.
    moving: () => document.getAnimations().map((one) => one.effect && one.effect.target ? one.effect.target.outerHTML : "?"),
    // Words too pale for white paper.
    pale: () => told(all("main *").filter((one) => isShown(one) && !one.closest(".cover, [aria-hidden=true]")
      && [...one.childNodes].some((part) => part.nodeType === 3 && part.data.trim())
      && 1.05 / (luminance(getComputedStyle(one).color) + 0.05) < 4.5)),
    // What has the focus: its words, whether it shows that it has it, and whether nothing lies over it (WCAG 2.4.11).
    focused: () => {
      const one = document.activeElement, box = one.getClientRects()[0] || one.getBoundingClientRect(), shown = one.closest("label") || one;
      const at = document.elementFromPoint(box.x + Math.min(box.width, innerWidth) / 2, box.y + Math.min(box.height, 40) / 2);
      const outlined = (node) => node && getComputedStyle(node).outlineStyle !== "none";
      return {words: (one.innerText || one.value || one.name || one.id || "").trim().slice(0, 60), html: told([one])[0],
        seen: outlined(one) || outlined(one.nextElementSibling),
        free: !at || shown.contains(at) || at.contains(shown) || box.width < 2};
    },
  };
})();
