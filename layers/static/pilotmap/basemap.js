/* The tiles below the map, and the datum of AMap's. */

const TILE_FAILURES = 4;

/* The datum of AMap's tiles. The transform was never published officially; this is the widely used reconstruction of
 * it (the open projects eviltransform by googollee and coordtransform by wandergis document it): periodic offsets of
 * a few hundred metres, scaled on Krasovsky's ellipsoid of 1940. Outside the box it leaves places where they are. */
const GCJ = { axis: 6378245.0, e2: 0.00669342162296594323, west: 72.004, east: 137.8347, south: 0.8293, north: 55.8271 };

function sumWaves(angle, terms) {
  return terms.reduce((sum, term) => sum + term[0] * Math.sin(term[1] * angle * Math.PI), 0) * 2 / 3;
}

function toGcj(place) {
  if (place.lng < GCJ.west || place.lng > GCJ.east || place.lat < GCJ.south || place.lat > GCJ.north) return place;
  const x = place.lng - 105, y = place.lat - 35, root = Math.sqrt(Math.abs(x));
  const both = sumWaves(x, [[20, 6], [20, 2]]);
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + both +
    sumWaves(y, [[20, 1], [40, 1 / 3], [160, 1 / 12], [320, 1 / 30]]);
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + both +
    sumWaves(x, [[20, 1], [40, 1 / 3], [150, 1 / 12], [300, 1 / 30]]);
  const latitude = place.lat * Math.PI / 180;
  const inner = 1 - GCJ.e2 * Math.sin(latitude) ** 2;
  const perNorth = GCJ.axis * (1 - GCJ.e2) / (inner * Math.sqrt(inner)) * Math.PI / 180;
  const perEast = GCJ.axis / Math.sqrt(inner) * Math.cos(latitude) * Math.PI / 180;
  return new L.LatLng(place.lat + north / perNorth, place.lng + east / perEast, place.alt);
}

/* Turned back by iteration: the offset changes so slowly that each step gains two digits. */
function fromGcj(place) {
  let found = place;
  for (let step = 0; step < 12; step += 1) {
    const there = toGcj(found);
    const lat = place.lat - there.lat, lng = place.lng - there.lng;
    found = new L.LatLng(found.lat + lat, found.lng + lng, place.alt);
    if (Math.abs(lat) + Math.abs(lng) < 1e-10) break;
  }
  return found;
}

/* The map's projection while such tiles are shown: all that is drawn moves onto them, and a click is taken back. */
function makeGcjProjection() {
  const plain = L.CRS.EPSG3857;
  return L.Util.extend({}, plain, {
    projection: L.Util.extend({}, plain.projection, {
      project: (place) => plain.projection.project(toGcj(L.latLng(place))),
      unproject: (point) => fromGcj(plain.projection.unproject(point)),
    }),
  });
}

/* One basemap at most, with what it says about itself in the banners; `reproject` is called when it brings another datum. */
class Basemap {
  constructor(map, banners, reproject) {
    this.map = map;
    this.banners = banners;
    this.reproject = reproject;
    this.gcj = makeGcjProjection();
  }

  /* The projection of the map at a zoom. */
  chooseCrs(zoom) {
    if (this.datum === "gcj02") return this.gcj;
    return this.tiles || zoom >= EQUAL_AREA_BELOW ? L.CRS.EPSG3857 : ALBERS_CRS;
  }

  /* Show the basemap that the state names, or none. */
  show(basemap, lang) {
    this.lang = lang;
    const key = JSON.stringify(basemap);
    if (key === this.key) {
      if (this.tilesFailed) this.banners.set("tiles", TEXT[lang].tiles);
      return;
    }
    this.key = key;
    this.tilesFailed = false;
    this.banners.set("tiles", null);
    if (this.tiles) this.tiles.remove();
    this.tiles = null;
    this.banners.set("datum", null);
    this.datum = basemap ? basemap.datum : "wgs84";
    if (!basemap || !/^https?:\/\//.test(basemap.url)) {
      this.reproject();
      return;
    }
    this.banners.set("datum", basemap.note);
    let failures = 0;
    const options = {
      maxNativeZoom: basemap.max_zoom, maxZoom: this.map.getMaxZoom(), subdomains: basemap.subdomains || "abc",
    };
    const urls = [basemap.url, basemap.labels_url].filter(Boolean);
    this.tiles = L.layerGroup(urls.map((url, place) => {
      const tiles = L.tileLayer(url, Object.assign({ zIndex: place + 1 }, options));
      tiles.on("tileerror", () => {
        failures += 1;
        if (failures < TILE_FAILURES || this.tilesFailed) return;
        this.tilesFailed = true;
        this.banners.set("tiles", TEXT[this.lang].tiles);
      });
      tiles.on("tileload", () => {
        failures = 0;
        this.tilesFailed = false;
        this.banners.set("tiles", null);
      });
      return tiles;
    }));
    this.reproject();
    this.tiles.addTo(this.map);
  }
}
