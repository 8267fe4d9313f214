/* Geometry: files fetched by content address, and the Leaflet paths made of them. */

const KEPT_GEOMETRIES = 24; // files no longer shown that stay in memory
const FETCH_LIMIT = 30000; // ms
const LEVELS_LIMIT = 180000; // ms: on their first day the finer levels of a large source are made while we wait

class GeometryError extends Error {}

/* Files by address: fetched once, kept while shown and a little longer; what came with the page is never fetched. */
class Geometries {
  constructor(root, inlined) {
    this.root = root;
    this.inlined = inlined || {};
    this.ready = new Map();
    this.pending = new Map();
    this.levels = new Map(); // address of a coarsest file -> promise of its finer levels
    this.inUse = new Map(); // layer id -> addresses of finer files on the map
  }

  get(url) {
    return getOwn(this.inlined, url) || this.ready.get(url);
  }

  load(url) {
    if (this.ready.has(url)) return Promise.resolve(this.ready.get(url));
    if (!this.pending.has(url)) {
      const promise = this.fetch(url).finally(() => this.pending.delete(url));
      this.pending.set(url, promise);
    }
    return this.pending.get(url);
  }

  async fetch(url) {
    const collection = await this.read(url);
    if (!collection || !Array.isArray(collection.features)) throw new GeometryError("no features");
    this.ready.set(url, collection.features);
    return collection.features;
  }

  /* The files of the finest level that a zoom deserves, as far as they touch the view. */
  async loadFiner(layerId, url, zoom, view) {
    if (!this.levels.has(url)) {
      const request = this.read(url.replace(/\.json$/, "/levels.json"), LEVELS_LIMIT);
      this.levels.set(url, request);
      request.catch(() => this.levels.delete(url));
    }
    const level = (await this.levels.get(url)).levels.filter((one) => one.zoom <= zoom).pop();
    if (!level) return { zoom: 0, features: [] };
    const parts = level.parts.filter((part) => view.intersects(part.bounds)).map((part) => part.url);
    this.inUse.set(layerId, parts);
    const files = await Promise.all(parts.map((part) => this.load(part)));
    return { zoom: level.zoom, features: files.flat() };
  }

  async read(url, limit) {
    const address = new URL(url, this.root);
    if (address.origin !== this.root.origin || address.protocol !== this.root.protocol) {
      throw new GeometryError("not an address of this site");
    }
    stats.fetches += 1;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), limit || FETCH_LIMIT);
    try {
      const response = await fetch(address, { signal: stop.signal, credentials: "same-origin" });
      if (!response.ok) throw new GeometryError("HTTP " + response.status);
      return await response.json();
    } finally {
      clearTimeout(timer);
    }
  }

  /* Forget the files that are neither shown nor recent. Returns the forgotten addresses. */
  trim(drawn) {
    const shown = new Set([...drawn, ...[...this.inUse.values()].flat()]);
    for (const url of shown) {
      if (!this.ready.has(url)) continue;
      const features = this.ready.get(url);
      this.ready.delete(url);
      this.ready.set(url, features); // the end of a Map is its most recent entry
    }
    const spare = [...this.ready.keys()].filter((url) => !shown.has(url));
    const forgotten = spare.slice(0, Math.max(0, spare.length - KEPT_GEOMETRIES));
    forgotten.forEach((url) => this.ready.delete(url));
    return forgotten;
  }
}

const DEPTH = { Point: 0, MultiLineString: 1, LineString: 0, Polygon: 1, MultiPolygon: 2 };

function getPlaces(geometry) {
  return L.GeoJSON.coordsToLatLngs(geometry.coordinates, DEPTH[geometry.type]);
}

/* The Leaflet path of one feature, or null for a feature without geometry. */
function makePath(feature, options) {
  const geometry = feature.geometry;
  if (!geometry) return null;
  if (geometry.type === "Point") {
    return L.circleMarker(L.GeoJSON.coordsToLatLng(geometry.coordinates), options);
  }
  if (geometry.type === "MultiPoint") {
    return L.circleMarker(L.GeoJSON.coordsToLatLng(geometry.coordinates[0]), options);
  }
  if (!(geometry.type in DEPTH)) return null;
  const places = getPlaces(geometry);
  return geometry.type.endsWith("Polygon") ? L.polygon(places, options) : L.polyline(places, options);
}

