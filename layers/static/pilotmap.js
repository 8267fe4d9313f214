/* The living map of pilotzones.
 *
 * It is mounted once and never again. Whatever changes (filter, language, theme, selection) arrives as one call,
 * pilotmap.update(<base64 of JSON>): a state, or what differs from an earlier one. Only what differs is drawn anew. Geometry is fetched by
 * content address, once. No text is ever parsed as HTML: every word is written with textContent or on a canvas.
 *
 * Needs Leaflet 1.9; nothing else.
 */
(function () {
  "use strict";

  const TEXT = {
    zh: {
      map: "地图", zoomIn: "放大", zoomOut: "缩小", reset: "显示全部范围", legend: "图例",
      loading: "正在加载边界…", retry: "重试",
      failed: "以下图层的边界未能加载：",
      broken: "地图无法显示此状态：",
      tiles: "底图无法访问；边界仍可显示。",
      link: "复制此处的链接", linked: "链接已复制。打开它即见此处，缩放级别相同。",
    },
    en: {
      map: "Map", zoomIn: "Zoom in", zoomOut: "Zoom out", reset: "Zoom to all", legend: "Legend",
      loading: "Loading boundaries…", retry: "Try again",
      failed: "Boundaries could not be loaded for: ",
      broken: "The map cannot show this state: ",
      tiles: "Basemap unreachable; boundaries still shown.",
      link: "Copy a link to this view", linked: "Link copied: it opens this place at this zoom.",
    },
  };
  const MARK = {
    light: { casing: "#ffffff", line: "#111111" },
    dark: { casing: "#000000", line: "#ffffff" },
  };
  const NARROW = 480; // px: below this the legend starts folded
  const CORNERS = ["bottom-right", "top-left", "bottom-left", "top-right"]; // for the legend, the first of equals
  const EDGE = { side: 10, buttons: 54, top: 10, bottom: 30 }; // px: what stands between the legend and each side
  const CONTEXT = 3; // layers below this z are the ground, which a legend may lie on
  const KEPT_GEOMETRIES = 24; // files no longer shown that stay in memory
  const KEPT_BASES = 4; // earlier states that later ones may differ from
  const FETCH_LIMIT = 30000; // ms
  const LOADING_AFTER = 250; // ms: shorter waits show no banner
  const TILE_FAILURES = 4;
  const TOLD = 5000; // ms: how long a notice stays
  const HAIRLINE = 1.5; // px: outlines up to this width are thinned when zoomed far out
  const MOST_LABELS = 400;
  const NUDGE = 8; // px: a centre that moved less was not moved by anybody
  const SMALL = 60; // px: a feature lower than this is labelled below, not across
  const UPDATE_CALL = /pilotmap\.update\("([A-Za-z0-9+/=]*)"\)/;

  const LEVELS_LIMIT = 180000; // ms: on their first day the finer levels of a large source are made while we wait
  const AROUND = 0.2; // of the view: what lies so far outside is drawn finer too

  const stats = { mounts: 0, updates: 0, fetches: 0, lastUpdateMs: 0, drawn: 0, finer: 0 };
  let engine = null;
  let waiting = null; // an update that came before the map
  let lastApplied = null;
  let lastSent = null;

  /* While the page is still loading scripts, streamlit-folium drops the states that arrive. We see them too, and catch
   * up once the map stands. */
  window.addEventListener("message", function (event) {
    const data = event.data;
    if (event.source !== window.parent || !data || data.type !== "streamlit:render") return;
    const script = data.args && data.args.feature_group;
    const match = typeof script === "string" ? UPDATE_CALL.exec(script) : null;
    if (match) lastSent = match[1];
  });

  // ---------------------------------------------------------------- small things

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined && text !== null) made.textContent = String(text);
    return made;
  }

  function decode(base64) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  }

  /* JSON Merge Patch (RFC 7396). */
  function merged(base, patch) {
    if (patch === null || typeof patch !== "object" || Array.isArray(patch)) return patch;
    const whole = Object.assign({}, base && typeof base === "object" && !Array.isArray(base) ? base : {});
    for (const key of Object.keys(patch)) {
      if (patch[key] === null) delete whole[key];
      else whole[key] = merged(own(whole, key), patch[key]);
    }
    return whole;
  }

  function own(object, key) {
    return object && Object.prototype.hasOwnProperty.call(object, key) ? object[key] : undefined;
  }

  /* Run lengths, "0x120 3x4 -": a class for each feature in the order of the file, none for "-". */
  function unrolled(runs) {
    const classes = [];
    for (const word of runs.split(" ")) {
      const [name, count] = word.split("x");
      const index = name === "-" ? undefined : Number(name);
      for (let left = count === undefined ? 1 : Number(count); left > 0; left -= 1) classes.push(index);
    }
    return classes;
  }

  function inLanguage(texts, lang) {
    return texts ? own(texts, lang) || own(texts, "zh") || own(texts, "en") : undefined;
  }

  function reducedMotion() {
    return window.matchMedia && window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  // ---------------------------------------------------------------- drawing

  /* Leaflet path options of one class. */
  function pathOptions(style) {
    const filled = style.fill !== null && style.fill !== undefined;
    return {
      stroke: Boolean(style.stroke) && style.weight > 0,
      color: style.stroke || style.fill || "#444444",
      weight: style.weight,
      opacity: 1,
      dashArray: style.dash || null,
      lineJoin: "round",
      fill: filled || Boolean(style.hatch),
      fillColor: style.fill || "#000000",
      fillOpacity: filled ? style.fill_opacity : 0,
      hatch: style.hatch || null,
      radius: style.radius,
      shape: style.shape || "circle",
    };
  }

  const patterns = new Map();

  /* A repeating tile, drawn at the density of the screen and scaled back, so that lines stay crisp. */
  function hatchPattern(context, kind, colour) {
    const density = L.Browser.retina ? 2 : 1;
    const key = kind + colour + density;
    if (!patterns.has(key)) {
      const size = 8;
      const tile = element("canvas");
      tile.width = tile.height = size * density;
      const pen = tile.getContext("2d");
      pen.scale(density, density);
      pen.strokeStyle = pen.fillStyle = colour;
      pen.lineWidth = 1.3;
      pen.beginPath();
      if (kind === "dots") {
        pen.arc(size / 2, size / 2, 1.4, 0, 2 * Math.PI);
        pen.fill();
      } else {
        // Three parallels: the outer two complete the corners when the tile repeats.
        for (let shift = -size; shift <= size; shift += size) {
          pen.moveTo(shift - 1, size + 1);
          pen.lineTo(shift + size + 1, -1);
          if (kind === "cross") {
            pen.moveTo(shift - 1, -1);
            pen.lineTo(shift + size + 1, size + 1);
          }
        }
        pen.stroke();
      }
      const pattern = context.createPattern(tile, "repeat");
      pattern.setTransform(new DOMMatrix().scale(1 / density));
      patterns.set(key, pattern);
    }
    return patterns.get(key);
  }

  /* Far out, the borders of small features would run together into one dark stain: hairlines get thinner there. */
  function lineScale(map, weight) {
    if (weight > HAIRLINE) return 1;
    const zoom = map.getZoom();
    return zoom < 4.5 ? 0.4 : zoom < 6 ? 0.65 : 1;
  }

  /* Fill, hatch, outline: for the map and for the swatches of the legend alike. */
  function paint(context, options, scale) {
    if (options.fill && options.fillOpacity > 0) {
      context.globalAlpha = options.fillOpacity;
      context.fillStyle = options.fillColor;
      context.fill("evenodd");
    }
    if (options.hatch) {
      context.globalAlpha = 1;
      context.fillStyle = hatchPattern(context, options.hatch, options.color);
      context.fill("evenodd");
    }
    if (options.stroke && options.weight > 0) {
      context.globalAlpha = options.opacity;
      context.setLineDash(options._dashArray || []);
      context.lineWidth = options.weight * (scale || 1);
      context.strokeStyle = options.color;
      context.lineCap = "round";
      context.lineJoin = "round";
      context.stroke();
      context.setLineDash([]);
    }
    context.globalAlpha = 1;
  }

  /* Outline of a point sign of radius r around (x, y); all shapes cover about the same area. */
  function tracePoint(context, shape, x, y, r) {
    context.beginPath();
    if (shape === "diamond") {
      const d = r * 1.25;
      context.moveTo(x, y - d);
      context.lineTo(x + d, y);
      context.lineTo(x, y + d);
      context.lineTo(x - d, y);
      context.closePath();
    } else if (shape === "square") {
      const s = r * 0.89;
      context.rect(x - s, y - s, 2 * s, 2 * s);
    } else if (shape === "triangle") {
      const t = r * 1.35;
      context.moveTo(x, y - t);
      context.lineTo(x + t * 0.87, y + t / 2);
      context.lineTo(x - t * 0.87, y + t / 2);
      context.closePath();
    } else {
      context.arc(x, y, r, 0, 2 * Math.PI);
    }
  }

  function makeRenderer(options) {
    const Painter = L.Canvas.extend({
      _fillStroke: function (context, layer) {
        paint(context, layer.options, lineScale(this._map, layer.options.weight));
      },
      /* Leaflet drops pointer moves that follow too fast, also the last one: a card could stay on a feature the pointer
       * has left. We look once more when the rush is over. */
      _onMouseMove: function (event) {
        this._latestMove = event;
        if (this._moveTimer) return;
        L.Canvas.prototype._onMouseMove.call(this, event);
        this._moveTimer = setTimeout(() => {
          this._moveTimer = null;
          if (this._latestMove && this._latestMove !== event && this._map) this._onMouseMove(this._latestMove);
        }, 40);
      },
      _handleMouseOut: function (event) {
        this._latestMove = null; // gone from the map: nothing to catch up with
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

  function swatch(item) {
    const width = 28, height = 18, density = Math.max(1, window.devicePixelRatio || 1);
    const canvas = element("canvas", "pilotmap-swatch");
    canvas.width = width * density;
    canvas.height = height * density;
    canvas.setAttribute("aria-hidden", "true");
    const context = canvas.getContext("2d");
    context.scale(density, density);
    const options = pathOptions(item.class);
    options._dashArray = options.dashArray ? options.dashArray.split(" ").map(Number) : null;
    if (item.shape === "point") {
      tracePoint(context, options.shape, width / 2, height / 2, Math.min(options.radius, 6.5));
    } else if (item.shape === "line") {
      options.fill = false;
      options.hatch = null;
      context.beginPath();
      context.moveTo(1, height / 2);
      context.lineTo(width - 1, height / 2);
    } else {
      context.beginPath();
      context.rect(1.5, 1.5, width - 3, height - 3);
    }
    paint(context, options);
    return canvas;
  }

  // ---------------------------------------------------------------- GCJ-02

  /* The datum of AMap's tiles. The transform was never published officially; this is the widely used reconstruction of
   * it (the open projects eviltransform by googollee and coordtransform by wandergis document it): periodic offsets of
   * a few hundred metres, scaled on Krasovsky's ellipsoid of 1940. Outside the box it leaves places where they are. */
  const GCJ = { axis: 6378245.0, e2: 0.00669342162296594323, west: 72.004, east: 137.8347, south: 0.8293, north: 55.8271 };

  function waves(angle, terms) {
    return terms.reduce((sum, term) => sum + term[0] * Math.sin(term[1] * angle * Math.PI), 0) * 2 / 3;
  }

  function toGcj(place) {
    if (place.lng < GCJ.west || place.lng > GCJ.east || place.lat < GCJ.south || place.lat > GCJ.north) return place;
    const x = place.lng - 105, y = place.lat - 35, root = Math.sqrt(Math.abs(x));
    const both = waves(x, [[20, 6], [20, 2]]);
    const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + both +
      waves(y, [[20, 1], [40, 1 / 3], [160, 1 / 12], [320, 1 / 30]]);
    const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + both +
      waves(x, [[20, 1], [40, 1 / 3], [150, 1 / 12], [300, 1 / 30]]);
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
  function gcjProjection() {
    const plain = L.CRS.EPSG3857;
    return L.Util.extend({}, plain, {
      projection: L.Util.extend({}, plain.projection, {
        project: (place) => plain.projection.project(toGcj(L.latLng(place))),
        unproject: (point) => fromGcj(plain.projection.unproject(point)),
      }),
    });
  }

  // ---------------------------------------------------------------- geometry

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
      return own(this.inlined, url) || this.ready.get(url);
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
    async finer(layerId, url, zoom, view) {
      if (!this.levels.has(url)) {
        const asked = this.read(url.replace(/\.json$/, "/levels.json"), LEVELS_LIMIT);
        this.levels.set(url, asked);
        asked.catch(() => this.levels.delete(url));
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

  function placesOf(geometry) {
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
    const places = placesOf(geometry);
    return geometry.type.endsWith("Polygon") ? L.polygon(places, options) : L.polyline(places, options);
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
        path.setLatLngs(placesOf(geometry || path.pilotFeature.geometry));
        if (geometry) this.fine.add(id);
        else this.fine.delete(id);
        changed = true;
      }
      return changed;
    }

    classOf(layer, feature, place) {
      if (layer.order) return layer.order[place];
      if (layer.hiddenIds.has(feature.id)) return undefined;
      const group = feature.properties ? feature.properties.group : undefined;
      if (layer.groups && group !== undefined && !layer.groups.has(group)) return undefined;
      return [own(layer.feature_class, feature.id), own(layer.group_class, group), layer.all_class]
        .find((index) => typeof index === "number");
    }

    /* Bring the group to `layer`; true if a path was added. */
    apply(map, renderer, layer, handlers) {
      let added = false;
      const looks = layer.classes.map((style) => ({ options: pathOptions(style), key: JSON.stringify(style) }));
      for (let place = 0; place < this.features.length; place += 1) {
        const feature = this.features[place];
        const index = this.classOf(layer, feature, place);
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

  // ---------------------------------------------------------------- things around the map

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

      show: function (legend, fallbackTitle) {
        const key = JSON.stringify([legend, fallbackTitle]);
        if (key === this.key) return;
        this.key = key;
        this.box.hidden = !legend || (!legend.items.length && !legend.note);
        if (this.box.hidden) return;
        const title = legend.title || fallbackTitle;
        this.button.textContent = title;
        this.box.setAttribute("aria-label", title);
        this.body.textContent = "";
        const list = element("ul");
        for (const item of legend.items) {
          const line = element("li");
          line.append(swatch(item), element("span", "", item.label));
          list.appendChild(line);
        }
        if (legend.items.length) this.body.appendChild(list);
        if (legend.note) this.body.appendChild(element("p", "pilotmap-legend-note", legend.note));
      },

      /* To the corner where it lies on the fewest of `boxes` [px]; it stays where it is as good as elsewhere. */
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
        if (best === this.corner) return;
        this.corner = best;
        const place = best.split("-").map((side) => ".leaflet-" + side).join("");
        map.getContainer().querySelector(place).prepend(this.box);
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

  /* Names on the map: as many as fit without touching. */
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
          if (view.contains(at)) found.push({ text: String(text), at: at, path: path });
          if (found.length > 4 * MOST_LABELS) return found;
        }
      }
      return found;
    }

    /* How far below its anchor a label is written [px]: under a point, and under whatever it would cover otherwise. */
    drop(label, centre) {
      if (label.path instanceof L.CircleMarker) return 15;
      const bounds = label.path.getBounds();
      const top = this.map.latLngToContainerPoint(bounds.getNorthWest()).y;
      const foot = this.map.latLngToContainerPoint(bounds.getSouthEast()).y;
      return foot - top < SMALL ? Math.round(foot - centre.y) + 9 : 0;
    }

    write(state, groups) {
      this.markers.clearLayers();
      this.ruler.font = "600 12px system-ui, sans-serif";
      const taken = [];
      for (const label of this.candidates(state, groups)) {
        const centre = this.map.latLngToContainerPoint(label.at);
        const half = this.ruler.measureText(label.text).width / 2 + 4;
        const drop = this.drop(label, centre);
        // A name at the edge is moved in, so that all of it can be read.
        const middle = Math.max(half, Math.min(centre.x, this.map.getSize().x - half));
        const box = [middle - half, centre.y - 9 + drop, middle + half, centre.y + 9 + drop];
        if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) {
          continue;
        }
        taken.push(box);
        const icon = L.divIcon({
          className: "pilotmap-label", html: element("span", "", label.text), iconSize: [0, 0],
          iconAnchor: [centre.x - middle, -drop],
        });
        this.markers.addLayer(L.marker(label.at, {
          icon: icon, interactive: false, keyboard: false, pane: "pilotmap-labels",
        }));
        if (taken.length >= MOST_LABELS) break;
      }
    }
  }

  // ---------------------------------------------------------------- the engine

  class Engine {
    constructor(map, constants) {
      this.map = map;
      this.container = map.getContainer();
      this.home = L.latLngBounds(constants.home);
      this.geometries = new Geometries(new URL(constants.root, document.baseURI), constants.geometry);
      this.groups = new Map(); // layer id -> Group on the map
      this.spare = new Map(); // layer id and address -> Group taken off, for a quick return
      this.cards = new Map(); // address -> cards of a layer that has them in a file of their own
      this.bases = new Map(); // address -> state that a message may differ from
      this.state = null;
      this.ticket = 0;
      this.viewToken = null;
      this.hovered = null;
      this.container.classList.add("pilotmap", "pilotmap-light");
      map.setMinZoom(constants.zooms[0]);
      map.setMaxZoom(constants.zooms[1]);
      map.setMaxBounds(constants.reach);
      if (reducedMotion()) {
        map._zoomAnimated = false; // Leaflet reads its option once, in the constructor, before we are asked
        map.options.inertia = false;
      }
      this.makePanes();
      this.makeFurniture();
      this.listen();
    }

    makePanes() {
      for (const [name, z, touchable] of [["data", 400, true], ["marks", 420, false], ["labels", 450, false]]) {
        const pane = this.map.createPane("pilotmap-" + name);
        pane.style.zIndex = String(z);
        if (!touchable) pane.classList.add("pilotmap-untouchable");
      }
      this.renderer = makeRenderer({ pane: "pilotmap-data", padding: 0.25, tolerance: 2 });
      this.markRenderer = makeRenderer({ pane: "pilotmap-marks", padding: 0.25 });
      this.selection = L.layerGroup().addTo(this.map);
      this.hoverMark = L.layerGroup().addTo(this.map);
    }

    makeFurniture() {
      this.labels = new LabelWriter(this.map);
      this.reset = makeButton(this.map, CORNERS_ICON, () => this.fit(this.wholeView(), true));
      this.linker = makeButton(this.map, LINK_ICON, () => this.copyLink());
      L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 120 }).addTo(this.map);
      this.legend = makeLegend(this.map);
      this.credit = element("div", "pilotmap-credit");
      this.container.appendChild(this.credit);
      this.card = new Card(this.container);
      this.banners = new Banners(this.container);
    }

    listen() {
      this.handlers = {
        mouseover: (event) => this.hover(event.target, event.containerPoint),
        mousemove: (event) => this.card.place(event.containerPoint),
        mouseout: () => this.unhover(),
        click: (event) => this.pick(event.target, event.containerPoint),
      };
      this.map.on("movestart zoomstart", () => this.unhover());
      this.map.on("moveend", () => {
        if (!this.state) return;
        this.labels.write(this.state, this.groups);
        this.refine();
      });
      if (window.ResizeObserver) {
        new ResizeObserver(() => this.resized()).observe(this.container);
      }
    }

    resized() {
      // Nobody has moved it since it was fitted: what was to be seen is to be seen in the new size too.
      const untouched = this.atFitted() ? this.fitted : null;
      this.map.invalidateSize({ animate: false, pan: false });
      const wanted = this.unfitted || untouched;
      if (wanted && this.container.clientWidth > 0) this.fit(wanted.bounds, false, wanted.spot);
    }

    // ---- updates

    /* A message is a state, a state with a name, or what differs from a state whose name it gives. */
    receive(message, startedAt) {
      this.ticket += 1;
      if (!message.base) {
        if (message.name) this.remember(message.name, message.state);
        this.update(message.patch ? merged(message.state, message.patch) : message.state || message, startedAt);
        return;
      }
      const ticket = this.ticket;
      const base = this.bases.get(message.base);
      if (base) {
        this.update(merged(base, message.patch), startedAt);
        return;
      }
      // Mounted anew since: the state was told to another map.
      this.geometries.read(message.base).then((fetched) => {
        this.remember(message.base, fetched);
        if (ticket === this.ticket) guarded(() => this.update(merged(fetched, message.patch), startedAt));
      }).catch((reason) => guarded(() => { throw reason; }));
    }

    remember(name, state) {
      this.bases.set(name, state);
      if (this.bases.size > KEPT_BASES) this.bases.delete(this.bases.keys().next().value);
    }

    /* Show `state` as soon as all its geometry is here; a later state overtakes one that still waits. */
    update(told, startedAt) {
      this.ticket += 1;
      const ticket = this.ticket;
      const layers = Array.isArray(told.layers) ? told.layers : Object.values(told.layers);
      const state = Object.assign({}, told, { layers: layers.map((layer) => Object.assign({}, layer)) });
      state.layers.sort((one, other) => one.z - other.z);
      if (told.legend && told.legend.order) {
        const items = told.legend.order.map((label) => own(told.legend.items, label)).filter(Boolean);
        state.legend = Object.assign({}, told.legend, { items: items });
      }
      const groups = state.groups ? new Set(state.groups) : null;
      for (const layer of state.layers) {
        Object.assign(layer, { hiddenIds: new Set(layer.hidden || []), groups: groups });
        if (typeof layer.order_class === "string") layer.order = unrolled(layer.order_class);
      }
      this.setTheme(state);
      const missing = [...new Set(state.layers.map((layer) => layer.url))].filter((url) => !this.geometries.get(url));
      if (!missing.length) {
        this.apply(state, new Map(), startedAt);
        return;
      }
      const slow = setTimeout(() => {
        if (ticket === this.ticket) this.banners.set("loading", TEXT[state.lang].loading);
      }, LOADING_AFTER);
      const failures = new Map();
      const loads = missing.map((url) => this.geometries.load(url).catch((reason) => failures.set(url, reason)));
      Promise.all(loads).then(() => {
        clearTimeout(slow);
        if (ticket === this.ticket) guarded(() => this.apply(state, failures, startedAt));
      });
    }

    apply(state, failures, startedAt) {
      this.state = state;
      this.banners.set("loading", null);
      this.applyView(state);
      this.applyLayers(state);
      this.applySelection(state);
      this.applyFurniture(state, failures);
      this.settleLegend();
      this.labels.write(state, this.groups);
      this.refreshHover();
      this.forget(state);
      this.refine();
      this.fetchCards(state);
      stats.drawn = [...this.groups.values()].reduce((sum, group) => sum + group.shown.size, 0);
      stats.lastUpdateMs = Math.max(performance.now() - startedAt, 0.1);
      // Leaflet paints its canvases at the beginning of the next frame; who asks for that frame from here on comes after.
      window.dispatchEvent(new CustomEvent("pilotmap:updated", { detail: Object.assign({}, stats) }));
    }

    applyView(state) {
      if (!state.view || state.view.token === this.viewToken) return;
      const first = this.viewToken === null;
      this.viewToken = state.view.token;
      this.fit(L.latLngBounds(state.view.bounds), !first, state.view.spot);
    }

    applyLayers(state) {
      const wanted = new Map(state.layers.map((layer) => [layer.id, layer]));
      for (const [id, group] of this.groups) {
        const layer = wanted.get(id);
        if (layer && layer.url === group.url && this.geometries.get(layer.url)) continue;
        group.hideAll(this.map);
        this.groups.delete(id);
        this.spare.set(id + " " + group.url, group);
      }
      let reorder = false;
      for (const layer of state.layers) {
        const group = this.groupOf(layer);
        if (!group) continue;
        reorder = group.apply(this.map, this.renderer, layer, this.handlers) || reorder || group.z !== layer.z;
        group.z = layer.z;
      }
      if (reorder && this.groups.size > 1) {
        state.layers.forEach((layer) => this.groups.has(layer.id) && this.groups.get(layer.id).toFront());
      }
    }

    /* Finer geometry where somebody looks closely; it replaces the coarser one when it has come, feature by feature. */
    refine() {
      const ticket = this.refineTicket = (this.refineTicket || 0) + 1;
      const zoom = this.map.getZoom(), view = this.map.getBounds().pad(AROUND);
      for (const layer of this.state.layers) {
        const group = this.groups.get(layer.id);
        if (!group) continue;
        if (typeof layer.detail_zoom !== "number" || zoom < layer.detail_zoom) {
          this.geometries.inUse.delete(layer.id);
          if (group.refine(0, [], view)) this.refined();
          continue;
        }
        this.geometries.finer(layer.id, layer.url, zoom, view).then((found) => {
          if (ticket !== this.refineTicket || this.groups.get(layer.id) !== group) return;
          if (group.refine(found.zoom, found.features, view)) this.refined();
          this.forget(this.state);
        }).catch(() => {}); // what is drawn stays: the map says anyway that it is simplified
      }
    }

    refined() {
      stats.finer = [...this.groups.values()].reduce((sum, group) => sum + group.fine.size, 0);
      this.selectionKey = null;
      this.applySelection(this.state);
      this.refreshHover();
    }

    /* Cards that are a file of their own come after the map is drawn. */
    fetchCards(state) {
      for (const layer of state.layers) {
        if (!layer.cards || this.cards.has(layer.cards)) continue;
        this.cards.set(layer.cards, {});
        this.geometries.read(layer.cards).then((cards) => {
          this.cards.set(layer.cards, cards);
          this.refreshHover();
        }).catch(() => this.cards.delete(layer.cards)); // asked for again at the next change
      }
    }

    cardsOf(path) {
      const layer = this.state.layers.find((one) => one.id === path.pilotLayer);
      return layer && layer.cards ? this.cards.get(layer.cards) : null;
    }

    groupOf(layer) {
      if (this.groups.has(layer.id)) return this.groups.get(layer.id);
      const features = this.geometries.get(layer.url);
      if (!features) return null;
      const key = layer.id + " " + layer.url;
      const group = this.spare.get(key) || new Group(layer.url, features);
      this.spare.delete(key);
      this.groups.set(layer.id, group);
      return group;
    }

    forget(state) {
      const forgotten = new Set(this.geometries.trim(new Set(state.layers.map((layer) => layer.url))));
      for (const [key, group] of this.spare) {
        if (forgotten.has(group.url)) this.spare.delete(key);
      }
    }

    // ---- view

    /* To a box, or to a spot and its zoom where there is one: [latitude, longitude, zoom]. */
    fit(bounds, moving, spot) {
      this.unfitted = this.container.clientWidth > 0 ? null : { bounds: bounds, spot: spot }; // nothing fits into a hidden frame
      if (this.unfitted || !bounds.isValid()) return;
      const animate = moving && !reducedMotion();
      this.fitted = null;
      this.map.once("moveend", () => {
        this.fitted = { bounds: bounds, spot: spot, centre: this.map.getCenter(), zoom: this.map.getZoom() };
        this.settleLegend();
      });
      if (spot) this.map.setView([spot[0], spot[1]], spot[2], { animate: animate });
      else this.map.fitBounds(bounds, { padding: [16, 16], animate: animate, maxZoom: 12 });
    }

    /* The address of the page around the map, with the middle of the map and its zoom. */
    async copyLink() {
      const address = new URL(window.parent.location.href);
      const middle = this.map.getCenter();
      address.searchParams.set("at", middle.lng.toFixed(5) + "," + middle.lat.toFixed(5));
      address.searchParams.set("zoom", String(this.map.getZoom()));
      const done = await copied(address.href);
      this.banners.set("linked", done ? TEXT[this.state.lang].linked : address.href);
      if (done) setTimeout(() => this.banners.set("linked", null), TOLD);
    }

    /* Out of the way of what is drawn, where nobody has moved the map since it was fitted. */
    settleLegend() {
      if (!this.atFitted()) return;
      const boxes = [];
      for (const group of this.groups.values()) {
        if (group.z < CONTEXT) continue;
        for (const id of group.shown) {
          const path = group.paths.get(id);
          const bounds = path.getBounds ? path.getBounds() : L.latLngBounds([path.getLatLng()]);
          boxes.push(L.bounds([bounds.getNorthWest(), bounds.getSouthEast()].map((at) => this.map.latLngToContainerPoint(at))));
        }
      }
      this.legend.settle(boxes);
    }

    /* Whether the map still looks where it was last fitted; Leaflet, too, nudges it when its window changes. */
    atFitted() {
      if (!this.fitted || this.fitted.zoom !== this.map.getZoom()) return false;
      const [then, now] = [this.fitted.centre, this.map.getCenter()].map((place) => this.map.project(place));
      return then.distanceTo(now) < NUDGE;
    }

    /* Where the state asks to look, or all that is drawn. */
    wholeView() {
      if (this.state && this.state.view) return L.latLngBounds(this.state.view.bounds);
      const bounds = L.latLngBounds([]);
      for (const group of this.groups.values()) {
        for (const id of group.shown) {
          const path = group.paths.get(id);
          bounds.extend(path.getBounds ? path.getBounds() : path.getLatLng());
        }
      }
      return bounds.isValid() ? bounds : this.home;
    }

    // ---- marks

    /* Outline of a path in the pane above the data: a light casing and a dark line, or the reverse. */
    outline(path, target, weight) {
      const colours = MARK[this.state.theme];
      for (const [colour, width] of [[colours.casing, weight + 2.5], [colours.line, weight]]) {
        const options = {
          renderer: this.markRenderer, pane: "pilotmap-marks", interactive: false, fill: false, stroke: true,
          color: colour, weight: width, opacity: 1, smoothFactor: 0.8,
        };
        if (path instanceof L.CircleMarker) {
          options.radius = path.options.radius + 3;
          options.shape = path.options.shape;
          target.addLayer(L.circleMarker(path.getLatLng(), options));
        } else if (path instanceof L.Polygon) {
          target.addLayer(L.polygon(path.getLatLngs(), options));
        } else {
          target.addLayer(L.polyline(path.getLatLngs(), options));
        }
      }
    }

    applySelection(state) {
      const group = state.selected ? this.groups.get(state.selected.layer) : null;
      const ids = group ? state.selected.ids.filter((id) => group.shown.has(id)) : [];
      const key = JSON.stringify([ids, group && group.url, state.selected, state.theme]);
      if (key === this.selectionKey) return;
      this.selectionKey = key;
      this.selection.clearLayers();
      ids.forEach((id) => this.outline(group.paths.get(id), this.selection, 2.5));
    }

    hover(path, point) {
      if (!this.state) return;
      if (this.hovered !== path) {
        this.unhover();
        this.hovered = path;
        this.outline(path, this.hoverMark, 1.6);
        this.card.write(path.pilotFeature, this.state.lang, this.cardsOf(path));
      }
      this.hoverPoint = point;
      this.card.place(point);
    }

    /* A tap has no pointer to follow, so it shows the card too; a page around the map may answer with more. */
    pick(path, point) {
      this.hover(path, point);
      const picked = { layer: path.pilotLayer, group: (path.pilotFeature.properties || {}).group };
      window.dispatchEvent(new CustomEvent("pilotmap:picked", { detail: picked }));
    }

    unhover() {
      if (!this.hovered) return;
      this.hovered = null;
      this.hoverMark.clearLayers();
      this.card.hide();
    }

    /* After an update the pointer may rest on something that is gone, or that speaks another language now. */
    refreshHover() {
      const path = this.hovered;
      this.unhover();
      if (path && this.map.hasLayer(path) && path.options.interactive) this.hover(path, this.hoverPoint);
    }

    // ---- what stands around

    setTheme(state) {
      const dark = state.theme === "dark";
      this.container.classList.toggle("pilotmap-dark", dark);
      this.container.classList.toggle("pilotmap-light", !dark);
      document.documentElement.classList.toggle("pilotmap-page-dark", dark);
    }

    applyFurniture(state, failures) {
      const text = TEXT[state.lang];
      this.container.lang = state.lang;
      this.container.setAttribute("aria-label", text.map);
      for (const [button, title] of [
        [this.container.querySelector(".leaflet-control-zoom-in"), text.zoomIn],
        [this.container.querySelector(".leaflet-control-zoom-out"), text.zoomOut],
        [this.reset.button, text.reset],
        [this.linker.button, text.link],
      ]) {
        if (!button) continue;
        button.title = title;
        button.setAttribute("aria-label", title);
      }
      this.linker.getContainer().hidden = !state.linked;
      this.legend.show(state.legend, text.legend);
      this.banners.set("message", state.message);
      this.applyBasemap(state);
      const credits = [state.credit, state.basemap && state.basemap.attribution, "Leaflet"].filter(Boolean);
      this.credit.textContent = credits.join(" | ");
      const failed = state.layers.filter((layer) => failures.has(layer.url))
        .map((layer) => layer.id + " (" + failures.get(layer.url).message + ")");
      this.banners.set("error", failed.length ? text.failed + failed.join(", ") : null,
        failed.length ? { label: text.retry, action: () => this.update(this.state, performance.now()) } : null);
    }

    /* Everything is projected anew onto tiles of another datum; the middle of the view stays the same place. */
    setDatum(datum) {
      const wanted = datum || "wgs84";
      if (wanted === (this.datum || "wgs84")) return;
      this.datum = wanted;
      const centre = this.map.getCenter(), zoom = this.map.getZoom();
      this.map.options.crs = wanted === "gcj02" ? gcjProjection() : L.CRS.EPSG3857;
      this.map.setMaxBounds(this.map.options.maxBounds);
      this.map.setView(centre, zoom, { reset: true, animate: false });
      // A path keeps the point it was given in the old projection until it is told.
      for (const group of this.groups.values()) {
        for (const id of group.shown) group.paths.get(id).redraw();
      }
    }

    applyBasemap(state) {
      const key = JSON.stringify(state.basemap);
      if (key === this.basemapKey) {
        if (this.tilesFailed) this.banners.set("tiles", TEXT[state.lang].tiles);
        return;
      }
      this.basemapKey = key;
      this.tilesFailed = false;
      this.banners.set("tiles", null);
      if (this.tiles) this.tiles.remove();
      this.tiles = null;
      this.banners.set("datum", null);
      this.setDatum(state.basemap ? state.basemap.datum : "wgs84");
      if (!state.basemap || !/^https?:\/\//.test(state.basemap.url)) return;
      this.banners.set("datum", state.basemap.note);
      let failures = 0;
      const options = {
        maxNativeZoom: state.basemap.max_zoom, maxZoom: this.map.getMaxZoom(), subdomains: state.basemap.subdomains || "abc",
      };
      const urls = [state.basemap.url, state.basemap.labels_url].filter(Boolean);
      this.tiles = L.layerGroup(urls.map((url, place) => {
        const tiles = L.tileLayer(url, Object.assign({ zIndex: place + 1 }, options));
        tiles.on("tileerror", () => {
          failures += 1;
          if (failures < TILE_FAILURES || this.tilesFailed) return;
          this.tilesFailed = true;
          this.banners.set("tiles", TEXT[this.state.lang].tiles);
        });
        tiles.on("tileload", () => {
          failures = 0;
          this.tilesFailed = false;
          this.banners.set("tiles", null);
        });
        return tiles;
      }));
      this.tiles.addTo(this.map);
    }
  }

  // ---------------------------------------------------------------- the doors

  /* streamlit-folium evaluates our call in the middle of its own work: an exception here must not break that. */
  function guarded(action) {
    try {
      action();
    } catch (problem) {
      console.error("pilotmap:", problem);
      const lang = engine && engine.state ? engine.state.lang : "zh";
      if (engine) engine.banners.set("error", TEXT[lang].broken + problem.message);
    }
  }

  function update(base64) {
    stats.updates += 1;
    const startedAt = performance.now();
    lastApplied = base64;
    if (!engine) {
      waiting = base64;
      return;
    }
    guarded(() => engine.receive(decode(base64), startedAt));
  }

  function start(map, constants) {
    stats.mounts += 1;
    engine = new Engine(map, constants);
    if (waiting !== null) {
      const base64 = waiting;
      waiting = null;
      guarded(() => engine.receive(decode(base64), performance.now()));
    }
    setTimeout(() => {
      if (lastSent !== null && lastSent !== lastApplied) update(lastSent);
    }, 0);
  }

  window.pilotmap = Object.freeze({
    start: start,
    update: update,
    stats: () => Object.assign({}, stats),
    toGcj: (lat, lng) => { const there = toGcj({ lat: lat, lng: lng }); return [there.lat, there.lng]; },
    fromGcj: (lat, lng) => { const there = fromGcj({ lat: lat, lng: lng }); return [there.lat, there.lng]; },
  });
})();
