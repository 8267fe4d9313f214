/* What the map uses of Leaflet beyond its documented interface, all of it in this file; a test names the part that is gone. */

function makeRenderer(options) {
  const Painter = L.Canvas.extend({
    _fillStroke: function (context, layer) {
      paint(context, layer.options, computeLineScale(this._map, layer.options.weight));
    },
    /* Leaflet drops pointer moves that follow too fast, also the last one: a card could stay on a feature the pointer
     * has left. We look once more when the rush is over. */
    _onMouseMove: function (event) {
      this.latestMove = event;
      if (this.moveTimer) return;
      L.Canvas.prototype._onMouseMove.call(this, event);
      this.moveTimer = setTimeout(() => {
        this.moveTimer = null;
        if (this.latestMove && this.latestMove !== event && this._map) this._onMouseMove(this.latestMove);
      }, 40);
    },
    _handleMouseOut: function (event) {
      this.latestMove = null; // gone from the map: nothing to catch up with
      L.Canvas.prototype._handleMouseOut.call(this, event);
    },
    _updateCircle: function (layer) {
      if (!this._drawing || layer._empty()) return;
      tracePoint(this._ctx, layer.options.shape, layer._point.x, layer._point.y, Math.max(layer._radius, 1));
      paint(this._ctx, layer.options);
    },
  });
  return new Painter(options);
}

/* Leaflet reads its option once, in the constructor, before we are asked. */
function stopZoomAnimation(map) {
  map._zoomAnimated = false;
}

/* For one move of the map Leaflet works out every vertex of every path up to four times. Here a vertex is projected once for
 * each projection, a zoom only scales it, of vertices on one pixel one is left, and what is as it was is not done again. */
const unitPoints = new Map(); // projection -> places of a ring -> their points at scale 1, x and y in turn

function toUnitPoints(places, crs) {
  if (!unitPoints.has(crs)) unitPoints.set(crs, new WeakMap());
  const known = unitPoints.get(crs);
  if (known.has(places)) return known.get(places);
  const points = new Float64Array(2 * places.length), scale = crs.scale(0);
  places.forEach((place, number) => {
    const point = crs.latLngToPoint(place, 0);
    points[2 * number] = point.x / scale;
    points[2 * number + 1] = point.y / scale;
  });
  known.set(places, points);
  return points;
}

L.Polyline.include({
  _project: function () {
    const { _map: map, _latlngs: places } = this, crs = map.options.crs, zoom = map.getZoom(), origin = map.getPixelOrigin();
    const last = this.projectedAt;
    if (last && last.places === places && last.crs === crs && last.zoom === zoom && last.origin.equals(origin)) return;
    this.projectedAt = { places: places, crs: crs, zoom: zoom, origin: origin };
    const box = L.bounds([]);
    this._rings = [];
    this._projectLatlngs(places, this._rings, box);
    if (!box.isValid()) return;
    this._rawPxBounds = box;
    this._updateBounds();
  },

  _projectLatlngs: function (places, rings, box) {
    if (!(places[0] instanceof L.LatLng)) {
      places.forEach((part) => this._projectLatlngs(part, rings, box));
      return;
    }
    const crs = this._map.options.crs, scale = crs.scale(this._map.getZoom()), origin = this._map.getPixelOrigin();
    const points = toUnitPoints(places, crs), ring = [];
    let left = Infinity, top = Infinity, right = -Infinity, foot = -Infinity, before = null;
    for (let at = 0; at < points.length; at += 2) {
      const x = Math.round(points[at] * scale) - origin.x, y = Math.round(points[at + 1] * scale) - origin.y;
      // The last one stays: a ring on one pixel is a dot of two points.
      if (before && before.x === x && before.y === y && at + 2 < points.length) continue;
      ring.push((before = new L.Point(x, y)));
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      foot = Math.max(foot, y);
    }
    rings.push(ring);
    box.extend([left, top]).extend([right, foot]);
  },

  _update: function () {
    if (!this._map) return;
    const drawn = this._renderer._bounds, last = this.clippedTo;
    if (!last || last.rings !== this._rings || !last.bounds.equals(drawn)) {
      this.clippedTo = { rings: this._rings, bounds: drawn };
      this._clipPoints();
      this._simplifyPoints();
    }
    this._updatePath();
  },
});

for (const kind of [L.Polyline, L.Polygon]) {
  const clip = kind.prototype._clipPoints;
  kind.include({
    _clipPoints: function () {
      if (this._pxBounds && this._renderer._bounds.contains(this._pxBounds)) this._parts = this._rings.slice();
      else clip.call(this);
    },
  });
}