/* Whether a layer is one for this zoom. */
function isAtZoom(layer, zoom) {
  return !(zoom < layer.min_zoom || zoom >= layer.max_zoom); // without a bound the comparison with undefined is false
}

/* One layer of the state on the map: a path for every feature that has been drawn at least once. */
class Group {
  constructor(url, features) {
    this.url = url;
    this.features = features;
    this.paths = new Map();
    this.shown = new Set();
    this.fine = new Set(); // ids drawn finer than the file has them
    this.z = 0;
  }

  /* Draw these features finer, and all others as they came; true if anything on the map changed. A path stays the
   * same object, so what hovers or is marked stays so. */
  refine(level, features, view) {
    if (!this.fine.size && !features.length) return false;
    const wanted = new Map();
    for (const feature of features) {
      const path = this.shown.has(feature.id) && feature.geometry ? this.paths.get(feature.id) : null;
      if (path && path.getBounds && view.intersects(path.getBounds())) wanted.set(feature.id, feature.geometry);
    }
    let changed = false;
    for (const id of new Set([...this.fine, ...wanted.keys()])) {
      const path = this.paths.get(id), geometry = wanted.get(id);
      const next = geometry ? level : 0;
      if (path.pilotLevel === next) continue;
      path.pilotLevel = next;
      path.setLatLngs(getPlaces(geometry || path.pilotFeature.geometry));
      if (geometry) this.fine.add(id);
      else this.fine.delete(id);
      changed = true;
    }
    return changed;
  }

  findClass(layer, feature, place) {
    if (layer.order) return layer.order[place];
    if (layer.hiddenIds.has(feature.id)) return undefined;
    const group = feature.properties ? feature.properties.group : undefined;
    if (layer.groups && group !== undefined && !layer.groups.has(group)) return undefined;
    return [getOwn(layer.feature_class, feature.id), getOwn(layer.group_class, group), layer.all_class]
      .find((index) => typeof index === "number");
  }

  /* Bring the group to `layer`; true if a path was added. */
  apply(map, renderer, layer, handlers) {
    let added = false;
    if (!isAtZoom(layer, map.getZoom())) {
      this.hideAll(map);
      return false;
    }
    const looks = layer.classes.map((style) => ({ options: makePathOptions(style), key: JSON.stringify(style) }));
    for (let place = 0; place < this.features.length; place += 1) {
      const feature = this.features[place];
      const index = this.findClass(layer, feature, place);
      const look = index === undefined ? null : looks[index];
      if (look) added = this.show(map, renderer, layer, feature, look, handlers) || added;
      else this.hide(map, feature.id);
    }
    return added;
  }

  show(map, renderer, layer, feature, look, handlers) {
    let path = this.paths.get(feature.id);
    if (!path) {
      const base = { renderer: renderer, pane: renderer.options.pane, smoothFactor: 0.8, bubblingMouseEvents: true };
      path = makePath(feature, Object.assign(base, look.options));
      if (!path) return false;
      path.pilotFeature = feature;
      path.pilotLayer = layer.id;
      path.pilotLook = look.key;
      path.on(handlers);
      this.paths.set(feature.id, path);
    }
    path.options.interactive = layer.interactive;
    if (path.pilotLook !== look.key) {
      path.setStyle(look.options);
      path.pilotLook = look.key;
    }
    if (this.shown.has(feature.id)) return false;
    this.shown.add(feature.id);
    path.addTo(map);
    return true;
  }

  hide(map, id) {
    if (!this.shown.delete(id)) return;
    map.removeLayer(this.paths.get(id));
  }

  hideAll(map) {
    for (const id of [...this.shown]) this.hide(map, id);
  }

  toFront() {
    for (const feature of this.features) {
      if (this.shown.has(feature.id)) this.paths.get(feature.id).bringToFront();
    }
  }
}
