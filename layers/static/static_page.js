/* The page around the living map: filters, zone panel, tables, provenance. No server, no request.
 *
 * All it says comes from one block of data; every word of it is written with textContent. The page makes the map's next
 * state by taking from the prepared one what the filters leave; drawing is pilotmap's business.
 *
 * Needs Leaflet 1.9 and pilotmap.js. Parts that the page does not hold (a site's page of one zone has no filters) are
 * left out.
 */
(function () {
  "use strict";

  const given = readBlock("pilotzones-data") || window.pilotzonesData;
  const page = readBlock("pilotzones-page") || {};
  const only = page.only ? new Set(page.only) : null;
  const zones = given.zones.filter((zone) => !only || only.has(zone.order));
  const byOrder = new Map(zones.map((zone) => [zone.order, zone]));
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const WIDE = "(min-width: 1000px)"; // as in static_page.css: filters, map and panel side by side

  const now = {
    lang: page.lang || given.lang, theme: null, query: "", regions: new Set(), tasks: new Set(), match: "any",
    provinces: new Set(), focus: null, look: "home", colour: "region",
  };
  let counter = 0; // makes every wish to look somewhere a new one

  // ---------------------------------------------------------------- small things

  function readBlock(id) {
    const found = document.getElementById(id);
    return found ? JSON.parse(found.textContent) : null;
  }

  function translate(name, values) {
    const text = given.text[now.lang][name];
    return text.replace(/\{(\w+)\}/g, (all, key) => (values && key in values ? String(values[key]) : all));
  }

  function getElement(id) {
    return document.getElementById(id);
  }

  /* An element; strings among its children become text, never markup. */
  function make(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === "click" || name === "change" || name === "input") made.addEventListener(name, value);
      else if (value === true) made.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  function fill(id, ...children) {
    const target = getElement(id);
    if (target) target.replaceChildren(...children.filter(Boolean));
    return target;
  }

  function getTheme() {
    return now.theme || (dark.matches ? "dark" : "light");
  }

  function makeZoneAddress(zone) {
    return page.zone.replace("{order}", String(zone.order));
  }

  function makeZoneTitle(zone) {
    return zone.order + ". " + zone.name[now.lang];
  }

  /* A place as the document writes it; in English after its name in Latin letters, if it has one. */
  function formatPlaceName(name) {
    const english = now.lang === "en" && Object.prototype.hasOwnProperty.call(given.english, name) && given.english[name];
    return english ? english + " " + name : name;
  }

  function formatPlaceNames(names) {
    return names.map(formatPlaceName).join(now.lang === "zh" ? "、" : ", ");
  }

  // ---------------------------------------------------------------- what passes the filters

  /* The same rules as the app's and the terminal's filters: see geo/query/filters.py. */
  function passes(zone) {
    if (now.regions.size && !now.regions.has(zone.region)) return false;
    if (now.provinces.size && !now.provinces.has(zone.province)) return false;
    const needle = normalizeQuery(now.query);
    if (needle && !zone.words.some((word) => word.includes(needle))) return false;
    if (!now.tasks.size) return true;
    const has = (task) => zone.tasks.includes(task);
    return now.match === "all" ? [...now.tasks].every(has) : [...now.tasks].some(has);
  }

  function normalizeQuery(text) {
    return text.normalize("NFKC").toLowerCase().trim();
  }

  function listShown() {
    return zones.filter(passes);
  }

  // ---------------------------------------------------------------- the map

  function filterLegend(base, orders) {
    const stands = (item) => !item.zones || item.zones.some((order) => orders.has(order));
    return Object.assign({}, base.legend, { items: base.legend.items.filter(stands) });
  }

  /* South-west and north-east of these zones; of all when none is placed. */
  function computeBounds(orders) {
    const known = orders.map((order) => byOrder.get(order)).filter((zone) => zone && zone.box).map((zone) => zone.box);
    const boxes = known.length ? known : zones.map((zone) => zone.box).filter(Boolean);
    if (!boxes.length) return given.map.home;
    const edge = (index, pick) => pick(...boxes.map((box) => box[index]));
    return [[edge(1, Math.min), edge(0, Math.min)], [edge(3, Math.max), edge(2, Math.max)]];
  }

  /* The outline of a zone; the host counties of a zone that has none. */
  function findMarked(base, order) {
    const found = (name) => {
      const features = given.geometry[base.layers.find((layer) => layer.id === name).url];
      return features.filter((one) => one.geometry && one.properties.group === String(order)).map((one) => one.id);
    };
    const outline = found("zones");
    return outline.length ? { layer: "zones", ids: outline } : { layer: "hosts", ids: found("hosts") };
  }

  /* Styles, the style of a zone and the label of a style, when the zones are not coloured as the state has them. */
  function chooseColouring(chosen) {
    if (now.colour === "verdict") {
      const codes = Object.keys(given.verdicts);
      return {
        title: translate("legend_verdict"), classes: codes.map((code) => given.colours.verdict[code]),
        step: (zone) => codes.indexOf(zone.verdict),
        label: (step) => given.verdicts[codes[step]].sign + " " + given.verdicts[codes[step]].name[now.lang],
      };
    }
    if (now.colour !== "tasks") return null;
    const matching = (zone) => zone.tasks.filter((task) => !now.tasks.size || now.tasks.has(task)).length;
    const most = Math.max(1, ...chosen.map(matching));
    return {
      title: translate("legend_tasks"), classes: given.colours.tasks[getTheme()][most - 1],
      step: (zone) => Math.max(matching(zone) - 1, 0),
      label: (step) => translate("legend_tasks_item", { count: step + 1 }),
    };
  }

  function applyColouring(base, chosen) {
    const by = chooseColouring(chosen);
    if (!by) return base;
    const steps = [...new Set(chosen.map(by.step))].sort((one, other) => one - other);
    const items = steps.map((step) => ({ label: by.label(step), class: by.classes[step], shape: "polygon" }));
    const classes = Object.fromEntries(chosen.map((zone) => [String(zone.order), by.step(zone)]));
    const members = (layer) => Object.assign({}, layer, { classes: by.classes, group_class: classes });
    return Object.assign({}, base, {
      layers: base.layers.map((layer) => (layer.id === "members" ? members(layer) : layer)),
      legend: { title: by.title, items: [...items, ...base.legend.items.filter((item) => item.sign)], note: base.legend.note },
    });
  }

  function buildMapState(chosen) {
    const base = applyColouring(given.states[now.lang][getTheme()], chosen);
    const orders = new Set(chosen.map((zone) => zone.order));
    const focus = now.look.startsWith("zone") && now.focus !== null ? [now.focus] : [];
    return Object.assign({}, base, {
      groups: [...orders].map(String),
      legend: filterLegend(base, orders),
      message: !chosen.length ? translate("nothing") : chosen.some((zone) => zone.box) ? null : translate("no_place"),
      selected: now.focus === null ? null : findMarked(base, now.focus),
      view: { bounds: computeBounds(focus), token: now.look },
    });
  }

  function showMap(chosen) {
    const bytes = new TextEncoder().encode(JSON.stringify(buildMapState(chosen)));
    pilotmap.update(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
  }

  function startMap() {
    const map = L.map("map", {
      center: [36, 104], zoom: 4, zoomSnap: 0.25, attributionControl: false, zoomControl: true,
    });
    pilotmap.start(map, Object.assign({ root: ".", geometry: given.geometry }, given.map));
    window.addEventListener("pilotmap:picked", (event) => {
      const order = Number(event.detail.group);
      if (byOrder.has(order) && getElement("panel")) open(order);
    });
  }

  // ---------------------------------------------------------------- head and filters

  function makeButton(label, action, more) {
    return make("button", Object.assign({ type: "button", click: action }, more), label);
  }

  function showHead() {
    document.documentElement.lang = now.lang === "zh" ? "zh-CN" : "en";
    document.documentElement.dataset.theme = getTheme();
    if (!getElement("head")) return;
    document.title = given.title[now.lang];
    const other = now.lang === "zh" ? "en" : "zh";
    fill("head",
      make("div", {}, make("h1", {}, given.title[now.lang]), make("p", { class: "quiet" }, given.document)),
      make("div", { class: "buttons" },
        makeButton(given.text[other].own_name, () => set({ lang: other }, true), { lang: other === "zh" ? "zh-CN" : "en" }),
        makeButton(translate(getTheme() === "dark" ? "to_light" : "to_dark"), () => {
          set({ theme: getTheme() === "dark" ? "light" : "dark" }, true);
        })));
    const skip = getElement("skip");
    if (skip) skip.textContent = translate("skip");
  }

  function makeChoice(kind, name, value, label, checked, action) {
    const input = make("input", { type: kind, name: name, value: value, change: action });
    input.checked = checked;
    return make("label", { class: "choice" }, input, make("span", {}, label));
  }

  function makeGroup(legend, choices) {
    return make("fieldset", {}, make("legend", {}, legend), ...choices);
  }

  /* Checkboxes for a set; a change is one change of the filter. */
  function makeBoxes(legend, name, members, chosen, before) {
    const flip = (value) => () => {
      if (!chosen.delete(value)) chosen.add(value);
      set({});
    };
    const lines = members.map((one) => makeChoice("checkbox", name, one.value, one.label, chosen.has(one.value), flip(one.value)));
    return makeGroup(legend, before ? [before, ...lines] : lines);
  }

  function makeMatchChoice() {
    const line = make("div", { class: "match", role: "radiogroup", "aria-label": translate("match") });
    for (const match of ["any", "all"]) {
      line.append(makeChoice("radio", "match", match, translate("match_" + match), now.match === match, () => set({ match: match })));
    }
    return line;
  }

  function showFilters() {
    if (!getElement("filters")) return;
    const lang = now.lang;
    const search = make("input", {
      type: "search", id: "search", autocomplete: "off", placeholder: translate("search_placeholder"),
      input: (event) => set({ query: event.target.value }),
    });
    search.value = now.query;
    const regions = given.regions.map((one) => ({ value: one.id, label: one.name[lang] }));
    const tasks = given.tasks.map((one) => ({ value: one.number, label: one.number + " " + one.short[lang] }));
    const provinces = given.provinces.map((name) => ({ value: name, label: formatPlaceName(name) }));
    const details = make("details", { open: window.matchMedia(WIDE).matches }, make("summary", {}, translate("filters")),
      make("p", {}, make("label", { for: "search" }, translate("search")), search),
      regions.length > 1 ? makeBoxes(translate("region"), "region", regions, now.regions) : null,
      tasks.length ? makeBoxes(translate("task"), "task", tasks, now.tasks, makeMatchChoice()) : null,
      provinces.length > 1 ? makeBoxes(translate("province"), "province", provinces, now.provinces) : null,
      makeButton(translate("reset"), reset));
    const old = getElement("filters").querySelector("details");
    if (old) details.open = old.open;
    fill("filters", details).setAttribute("aria-label", translate("filters"));
  }

  function showColours() {
    if (!getElement("colour")) return;
    const ways = ["region", ...Object.keys(given.colours)];
    const select = make("select", { id: "colour-by", change: (event) => set({ colour: event.target.value }) });
    for (const way of ways) {
      // Without regions every zone has a colour of its own.
      const label = way === "region" && given.regions.length < 2 ? translate("zone") : translate("colour_" + way);
      select.append(make("option", { value: way }, label));
    }
    select.value = now.colour;
    if (ways.length > 1) fill("colour", make("label", { for: "colour-by" }, translate("colour_by")), " ", select);
  }

  function reset() {
    for (const chosen of [now.regions, now.tasks, now.provinces]) chosen.clear();
    set({ query: "", match: "any", look: "home" + (counter += 1) }, true);
    getElement("search").focus();
  }

  // ---------------------------------------------------------------- panel

  function open(order, moveFocus) {
    set({ focus: order });
    const heading = getElement("panel").querySelector("h2");
    if (heading && moveFocus) heading.focus();
  }

  function close() {
    const order = now.focus;
    set({ focus: null });
    const back = document.querySelector('#zones button[data-zone="' + order + '"]');
    (back || getElement("map")).focus();
  }

  function lookAt(order) {
    set({ focus: order, look: "zone" + (counter += 1) });
    getElement("map").scrollIntoView({ block: "nearest" });
  }

  function makePairs(rows) {
    const list = make("dl", {});
    for (const [label, value] of rows) list.append(make("dt", {}, label), make("dd", {}, value));
    return list;
  }

  function formatVerdict(zone) {
    return given.verdicts[zone.verdict].sign + " " + given.verdicts[zone.verdict].name[now.lang];
  }

  function formatCounted(zone) {
    return translate("counted_of", { counted: zone.counted, total: zone.total });
  }

  function makeTaskLine(number) {
    const task = given.tasks.find((one) => one.number === number);
    const matches = now.tasks.has(number);
    const text = number + " " + task.name[now.lang] + (matches ? translate("task_matches") : "");
    return make("li", {}, matches ? make("strong", {}, text) : text);
  }

  function showPanel() {
    const panel = getElement("panel");
    if (!panel) return;
    panel.setAttribute("aria-label", translate("panel"));
    const zone = now.focus === null ? null : byOrder.get(now.focus);
    if (!zone) {
      fill("panel", make("p", { class: "quiet" }, translate("welcome")));
      return;
    }
    const stated = zone.verbatim ? translate("noted", { text: zone.stated, note: zone.verbatim }) : zone.stated;
    const figures = [
      [translate("stated"), stated], [translate("computed"), zone.computed], [translate("difference"), zone.difference],
      [translate("verdict"), formatVerdict(zone)], [translate("members_counted"), formatCounted(zone)],
    ];
    fill("panel",
      make("h2", { tabindex: "-1" }, makeZoneTitle(zone)),
      make("p", { class: "quiet" }, [zone.region_name[now.lang], formatPlaceName(zone.province), zone.where].filter(Boolean).join(" · ")),
      make("p", { class: "buttons" }, makeButton(translate("panel_zoom"), () => lookAt(zone.order)), makeButton(translate("close"), close),
        page.zone ? make("a", { href: makeZoneAddress(zone) }, translate("open_page")) : null),
      makePairs(figures),
      zone.uncounted.length ? make("p", { class: "note" }, translate("without_polygon", { names: formatPlaceNames(zone.uncounted) })) : null,
      zone.tasks.length ? make("h3", {}, translate("tasks_of_zone")) : null,
      zone.tasks.length ? make("ul", { class: "tasks" }, ...zone.tasks.map(makeTaskLine)) : null,
      make("h3", {}, translate("members")),
      make("ul", { class: "members" }, ...given.members.filter((one) => one.zone === zone.order).map(makeMemberLine)),
      zone.scope ? make("details", {}, make("summary", {}, translate("scope")), make("p", {}, zone.scope)) : null);
  }

  function makeMemberLine(member) {
    const kind = given.kinds[member.kind][now.lang];
    const quality = translate("quality") + " " + given.qualities[member.quality][now.lang];
    const facts = [kind, formatPlaceName(member.prefecture), member.code, member.area && member.area + " km²", member.area ? "" : quality,
      member.hosts && translate("hosts") + " " + formatPlaceNames(member.hosts.split("、"))];
    return make("li", {}, make("span", {}, formatPlaceName(member.name)), " ",
      make("span", { class: "quiet" }, facts.filter(Boolean).join(" · ")));
  }

  // ---------------------------------------------------------------- tables and provenance

  function makeTable(id, caption, heads, rows) {
    const line = make("tr", {}, ...heads.map(([label, kind]) => make("th", { scope: "col", class: kind }, label)));
    const body = rows.map((cells) => make("tr", {},
      ...cells.map((cell, index) => make("td", { class: heads[index][1] }, cell))));
    const box = make("div", { class: "wide", tabindex: "0", role: "region", "aria-labelledby": id + "-caption" });
    box.append(make("table", {}, make("caption", { id: id + "-caption" }, caption), make("thead", {}, line), make("tbody", {}, ...body)));
    return box;
  }

  function makeZoneName(zone) {
    const text = zone.name[now.lang];
    if (page.zone) return make("a", { href: makeZoneAddress(zone) }, text);
    return makeButton(text, () => open(zone.order, true), {
      class: "link", "data-zone": zone.order, "aria-pressed": String(now.focus === zone.order),
    });
  }

  function showZones(chosen) {
    if (!getElement("zones")) return;
    // Heading, kind of cell, cell. A column that would say the same of every zone is left out.
    const columns = [
      [translate("order"), "n", (zone) => String(zone.order)], [translate("zone"), "", makeZoneName],
      given.regions.length > 1 && [translate("region"), "", (zone) => zone.region_name[now.lang]],
      [translate("province"), "", (zone) => formatPlaceName(zone.province)],
      given.tasks.length && [translate("task"), "w", (zone) => zone.tasks.join(" ")],
      ...["stated", "computed", "difference"].map((name, index) => [translate(name) + " km²", "n", (zone) => zone.figures[index]]),
      [translate("members_counted"), "n", formatCounted], [translate("verdict"), "w", formatVerdict],
    ].filter(Boolean);
    const heads = columns.map(([label, kind]) => [label, kind]);
    const rows = chosen.map((zone) => columns.map((column) => column[2](zone)));
    fill("zones", chosen.length ? makeTable("zones", translate("table_zones"), heads, rows) : make("p", {}, translate("nothing")));
  }

  function showMembers(chosen) {
    if (!getElement("members")) return;
    const orders = new Set(chosen.map((zone) => zone.order));
    const heads = [
      [translate("order"), "n"], [translate("listed_name"), ""], [translate("kind"), ""], [translate("province"), ""], [translate("prefecture"), ""],
      [translate("adcode"), "n"], [translate("quality"), ""], [translate("column_km2"), "n"], [translate("hosts"), ""],
    ];
    const rows = given.members.filter((one) => orders.has(one.zone)).map((one) => [
      String(one.zone), formatPlaceName(one.name), given.kinds[one.kind][now.lang], formatPlaceName(one.province), formatPlaceName(one.prefecture),
      one.code, given.qualities[one.quality][now.lang], one.area || "–", formatPlaceNames(one.hosts.split("、")),
    ]);
    const old = getElement("members").querySelector("details");
    const details = make("details", { open: Boolean(old && old.open) },
      make("summary", {}, translate("noted", { text: translate("table_members"), note: rows.length })), makeTable("members", translate("table_members"), heads, rows));
    fill("members", details);
  }

  function showAbout() {
    if (!getElement("about")) return;
    const notes = given.notes[now.lang].map((note) => make("details", {}, make("summary", {}, note.heading),
      ...note.paragraphs.map((paragraph) => make("p", {}, paragraph))));
    fill("about", make("h2", {}, translate("about")), ...given.about[now.lang].map((text) => make("p", {}, text)),
      makePairs(given.provenance[now.lang]), make("h2", {}, translate("method")), ...notes);
  }

  function showCount(chosen) {
    if (!getElement("count")) return;
    const orders = new Set(chosen.map((zone) => zone.order));
    const members = given.members.filter((one) => orders.has(one.zone));
    const text = translate("count", {
      shown: chosen.length, total: zones.length, members: members.length,
      matched: members.filter((one) => one.drawn).length,
    });
    if (getElement("count").textContent !== text) getElement("count").textContent = text;
  }

  // ---------------------------------------------------------------- one change after another

  function set(change, everything) {
    Object.assign(now, change);
    const chosen = listShown();
    if (now.focus !== null && !chosen.some((zone) => zone.order === now.focus)) now.focus = null;
    if (everything) {
      showHead();
      showFilters();
      showColours();
      showAbout();
    }
    showCount(chosen);
    showPanel();
    showZones(chosen);
    showMembers(chosen);
    showMap(chosen);
    if (getElement("filters")) remember();
  }

  /* The filters are in the address, after its #: a link to a place in this file. */
  function remember() {
    const pairs = {
      region: [...now.regions].join(","), task: [...now.tasks].sort((a, b) => a - b).join(","),
      match: now.tasks.size && now.match === "all" ? "all" : "", province: [...now.provinces].join(","), q: now.query,
      colour: now.colour === "region" ? "" : now.colour,
      focus: now.focus === null ? "" : String(now.focus), lang: page.lang || now.lang === given.lang ? "" : now.lang,
    };
    const query = new URLSearchParams(Object.entries(pairs).filter(([, value]) => value)).toString();
    if (location.hash.slice(1) !== query) history.replaceState(null, "", "#" + query);
  }

  /* What the address says and this file knows; the rest is left out. */
  function recall() {
    const query = new URLSearchParams(location.hash.slice(1));
    const among = (name, known) => new Set((query.get(name) || "").split(",").filter((word) => known.has(word)));
    now.regions = among("region", new Set(given.regions.map((one) => one.id)));
    now.provinces = among("province", new Set(given.provinces));
    now.tasks = new Set([...among("task", new Set(given.tasks.map((one) => String(one.number))))].map(Number));
    now.match = query.get("match") === "all" ? "all" : "any";
    now.colour = query.get("colour") in given.colours ? query.get("colour") : "region";
    now.query = (query.get("q") || "").slice(0, 100);
    now.focus = byOrder.has(Number(query.get("focus"))) ? Number(query.get("focus")) : null;
    if (!page.lang && query.get("lang") in given.text) now.lang = query.get("lang");
  }

  /* Paper is light and shows every row; the screen comes back as it was. */
  function toPaper() {
    now.screen = now.theme;
    document.querySelectorAll("#members details, #about details").forEach((details) => details.setAttribute("open", ""));
    set({ theme: "light" });
    document.documentElement.dataset.theme = "light";
  }

  function toScreen() {
    set({ theme: now.screen });
    document.documentElement.dataset.theme = getTheme();
  }

  startMap();
  if (getElement("filters")) {
    now.focus = given.focus;
    if (location.hash.length > 1) recall();
    window.addEventListener("hashchange", () => {
      recall();
      set({}, true);
    });
  }
  dark.addEventListener("change", () => set({}, true));
  window.addEventListener("beforeprint", toPaper);
  window.addEventListener("afterprint", toScreen);
  set({}, true);
})();
