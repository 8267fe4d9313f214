/* Names on the map: as many as fit without touching each other, what stands around, or a zone that is not theirs. */

const MOST_LABELS = 400;
const COARSE = 3; // px: a pixel of the picture that says which zone lies where
const MOST_VERTICES = 300; // of a ring in that picture
const GAPS = [5, 20, 40, 64]; // px: between a feature and its name; with a leader line from the second on
const AROUND_MIDDLE = [[0, -32], [0, 32], [-64, 0], [64, 0]]; // px: where the name of a division stands when a zone lies in its middle
const CITY_GAPS = [1]; // px: nearer, and never with a leader line
const PAGE_FURNITURE = ".st-key-tools > *, .st-key-year";
const LABEL_FONTS = { zone: "600 12px sans-serif", member: "500 11px sans-serif", context: "400 11px sans-serif",
  city: "400 11px sans-serif" };

/* Which zone lies under each pixel, drawn small; 0 is none. */
class ZonePicture {
  constructor(map) {
    this.map = map;
    this.canvas = makeElement("canvas");
    this.pen = this.canvas.getContext("2d", { willReadFrequently: true });
  }

  draw(groups) {
    const size = this.map.getSize();
    this.width = this.canvas.width = Math.max(1, Math.ceil(size.x / COARSE));
    this.height = this.canvas.height = Math.max(1, Math.ceil(size.y / COARSE));
    this.ids = new Map();
    const view = this.map.getBounds();
    for (const name of ["members", "dots"]) {
      const group = groups.get(name);
      for (const id of group ? group.shown : []) {
        const path = group.paths.get(id);
        const inside = path.getBounds ? view.intersects(path.getBounds()) : view.contains(path.getLatLng());
        if (inside) this.fill(path, (path.pilotFeature.properties || {}).group);
      }
    }
    this.pixels = this.pen.getImageData(0, 0, this.width, this.height).data;
  }

  /* A colour far from those of all other zones, for borders between two are mixed. */
  colour(zone) {
    if (!this.ids.has(zone)) this.ids.set(zone, this.ids.size + 1);
    const id = this.ids.get(zone);
    return "rgb(" + [(id % 8) * 32 + 16, (Math.floor(id / 8) % 8) * 32 + 16, (Math.floor(id / 64) % 8) * 32 + 16].join(",") + ")";
  }

  fill(path, zone) {
    const pen = this.pen;
    pen.fillStyle = this.colour(zone);
    pen.beginPath();
    if (path.getLatLng) {
      const at = this.map.latLngToContainerPoint(path.getLatLng());
      pen.arc(at.x / COARSE, at.y / COARSE, path.options.radius / COARSE + 1, 0, 2 * Math.PI);
    } else {
      for (const ring of listLines(path.getLatLngs())) this.trace(ring);
    }
    pen.fill("evenodd");
  }

  trace(ring) {
    const step = Math.ceil(ring.length / MOST_VERTICES);
    for (let place = 0; place < ring.length; place += step) {
      const at = this.map.latLngToContainerPoint(ring[place]);
      if (place) this.pen.lineTo(at.x / COARSE, at.y / COARSE);
      else this.pen.moveTo(at.x / COARSE, at.y / COARSE);
    }
    this.pen.closePath();
  }

  /* Whether a box [px] lies on a zone other than `zone`. */
  touchesOther(box, zone) {
    const id = this.ids.get(zone) || 0;
    const [left, top, right, bottom] = box.map((edge) => Math.round(edge / COARSE));
    for (let y = Math.max(0, top); y <= Math.min(this.height - 1, bottom); y += 1) {
      for (let x = Math.max(0, left); x <= Math.min(this.width - 1, right); x += 1) {
        const at = 4 * (y * this.width + x);
        if (this.pixels[at + 3] < 48) continue;
        const [red, green, blue] = [this.pixels[at] >> 5, this.pixels[at + 1] >> 5, this.pixels[at + 2] >> 5];
        if (red + 8 * green + 64 * blue !== id) return true;
      }
    }
    return false;
  }
}

