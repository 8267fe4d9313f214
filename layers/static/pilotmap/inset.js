/* The South China Sea in a corner of a map of the whole country, as printed maps have it. */

const INSET = { west: 105.5, south: 2.5, east: 122.8, north: 24.6, width: 92 }; // degrees, px
const INSET_BELOW = 6; // zoom: closer in, the map is of a part of the country

class Inset {
  constructor(map) {
    this.map = map;
    this.box = makeElement("figure", "pilotmap-inset");
    this.canvas = makeElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.box.append(this.canvas);
    this.box.hidden = true;
    map.getContainer().appendChild(this.box);
  }

  /* Whether the map shows the country and not all of that sea. */
  isWanted() {
    const size = this.map.getSize();
    const shown = (place) => {
      const at = this.map.latLngToContainerPoint(place);
      return at.x >= 0 && at.y >= 0 && at.x <= size.x && at.y <= size.y;
    };
    const isWhole = [INSET.west, INSET.east].every((lng) => shown([INSET.south, lng]));
    return this.map.getZoom() < INSET_BELOW && !isWhole && shown([35, 105]);
  }

  show(state, groups) {
    const layers = state.layers.filter((layer) => ["land", "provinces", "country", "lines"].includes(layer.id));
    this.box.hidden = !layers.length || !this.isWanted();
    if (this.box.hidden) return;
    this.canvas.setAttribute("aria-label", TEXT[state.lang].inset);
    const key = JSON.stringify([layers, [...groups.keys()], state.theme]);
    if (key !== this.key) this.draw(layers, groups);
    this.key = key;
  }

  draw(layers, groups) {
    const corners = [[INSET.north, INSET.west], [INSET.north, INSET.east], [INSET.south, INSET.west], [INSET.south, INSET.east]];
    const box = L.bounds(corners.map(([lat, lng]) => albers.project({ lat: lat, lng: lng })));
    const scale = INSET.width / box.getSize().x, height = Math.round(box.getSize().y * scale);
    const density = Math.max(1, window.devicePixelRatio || 1);
    Object.assign(this.canvas, { width: INSET.width * density, height: height * density });
    Object.assign(this.canvas.style, { width: INSET.width + "px", height: height + "px" });
    const pen = this.canvas.getContext("2d");
    pen.scale(density, density);
    for (const layer of layers) {
      const group = groups.get(layer.id);
      for (const id of group ? group.shown : []) {
        const path = group.paths.get(id);
        pen.beginPath();
        for (const line of listLines(path.getLatLngs())) {
          // As the map has projected them; in its units, y grows to the south.
          const points = toUnitPoints(line, ALBERS_CRS);
          for (let at = 0; at < points.length; at += 2) {
            const x = (points[at] - box.min.x) * scale, y = (points[at + 1] + box.max.y) * scale;
            if (at) pen.lineTo(x, y);
            else pen.moveTo(x, y);
          }
          if (path instanceof L.Polygon) pen.closePath();
        }
        paint(pen, path.options, 0.7);
      }
    }
  }
}

/* The lines or rings in what Leaflet nests by kind of geometry. */
function listLines(nested) {
  return Array.isArray(nested[0]) ? nested.flatMap(listLines) : [nested];
}
