/* Projections of the map: the country as a whole in an equal-area one, a part of it in that of online basemaps, north up. */

const EQUAL_AREA_BELOW = 6; // zoom: closer in the map is of a part of the country, which Albers would turn
const COUNTRY_REACH = [[-5.2e6, -4.6e6], [5.2e6, 3.4e6]]; // m from the middle of Albers' map: how far it can be moved
// The outermost places of the mainland, Hainan and Taiwan [degree].
const COUNTRY_ENDS = [[39.4, 73.5], [53.56, 123.3], [48.4, 135.1], [21.9, 120.9], [18.16, 109.5], [21.1, 101.7], [27.3, 88.9]];
const EDGE_STEPS = 8; // places on each side of a box, whose sides are curves in Albers

/* Albers' conic on a sphere, with the parallels and the meridian that maps of China have (as geo/geometry/crs.py). */
const albers = (() => {
  const radians = Math.PI / 180, R = L.CRS.Earth.R;
  const [south, north, middle, meridian] = [25, 47, 36, 105].map((degrees) => degrees * radians);
  const n = (Math.sin(south) + Math.sin(north)) / 2, c = Math.cos(south) ** 2 + 2 * n * Math.sin(south);
  const radius = (latitude) => (R / n) * Math.sqrt(c - 2 * n * Math.sin(latitude));
  const origin = radius(middle);
  return {
    project: (place) => {
      const rho = radius(place.lat * radians), theta = n * (place.lng * radians - meridian);
      return new L.Point(rho * Math.sin(theta), origin - rho * Math.cos(theta));
    },
    unproject: (point) => {
      const rho = Math.hypot(point.x, origin - point.y), theta = Math.atan2(point.x, origin - point.y);
      const sine = (c - ((rho * n) / R) ** 2) / (2 * n);
      return new L.LatLng(Math.asin(Math.max(-1, Math.min(1, sine))) / radians, (theta / n + meridian) / radians);
    },
    bounds: null,
  };
})();

/* A metre is as long on the screen as in Mercator at 35° N, so that a zoom means the same in both. */
const ALBERS_CRS = L.Util.extend({}, L.CRS, {
  code: "Albers",
  projection: albers,
  transformation: new L.Transformation(1, 0, -1, 0),
  infinite: true,
  R: L.CRS.Earth.R,
  distance: L.CRS.Earth.distance,
  scale: (zoom) => L.CRS.EPSG3857.scale(zoom) / (2 * Math.PI * L.CRS.Earth.R * Math.cos((35 * Math.PI) / 180)),
  zoom: (scale) => L.CRS.EPSG3857.zoom(scale * 2 * Math.PI * L.CRS.Earth.R * Math.cos((35 * Math.PI) / 180)),
});

/* Places around a box; around the country, if it is one of the country. */
function listPlacesAround(bounds) {
  if (bounds.getEast() - bounds.getWest() > COUNTRY) return COUNTRY_ENDS.map((place) => L.latLng(place));
  const places = [];
  for (let step = 0; step < EDGE_STEPS; step += 1) {
    const part = step / EDGE_STEPS, rest = 1 - part;
    const lat = bounds.getSouth() * rest + bounds.getNorth() * part, lng = bounds.getWest() * rest + bounds.getEast() * part;
    places.push([lat, bounds.getWest()], [bounds.getNorth(), lng], [bounds.getSouth() * part + bounds.getNorth() * rest, bounds.getEast()],
      [bounds.getSouth(), bounds.getWest() * part + bounds.getEast() * rest]);
  }
  return places.map((place) => L.latLng(place));
}

/* The box in degrees that holds all that the map shows: the sides of its window are no parallels and meridians in Albers. */
function computeBoundsInView(map) {
  const size = map.getSize(), places = [];
  for (let step = 0; step <= EDGE_STEPS; step += 1) {
    const x = (size.x * step) / EDGE_STEPS, y = (size.y * step) / EDGE_STEPS;
    for (const point of [[x, 0], [x, size.y], [0, y], [size.x, y]]) places.push(map.containerPointToLatLng(point));
  }
  return L.latLngBounds(places);
}
