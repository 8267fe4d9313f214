/* The page around the map of an overlay check. All its words come from one block of data and are written with
 * textContent. Needs Leaflet 1.9 and pilotmap.js.
 */
(function () {
  "use strict";

  const given = JSON.parse(document.getElementById("pilotzones-data").textContent);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const now = { lang: given.lang, theme: null };

  function getElement(id) {
    return document.getElementById(id);
  }

  /* An element; strings among its children become text, never markup. */
  function make(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  function makeButton(label, change, language) {
    const made = make("button", Object.assign({ type: "button" }, language ? { lang: language } : {}), label);
    made.addEventListener("click", () => show(change));
    return made;
  }

  function getTheme() {
    return now.theme || (dark.matches ? "dark" : "light");
  }

  function makeTable(one) {
    const head = make("tr", {}, ...one.heads.map((text) => make("th", { scope: "col" }, text)));
    const rows = one.rows.map((row) => make("tr", {}, ...row.map((text) => make("td", {}, text))));
    return make("section", {}, make("h2", {}, one.caption),
      make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": one.caption },
        make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows))));
  }

  function show(change) {
    Object.assign(now, change);
    const text = given.text[now.lang];
    const other = now.lang === "zh" ? "en" : "zh";
    document.documentElement.lang = now.lang === "zh" ? "zh-CN" : "en";
    document.documentElement.dataset.theme = getTheme();
    document.title = text.title;
    getElement("head").replaceChildren(make("h1", {}, text.title),
      make("div", { class: "buttons" },
        makeButton(given.text[other].own_name, { lang: other }, other === "zh" ? "zh-CN" : "en"),
        getTheme() === "dark" ? makeButton(text.to_light, { theme: "light" }) : makeButton(text.to_dark, { theme: "dark" })));
    getElement("summary").textContent = text.summary;
    getElement("rule").textContent = text.rule;
    getElement("tables").replaceChildren(...text.tables.map(makeTable));
    const bytes = new TextEncoder().encode(JSON.stringify(given.states[now.lang][getTheme()]));
    pilotmap.update(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
  }

  const map = L.map("map", {
    center: [36, 104], zoom: 4, zoomSnap: 0.25, attributionControl: false, zoomControl: true, preferCanvas: true,
  });
  pilotmap.start(map, Object.assign({ root: ".", geometry: given.geometry }, given.map));
  dark.addEventListener("change", () => show({}));
  show({});
})();
