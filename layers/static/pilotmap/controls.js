/* What stands around the map: the card that follows the pointer, banners, legend, buttons, names. */

const NARROW = 480; // px: below this the legend starts folded
const CORNERS = ["bottom-right", "top-left", "bottom-left", "top-right"]; // for the legend, the first of equals
const MOST_LINES = 100; // of legends, kept for the next one
const EDGE = { side: 10, buttons: 54, top: 10, bottom: 30 }; // px: what stands between the legend and each side
const MOST_LABELS = 400;
const SMALL = 60; // px: a feature lower than this is labelled below, not across

/* The card that follows the pointer. */
class Card {
  constructor(container) {
    this.container = container;
    this.box = element("div", "pilotmap-card");
    this.box.setAttribute("role", "tooltip");
    this.box.hidden = true;
    container.appendChild(this.box);
  }

  write(feature, lang, cards) {
    const properties = feature.properties || {};
    const label = inLanguage(properties.label, lang);
    const lines = inLanguage(own(cards, feature.id) || properties.card, lang) || (label ? [label] : []);
    this.box.textContent = "";
    lines.forEach((line, place) => {
      this.box.appendChild(element("div", place ? "pilotmap-card-line" : "pilotmap-card-title", line));
    });
    this.box.hidden = lines.length === 0;
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
    this.box = element("div", "pilotmap-banners");
    container.appendChild(this.box);
    this.lines = new Map();
  }

  set(kind, text, button) {
    const old = this.lines.get(kind);
    if (old && old.pilotText === text && !button) return;
    if (old) old.remove();
    this.lines.delete(kind);
    if (!text) return;
    const line = element("div", "pilotmap-banner pilotmap-banner-" + kind);
    line.setAttribute("role", kind === "error" ? "alert" : "status");
    line.appendChild(element("span", "", text));
    line.pilotText = text;
    if (button) {
      const press = element("button", "pilotmap-retry", button.label);
      press.type = "button";
      press.addEventListener("click", button.action);
      line.appendChild(press);
    }
    L.DomEvent.disableClickPropagation(line);
    this.lines.set(kind, line);
    this.box.appendChild(line);
  }
}

function makeLegend(map) {
  const Legend = L.Control.extend({
    options: { position: "bottomright" },

    onAdd: function () {
      this.box = element("section", "pilotmap-legend leaflet-control");
      this.lines = new Map();
      this.button = element("button", "pilotmap-legend-title");
      this.button.type = "button";
      this.body = element("div", "pilotmap-legend-body");
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

    /* Whether it is another legend now, not the same with other lines. */
    show: function (legend, fallbackTitle) {
      const key = JSON.stringify([legend, fallbackTitle]);
      if (key === this.key) return false;
      this.key = key;
      this.box.hidden = !legend || (!legend.items.length && !legend.note);
      if (this.box.hidden) return false;
      const title = legend.title || fallbackTitle;
      const another = this.button.textContent !== title;
      this.button.textContent = title;
      this.box.setAttribute("aria-label", title);
      this.body.textContent = "";
      const list = element("ul");
      for (const item of legend.items) list.appendChild(this.line(item));
      if (legend.items.length) this.body.appendChild(list);
      if (legend.note) this.body.appendChild(element("p", "pilotmap-legend-note", legend.note));
      return another;
    },

    /* A filter leaves most lines as they are; the sign of one is a canvas, slow to make. */
    line: function (item) {
      const key = JSON.stringify([item, window.devicePixelRatio]);
      if (!this.lines.has(key)) {
        if (this.lines.size >= MOST_LINES) this.lines.clear();
        const line = element("li");
        line.append(swatch(item), element("span", "", item.label));
        this.lines.set(key, line);
      }
      return this.lines.get(key);
    },

    /* To the corner where it lies on the fewest of `boxes` [px]; it stays where it is as good as elsewhere.
       * Whether it moved. */
    settle: function (boxes) {
      const size = map.getSize(), wide = this.box.offsetWidth, high = this.box.offsetHeight;
      const covered = (corner) => {
        const [upright, side] = corner.split("-");
        const left = side === "right" ? size.x - EDGE.side - wide : upright === "top" ? EDGE.buttons : EDGE.side;
        const top = upright === "top" ? EDGE.top : size.y - EDGE.bottom - high;
        const own = L.bounds([[left, top], [left + wide, top + high]]);
        return boxes.filter((box) => own.intersects(box)).length;
      };
      const best = [this.corner, ...CORNERS].filter(Boolean).reduce((a, b) => (covered(b) < covered(a) ? b : a));
      if (best === this.corner) return false;
      this.corner = best;
      const place = best.split("-").map((side) => ".leaflet-" + side).join("");
      map.getContainer().querySelector(place).prepend(this.box);
      return true;
    },
  });
  return new Legend().addTo(map);
}

const CORNERS_ICON = "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4"; // four corners of a frame
const LINK_ICON = "M6.5 9.5l3-3M7 4.5l1.5-1.5a3 3 0 0 1 4.5 4.5L11.5 9M9 11.5L7.5 13A3 3 0 0 1 3 8.5L4.5 7"; // a chain

/* Drawn, because not every font has the sign. */
function icon16(strokes) {
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
      const bar = element("div", "leaflet-bar leaflet-control");
      this.button = element("button", "pilotmap-button");
      this.button.type = "button";
      this.button.appendChild(icon16(strokes));
      this.button.addEventListener("click", action);
      L.DomEvent.disableClickPropagation(bar);
      bar.appendChild(this.button);
      return bar;
    },
  });
  return new Button().addTo(map);
}