class LabelWriter {
  constructor(map) {
    this.map = map;
    this.leaders = L.layerGroup().addTo(map);
    this.markers = L.layerGroup().addTo(map);
    this.ruler = makeElement("canvas").getContext("2d");
    this.widths = new Map(); // font and text -> width [px]: to measure all names anew takes half of an update
    this.picture = new ZonePicture(map);
  }

  /* What has a name at this zoom, the most important first: what is chosen, then the layers whose names come first. */
  listCandidates(state, groups) {
    const zoom = this.map.getZoom(), view = this.map.getBounds();
    const chosen = new Set(state.selected ? state.selected.ids : []);
    const layers = state.layers.filter((layer) => typeof layer.label_zoom === "number" && zoom >= layer.label_zoom);
    layers.sort((one, other) => one.label_zoom - other.label_zoom || other.z - one.z);
    const found = [];
    for (const layer of layers) {
      const group = groups.get(layer.id);
      const kind = layer.id === "cities" ? "city" : layer.z < CONTEXT ? "context" : layer.id === "members" || layer.id === "hosts" ? "member" : "zone";
      for (const id of group ? group.shown : []) {
        const path = group.paths.get(id), properties = path.pilotFeature.properties || {};
        const renamed = getOwn(layer.names, id);
        const text = renamed === undefined ? chooseText(properties.label, state.lang) : renamed;
        if (!text || (layer.unnamed && layer.unnamed.includes(properties.group))) continue;
        const at = path.getLatLng ? path.getLatLng() : properties.at ? L.latLng(properties.at[1], properties.at[0])
          : path.getBounds().getCenter();
        const first = kind === "zone" && chosen.has(id);
        if (view.contains(at)) found.push({ text: String(text), at: at, path: path, kind: kind, zone: properties.group, first: first });
        if (found.length > 4 * MOST_LABELS) break;
      }
    }
    // A municipality bears its name once: at its city, where that is in view.
    const cities = new Set(found.filter((label) => label.kind === "city").map((label) => label.text));
    return found.filter((label) => label.kind !== "context" || !cities.has(label.text))
      .sort((one, other) => other.first - one.first);
  }

  /* Boxes of what stands around the map [px]. */
  listFurniture() {
    const frame = this.map.getContainer();
    const from = frame.getBoundingClientRect();
    const inside = [...frame.querySelectorAll(FURNITURE)].map((part) => [part.getBoundingClientRect(), from]);
    // What the page around has put over the frame.
    const around = getFrameElement();
    const over = around ? [...around.ownerDocument.querySelectorAll(PAGE_FURNITURE)] : [];
    const outside = over.map((part) => [part.getBoundingClientRect(), around.getBoundingClientRect()]);
    return [...inside, ...outside].filter(([box]) => box.width)
      .map(([box, origin]) => [box.left - origin.left, box.top - origin.top, box.right - origin.left, box.bottom - origin.top]);
  }

  /* The box of the feature itself [px]. */
  measureExtent(label) {
    if (label.path.getLatLng) {
      const at = this.map.latLngToContainerPoint(label.at), r = label.path.options.radius;
      return [at.x - r, at.y - r, at.x + r, at.y + r];
    }
    const bounds = label.path.getBounds();
    const [a, b] = [bounds.getNorthWest(), bounds.getSouthEast()].map((corner) => this.map.latLngToContainerPoint(corner));
    return [a.x, a.y, b.x, b.y];
  }

  /* The width of a text in the font of its kind [px]. */
  measureWidth(text, kind) {
    const key = kind + text;
    if (!this.widths.has(key)) {
      this.ruler.font = LABEL_FONTS[kind];
      this.widths.set(key, this.ruler.measureText(text).width);
    }
    return this.widths.get(key);
  }

