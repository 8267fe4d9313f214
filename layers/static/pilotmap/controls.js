/* What stands around the map: the card that follows the pointer, banners, legend, buttons, names. */

const NARROW = 560; // px: below this the legend starts folded
const MOST_LINES = 100; // of legends, kept for the next one

/* The card that follows the pointer. */
class Card {
  constructor(container) {
    this.container = container;
    this.box = makeElement("div", "pilotmap-card");
    this.box.setAttribute("role", "tooltip");
    this.box.hidden = true;
    container.appendChild(this.box);
  }

  write(feature, lang, cards, notes) {
    const properties = feature.properties || {};
    const label = chooseText(properties.label, lang);
    const lines = chooseText(getOwn(cards, feature.id) || properties.card, lang) || (label ? [label] : []);
    this.box.textContent = "";
    [...lines, ...(getOwn(notes, feature.id) || [])].forEach((line, place) => {
      this.box.appendChild(makeElement("div", place ? "pilotmap-card-line" : "pilotmap-card-title", line));
    });
    this.box.hidden = !this.box.childElementCount;
  }

  place(point) {
    if (this.box.hidden) return;
    const gap = 14;
    const width = this.box.offsetWidth, height = this.box.offsetHeight;
    const right = this.container.clientWidth, bottom = this.container.clientHeight;
    let x = point.x + gap, y = point.y + gap;
    if (x + width > right - 4) x = Math.max(4, point.x - gap - width);
    if (y + height > bottom - 4) y = Math.max(4, point.y - gap - height);
    this.box.style.transform = "translate(" + Math.round(Math.min(x, Math.max(4, right - width - 4))) + "px," +
      Math.round(y) + "px)";
  }

  hide() {
    this.box.hidden = true;
  }
}

/* Banners over the map: a message, an error with a way out, a note on the basemap, and a sign of loading. */
class Banners {
  constructor(container) {
    this.box = makeElement("div", "pilotmap-banners");
    container.appendChild(this.box);
    this.lines = new Map();
  }

  set(kind, text, button) {
    const old = this.lines.get(kind);
    if (old && old.pilotText === text && !button) return;
    if (old) old.remove();
    this.lines.delete(kind);
    if (!text) return;
    const line = makeElement("div", "pilotmap-banner pilotmap-banner-" + kind);
    line.setAttribute("role", kind === "error" ? "alert" : "status");
    line.appendChild(makeElement("span", "", text));
    line.pilotText = text;
    if (button) {
      const press = makeElement("button", "pilotmap-retry", button.label);
      press.type = "button";
      press.addEventListener("click", button.action);
      line.appendChild(press);
    }
    L.DomEvent.disableClickPropagation(line);
    this.lines.set(kind, line);
    this.box.appendChild(line);
  }
}

/* `pick` is called with the filter that a pressed line stands for. */
function makeLegend(map, pick) {
  const Legend = L.Control.extend({
    options: { position: "bottomleft" },

    onAdd: function () {
      this.box = makeElement("section", "pilotmap-legend leaflet-control");
      this.lines = new Map();
      this.layered = [];
      this.button = makeElement("button", "pilotmap-legend-title");
      this.button.type = "button";
      this.body = makeElement("div", "pilotmap-legend-body");
      this.body.id = "pilotmap-legend-body";
      this.button.setAttribute("aria-controls", this.body.id);
      this.button.addEventListener("click", () => this.fold(!this.body.hidden));
      this.box.append(this.button, this.body);
      this.box.hidden = true;
      this.fold(map.getContainer().clientWidth < NARROW);
      L.DomEvent.disableClickPropagation(this.box);
      L.DomEvent.disableScrollPropagation(this.box);
      return this.box;
    },

    fold: function (folded) {
      this.body.hidden = folded;
      this.button.setAttribute("aria-expanded", String(!folded));
    },

    show: function (legend, fallbackTitle) {
      const key = JSON.stringify([legend, fallbackTitle]);
      if (key === this.key) return;
      this.key = key;
      this.box.hidden = !legend || (!legend.items.length && !legend.note);
      this.layered = [];
      if (this.box.hidden) return;
      const title = legend.title || fallbackTitle;
      this.button.textContent = title;
      this.box.setAttribute("aria-label", title);
      this.body.textContent = "";
      const list = makeElement("ul");
      for (const item of legend.items) {
        const line = this.line(item);
        list.appendChild(line);
        if (item.layer) this.layered.push([line, item.layer]);
      }
      if (legend.items.length) this.body.appendChild(list);
      if (legend.note) this.body.appendChild(makeElement("p", "pilotmap-legend-note", legend.note));
    },

    /* A filter leaves most lines as they are; the sign of one is a canvas, slow to make. */
    line: function (item) {
      const key = JSON.stringify([item, window.devicePixelRatio]);
      if (!this.lines.has(key)) {
        if (this.lines.size >= MOST_LINES) this.lines.clear();
        const line = makeElement("li");
        const inside = item.pick ? makeElement("button", "pilotmap-legend-pick") : line;
        inside.append(drawSwatch(item), makeElement("span", "", item.label));
        if (typeof item.count === "number") inside.append(makeElement("span", "pilotmap-legend-count", item.count));
        if (item.pick) {
          inside.type = "button";
          inside.setAttribute("aria-pressed", String(Boolean(item.is_picked)));
          inside.addEventListener("click", () => pick(item.pick));
          line.append(inside);
        }
        this.lines.set(key, line);
      }
      return this.lines.get(key);
    },

    /* Only the lines of layers that are in view, and those of none. */
    showOnly: function (inView) {
      for (const [line, layer] of this.layered) line.hidden = !inView(layer);
    },
  });
  return new Legend().addTo(map);
}

const CORNERS_ICON = "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4"; // four corners of a frame
const LINK_ICON = "M6.5 9.5l3-3M7 4.5l1.5-1.5a3 3 0 0 1 4.5 4.5L11.5 9M9 11.5L7.5 13A3 3 0 0 1 3 8.5L4.5 7"; // a chain

/* Drawn, because not every font has the sign. */
function drawIcon(strokes) {
  const space = "http://www.w3.org/2000/svg";
  const icon = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  for (const [name, value] of [["viewBox", "0 0 16 16"], ["width", "16"], ["height", "16"], ["aria-hidden", "true"]]) {
    icon.setAttribute(name, value);
  }
  path.setAttribute("d", strokes);
  path.setAttribute("fill", "none");
  path.setAttribute("stroke", "currentColor");
  path.setAttribute("stroke-width", "2");
  icon.appendChild(path);
  return icon;
}

function makeButton(map, strokes, action) {
  const Button = L.Control.extend({
    options: { position: "topleft" },
    onAdd: function () {
      const bar = makeElement("div", "leaflet-bar leaflet-control");
      this.button = makeElement("button", "pilotmap-button");
      this.button.type = "button";
      this.button.appendChild(drawIcon(strokes));
      this.button.addEventListener("click", action);
      L.DomEvent.disableClickPropagation(bar);
      bar.appendChild(this.button);
      return bar;
    },
  });
  return new Button().addTo(map);
}

/* Text to the clipboard; on a page that is not served over HTTPS browsers have the old way only. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = makeElement("textarea", "", text);
    document.body.appendChild(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

const FURNITURE = ".pilotmap-legend, .pilotmap-inset, .pilotmap-credit, .leaflet-control-scale, .leaflet-bar"; // what would hide a name