/* Text to the clipboard; on a page that is not served over HTTPS browsers have the old way only. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = element("textarea", "", text);
    document.body.appendChild(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

const FURNITURE = ".pilotmap-legend, .pilotmap-credit, .leaflet-control-scale, .leaflet-bar"; // what would hide a name

/* Names on the map: as many as fit without touching each other or what stands around; what is selected comes first. */
class LabelWriter {
  constructor(map) {
    this.map = map;
    this.markers = L.layerGroup().addTo(map);
    this.ruler = element("canvas").getContext("2d");
  }

  candidates(state, groups) {
    const zoom = this.map.getZoom();
    const view = this.map.getBounds();
    const found = [];
    const told = state.selected;
    const chosen = (layer, id) => Boolean(told && told.layer === layer.id && told.ids.includes(id));
    const layers = state.layers.filter((layer) => typeof layer.label_zoom === "number" && zoom >= layer.label_zoom);
    layers.sort((one, other) => other.z - one.z);
    for (const layer of layers) {
      const group = groups.get(layer.id);
      if (!group) continue;
      for (const id of group.shown) {
        const path = group.paths.get(id);
        const properties = path.pilotFeature.properties || {};
        const text = inLanguage(properties.label, state.lang);
        if (!text) continue;
        const at = properties.at ? L.latLng(properties.at[1], properties.at[0])
          : path.getLatLng ? path.getLatLng() : path.getBounds().getCenter();
        if (view.contains(at)) found.push({ text: String(text), at: at, path: path, first: chosen(layer, id) });
        if (found.length > 4 * MOST_LABELS) break;
      }
    }
    return found.sort((one, other) => other.first - one.first);
  }

  /* Boxes of what stands around the map [px]. */
  furniture() {
    const frame = this.map.getContainer();
    const from = frame.getBoundingClientRect();
    return [...frame.querySelectorAll(FURNITURE)].map((part) => part.getBoundingClientRect()).filter((box) => box.width)
      .map((box) => [box.left - from.left, box.top - from.top, box.right - from.left, box.bottom - from.top]);
  }

  /* How far below its anchor a label may be written [px], the best first: under a point and under whatever it would cover
   * otherwise, or above it. */
  drops(label, centre) {
    if (label.path instanceof L.CircleMarker) return [15, -15];
    const bounds = label.path.getBounds();
    const top = this.map.latLngToContainerPoint(bounds.getNorthWest()).y;
    const foot = this.map.latLngToContainerPoint(bounds.getSouthEast()).y;
    return foot - top < SMALL ? [Math.round(foot - centre.y) + 9, Math.round(top - centre.y) - 9] : [0];
  }

  /* Where a label may stand, the best first; where its name has no room, the number before the name says enough, at last
   * upon the feature itself. */
  spots(label, centre, width) {
    const number = /^\d+(?=\.? )/.exec(label.text);
    const drops = this.drops(label, centre);
    return [label.text, ...(number || [])].flatMap((text) => {
      const half = this.ruler.measureText(text).width / 2 + 4;
      // A name at the edge is moved in, so that all of it can be read.
      const middle = Math.max(half, Math.min(centre.x, width - half));
      return (text === label.text ? drops : [...drops, 0]).map((drop) => ({
        text: text, drop: drop, middle: middle, box: [middle - half, centre.y - 9 + drop, middle + half, centre.y + 9 + drop],
      }));
    });
  }

  write(state, groups) {
    this.markers.clearLayers();
    this.ruler.font = "600 12px system-ui, sans-serif";
    const taken = this.furniture(), size = this.map.getSize();
    let written = 0;
    const free = (box) => box[1] >= 0 && box[3] <= size.y &&
      !taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
    for (const label of this.candidates(state, groups)) {
      const centre = this.map.latLngToContainerPoint(label.at);
      const found = this.spots(label, centre, size.x).find((spot) => free(spot.box));
      if (!found) continue;
      taken.push(found.box);
      written += 1;
      const icon = L.divIcon({
        className: "pilotmap-label", html: element("span", "", found.text), iconSize: [0, 0],
        iconAnchor: [centre.x - found.middle, -found.drop],
      });
      this.markers.addLayer(L.marker(label.at, {
        icon: icon, interactive: false, keyboard: false, pane: "pilotmap-labels",
      }));
      if (written >= MOST_LABELS) break;
    }
  }
}