  /* Where a text may stand, the best first: on its feature where there is room, in eight directions beside it, then
   * farther off with a leader line; where the name has no room, the number before the name says enough. */
  listSpots(label, size) {
    const centre = this.map.latLngToContainerPoint(label.at);
    const number = /^\d+(?=\.? )/.exec(label.text);
    const around = this.measureExtent(label);
    const spots = [];
    for (const text of label.kind === "zone" && number ? [label.text, number[0]] : [label.text]) {
      const half = this.measureWidth(text, label.kind) / 2 + 3, high = 8;
      const fits = around[2] - around[0] > 2 * half && around[3] - around[1] > 2 * high + 4;
      const put = (x, y, far) => spots.push({ text: text, x: x, y: y, far: far, box: [x - half, y - high, x + half, y + high] });
      const isBeside = label.kind === "zone" || label.kind === "city";
      if (!isBeside || (label.kind === "zone" && fits)) put(centre.x, centre.y, false);
      if (label.kind === "context") for (const [x, y] of AROUND_MIDDLE) put(centre.x + x, centre.y + y, false);
      if (!isBeside) continue;
      // A feature that reaches beyond the frame is named where it can be seen.
      const seen = [Math.max(around[0], 0), Math.max(around[1], 0), Math.min(around[2], size.x), Math.min(around[3], size.y)];
      for (const [rank, gap] of (label.kind === "city" ? CITY_GAPS : GAPS).entries()) {
        const left = seen[0] - gap - half, right = seen[2] + gap + half, top = seen[1] - gap - high, foot = seen[3] + gap + high;
        for (const [x, y] of [[right, centre.y], [left, centre.y], [centre.x, foot], [centre.x, top],
          [right, top], [right, foot], [left, top], [left, foot]]) put(x, y, rank > 0);
      }
      if (text !== label.text) put(centre.x, centre.y, false);
    }
    return spots;
  }

  write(state, groups) {
    this.markers.clearLayers();
    this.leaders.clearLayers();
    this.picture.draw(groups);
    const taken = this.listFurniture(), size = this.map.getSize();
    if (state.covered && size.x >= WIDE) taken.push([size.x - CARD_WIDTH, 0, size.x, size.y]);
    if (state.covered && size.x < WIDE) taken.push([0, size.y / 2, size.x, size.y]);
    const candidates = this.listCandidates(state, groups);
    const rings = candidates.filter((label) => label.kind === "city").map((label) => this.measureExtent(label));
    const covers = (box, others) =>
      others.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
    const free = (box, zone, kind) => box[0] >= 2 && box[1] >= 0 && box[2] <= size.x - 2 && box[3] <= size.y &&
      !covers(box, taken) && !(kind === "city" && covers(box, rings)) &&
      !this.picture.touchesOther(box, zone);
    let written = 0;
    for (const label of candidates) {
      const spot = this.listSpots(label, size).find((one) => free(one.box, label.zone, label.kind));
      if (!spot) continue;
      taken.push(spot.box);
      this.put(label, spot);
      written += 1;
      if (written >= MOST_LABELS) break;
    }
  }

  put(label, spot) {
    const there = this.map.containerPointToLatLng([spot.x, spot.y]);
    const icon = L.divIcon({
      className: "pilotmap-label pilotmap-label-" + label.kind, html: makeElement("span", "", spot.text), iconSize: [0, 0],
      iconAnchor: [0, 0],
    });
    const marker = L.marker(there, { icon: icon, interactive: false, keyboard: false, pane: "pilotmap-labels" });
    marker.pilotZone = label.zone;
    this.markers.addLayer(marker);
    if (!spot.far) return;
    const from = this.map.latLngToContainerPoint(label.at);
    const to = [Math.min(Math.max(from.x, spot.box[0]), spot.box[2]), Math.min(Math.max(from.y, spot.box[1]), spot.box[3])];
    this.leaders.addLayer(L.polyline([label.at, this.map.containerPointToLatLng(to)], {
      className: "pilotmap-leader", color: "#6b7280", weight: 1, opacity: 0.9, interactive: false, pane: "pilotmap-marks",
      renderer: this.leaderRenderer || (this.leaderRenderer = L.canvas({ pane: "pilotmap-marks", padding: 0.1 })),
    }));
  }
}
