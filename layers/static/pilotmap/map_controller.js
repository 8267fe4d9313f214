/* The engine: brings the map to a state, and only what differs is drawn anew. */

const MARK = {
  light: { casing: "#ffffff", line: "#111111" },
  dark: { casing: "#000000", line: "#ffffff" },
};
const CONTEXT = 3; // layers below this z are the ground, which a legend may lie on
const MAX_BASES = 4; // earlier states that later ones may differ from
const LOADING_AFTER = 250; // ms: shorter waits show no banner
const NOTICE_TIME = 5000; // ms: how long a notice stays
const NUDGE = 8; // px: a centre that moved less was not moved by anybody
const WIDE = 700; // px: a card beside what is looked at, not below it
const CARD_WIDTH = 390; // px
const COUNTRY = 40; // degrees of longitude: a wider view is of the whole country
const AROUND = 0.2; // of the view: what lies so far outside is drawn finer too

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
    // Leaflet takes the focus when the pointer goes down. A page around that scrolled to what has it would move the map
    // under the pointer, and the click would land elsewhere.
    this.container.focus = (options) => HTMLElement.prototype.focus.call(this.container, { ...options, preventScroll: true });
    map.setMinZoom(constants.zooms[0]);
    map.setMaxZoom(constants.zooms[1]);
    this.reach = constants.reach;
    if (prefersReducedMotion()) {
      stopZoomAnimation(map);
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
    this.listMark = L.layerGroup().addTo(this.map);
  }

  makeFurniture() {
    this.labels = new LabelWriter(this.map);
    this.reset = makeButton(this.map, CORNERS_ICON, () => this.fit(this.computeWholeView(), true));
    this.linker = makeButton(this.map, LINK_ICON, () => this.copyLink());
    L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 120 }).addTo(this.map);
    this.legend = makeLegend(this.map, (filter) => tellPage({ pick: filter, at: Date.now() }));
    this.credit = makeElement("div", "pilotmap-credit");
    this.container.appendChild(this.credit);
    this.card = new Card(this.container);
    this.banners = new Banners(this.container);
    this.inset = new Inset(this.map);
    this.live = makeElement("div", "pilotmap-live");
    this.live.setAttribute("role", "status");
    this.container.appendChild(this.live);
    this.guard = new ScrollGuard(this.map, this.banners);
    this.list = new ListLink((number) => this.pointAt(number));
    this.basemap = new Basemap(this.map, this.banners, () => this.reproject());
    this.map.getBounds = () => computeBoundsInView(this.map);
    this.limitMovement();
    this.reproject();
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
      if (!this.state || this.applying) return; // an update that moves the map does all this itself
      if (this.reproject()) return;
      if (this.findMissing(this.state, this.map.getZoom()).length) {
        this.update(this.state, performance.now());
        return;
      }
      this.applyLayers(this.state); // some are for some zooms only
      this.applySelection(this.state);
      this.showInView();
      this.refine();
    });
    // Folded or not, the legend hides other names.
    this.legend.button.addEventListener("click", () => this.state && this.showInView());
    if (window.ResizeObserver) {
      new ResizeObserver(() => this.handleResize()).observe(this.container);
    }
  }

  handleResize() {
    // Nobody has moved it since it was fitted: what was to be seen is to be seen in the new size too.
    const untouched = this.isAtFitted() ? this.fitted : null;
    this.map.invalidateSize({ animate: false });
    this.guard.check();
    const wanted = this.unfitted || untouched;
    if (wanted && this.container.clientWidth > 0) this.fit(wanted.bounds, false, wanted.spot);
  }

  // ---- updates

  /* A message is a state, a state with a name, or what differs from a state whose name it gives. */
  receive(message, startedAt) {
    this.ticket += 1;
    if (!message.base) {
      if (message.name) this.remember(message.name, message.state);
      this.update(message.patch ? applyPatch(message.state, message.patch) : message.state || message, startedAt);
      return;
    }
    const ticket = this.ticket;
    const base = this.bases.get(message.base);
    if (base) {
      this.update(applyPatch(base, message.patch), startedAt);
      return;
    }
    // Mounted anew since: the state was sent to another map.
    this.geometries.read(message.base).then((fetched) => {
      this.remember(message.base, fetched);
      if (ticket === this.ticket) runGuarded(() => this.update(applyPatch(fetched, message.patch), startedAt));
    }).catch((reason) => runGuarded(() => { throw reason; }));
  }

  remember(name, state) {
    this.bases.set(name, state);
    if (this.bases.size > MAX_BASES) this.bases.delete(this.bases.keys().next().value);
  }

  /* Show `state` as soon as all its geometry is here; a later state overtakes one that still waits. */
  update(sent, startedAt) {
    this.ticket += 1;
    const ticket = this.ticket;
    const layers = Array.isArray(sent.layers) ? sent.layers : Object.values(sent.layers);
    const state = Object.assign({}, sent, { layers: layers.map((layer) => Object.assign({}, layer)) });
    state.layers.sort((one, other) => one.z - other.z);
    if (sent.legend && sent.legend.order) {
      const items = sent.legend.order.map((label) => getOwn(sent.legend.items, label)).filter(Boolean);
      state.legend = Object.assign({}, sent.legend, { items: items });
    }
    const groups = state.groups ? new Set(state.groups) : null;
    for (const layer of state.layers) {
      Object.assign(layer, { hiddenIds: new Set(layer.hidden || []), groups: groups });
      if (typeof layer.order_class === "string") layer.order = decodeRuns(layer.order_class);
    }
    this.setTheme(state);
    const missing = this.findMissing(state, this.computeZoom(state));
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
      if (ticket === this.ticket) runGuarded(() => this.apply(state, failures, startedAt));
    });
  }

  /* Addresses of geometry that a state draws at a zoom and that is not here. */
  findMissing(state, zoom) {
    const urls = state.layers.filter((layer) => isAtZoom(layer, zoom)).map((layer) => layer.url);
    return [...new Set(urls)].filter((url) => !this.geometries.get(url));
  }

  /* The zoom a state asks for, without the room it leaves around. */
  computeZoom(state) {
    if (!this.isViewDue(state)) return this.map.getZoom();
    return state.view.spot ? state.view.spot[2] : this.map.getBoundsZoom(state.view.bounds);
  }

  /* What other zooms draw is fetched when the map stands; what this one lacks after all is drawn when it has come. */
  loadOthers(state, failures) {
    const urls = this.findMissing(state, this.map.getZoom()).filter((url) => !failures.has(url));
    if (urls.length) this.update(state, performance.now());
    for (const layer of state.layers) {
      if (!this.geometries.get(layer.url) && !failures.has(layer.url)) this.geometries.load(layer.url).catch(() => {});
    }
  }

  apply(state, failures, startedAt) {
    this.state = state;
    this.banners.set("loading", null);
    this.applyFurniture(state, failures); // the view leaves room for the legend
    // What a filter leaves is painted where the map looks, and then the map moves: that takes as long as all else.
    const isMovedLater = this.viewToken !== null && this.isViewDue(state) && !this.findMissing(state, this.map.getZoom()).length;
    this.applying = true;
    const isMoving = !isMovedLater && this.applyView(state);
    this.applying = false;
    this.applyLayers(state);
    this.applySelection(state);
    // A map that moves writes its names when it has arrived.
    if (isMovedLater) this.moveAfterPaint(state);
    else if (!isMoving) this.showInView();
    this.refreshHover();
    this.forget(state);
    if (!isMovedLater) this.refine();
    this.guard.check();
    this.fetchCards(state);
    stats.drawn = [...this.groups.values()].reduce((sum, group) => sum + group.shown.size, 0);
    stats.lastUpdateMs = Math.max(performance.now() - startedAt, 0.1);
    // Leaflet paints its canvases at the beginning of the next frame; who asks for that frame from here on comes after.
    window.dispatchEvent(new CustomEvent("pilotmap:updated", { detail: Object.assign({}, stats) }));
    if (state.announces && !this.announced) runAfterPaint(() => tellPage({ drawn: true }));
    this.announced = true;
    this.loadOthers(state, failures);
  }

  isViewDue(state) {
    return Boolean(state.view) && state.view.token !== this.viewToken;
  }

  /* A later state moves the map itself. */
  moveAfterPaint(state) {
    stats.unnamed = true;
    runAfterPaint(() => {
      if (this.state !== state) return;
      stats.unnamed = false;
      if (!this.applyView(state)) this.showInView();
    });
  }

  applyView(state) {
    if (!this.isViewDue(state)) return false;
    const first = this.viewToken === null;
    this.viewToken = state.view.token;
    this.fit(L.latLngBounds(state.view.bounds), !first, state.view.spot);
    return this.fitted === null && !this.unfitted;
  }

  /* What depends on where the map looks: lines of the legend, the inset, names. To find room for the names takes half of an
   * update: they follow when the shapes are painted. */
  showInView() {
    const view = this.map.getBounds();
    const inView = (id) => {
      const group = this.groups.get(id);
      if (!group) return false;
      return [...group.shown].some((one) => {
        const path = group.paths.get(one);
        return path.getBounds ? view.intersects(path.getBounds()) : view.contains(path.getLatLng());
      });
    };
    this.legend.showOnly(inView);
    this.inset.show(this.state, this.groups);
    if (stats.unnamed) return;
    stats.unnamed = true;
    runAfterPaint(() => {
      stats.unnamed = false;
      this.labels.write(this.state, this.groups);
    });
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
      const group = this.getGroup(layer);
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
        if (group.refine(0, [], view)) this.showRefined();
        continue;
      }
      this.geometries.loadFiner(layer.id, layer.url, zoom, view).then((found) => {
        if (ticket !== this.refineTicket || this.groups.get(layer.id) !== group) return;
        if (group.refine(found.zoom, found.features, view)) this.showRefined();
        this.forget(this.state);
      }).catch(() => {}); // what is drawn stays: the map says anyway that it is simplified
    }
  }

  showRefined() {
    stats.finer = [...this.groups.values()].reduce((sum, group) => sum + group.fine.size, 0);
    this.selectionKey = null;
    this.applySelection(this.state);
    this.refreshHover();
  }

  /* Cards that are a file of their own come after the map is drawn. */
  fetchCards(state) {
    const wanted = new Set(state.layers.map((layer) => layer.cards));
    [...this.cards.keys()].filter((address) => !wanted.has(address)).forEach((address) => this.cards.delete(address));
    for (const layer of state.layers) {
      if (!layer.cards || this.cards.has(layer.cards)) continue;
      this.cards.set(layer.cards, {});
      this.geometries.read(layer.cards).then((cards) => {
        this.cards.set(layer.cards, cards);
        this.refreshHover();
      }).catch(() => this.cards.delete(layer.cards)); // asked for again at the next change
    }
  }

  findLayer(path) {
    return this.state.layers.find((one) => one.id === path.pilotLayer);
  }

  findCards(path) {
    const layer = this.findLayer(path);
    return layer && layer.cards ? this.cards.get(layer.cards) : null;
  }

  getGroup(layer) {
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
    const crs = this.basemap.chooseCrs(spot ? spot[2] : this.computeFrame(bounds, L.CRS.EPSG3857).zoom);
    const changed = crs !== this.map.options.crs;
    const animate = moving && !changed && !prefersReducedMotion();
    this.fitted = null;
    // A window that grows shows more than the bounds allow, and Leaflet glides back: that would go on after the fit.
    this.map.setMaxBounds(null);
    this.map.once("moveend", () => {
      this.fitted = { bounds: bounds, spot: spot, centre: this.map.getCenter(), zoom: this.map.getZoom() };
    });
    const { centre, zoom } = spot ? { centre: [spot[0], spot[1]], zoom: spot[2] } : this.computeFrame(bounds, crs);
    this.map.options.crs = crs;
    this.map.setView(centre, zoom, { reset: changed, animate: animate });
    this.limitMovement();
  }

  /* Middle and zoom at which a box fills what is free of the map, in a projection. */
  computeFrame(bounds, crs) {
    const { paddingTopLeft, paddingBottomRight } = this.computePadding(bounds), size = this.map.getSize();
    const [before, after] = [L.point(paddingTopLeft), L.point(paddingBottomRight)];
    const box = L.bounds(listPlacesAround(bounds).map((place) => crs.latLngToPoint(place, 0)));
    const free = size.subtract(before).subtract(after), extent = box.getSize();
    const exact = Math.log2(Math.min(Math.max(free.x, 1) / extent.x, Math.max(free.y, 1) / extent.y));
    const snap = this.map.options.zoomSnap, highest = Math.min(12, this.map.getMaxZoom());
    const zoom = Math.max(this.map.getMinZoom(), Math.min(highest, Math.floor(exact / snap + 1e-6) * snap));
    const middle = box.getCenter().multiplyBy(2 ** zoom).add(after.subtract(before).divideBy(2));
    return { centre: crs.pointToLatLng(middle, zoom), zoom: zoom };
  }

  /* What is kept free around what is looked at [px]: the page's card covers the right of a wide map, the foot of a narrow
   * one. */
  computePadding(bounds) {
    const size = this.map.getSize(), margin = 16;
    const isCovered = Boolean(this.state && this.state.covered);
    const right = isCovered && size.x >= WIDE ? CARD_WIDTH : 0, foot = isCovered && size.x < WIDE ? size.y / 2 : 0;
    // Beside the legend, except for a view of the whole country, at whose corner is nothing of interest.
    const wide = bounds.getEast() - bounds.getWest() > COUNTRY;
    const left = size.x >= WIDE && !wide && !this.legend.body.hidden ? this.legend.box.offsetWidth + margin : margin;
    return { paddingTopLeft: [left, this.state && this.state.linked ? 3 * margin : margin],
      paddingBottomRight: [margin + right, margin + foot] };
  }

  /* The address of the page around the map, with where the map looks: middle and zoom. */
  async copyLink() {
    const address = new URL(window.parent.location.href);
    const middle = this.map.getCenter();
    address.searchParams.set("view", [middle.lng.toFixed(5), middle.lat.toFixed(5), this.map.getZoom()].join(","));
    const done = await copyText(address.href);
    this.banners.set("linked", done ? TEXT[this.state.lang].linked : address.href);
    if (done) setTimeout(() => this.banners.set("linked", null), NOTICE_TIME);
  }

  /* Whether the map still looks where it was last fitted; Leaflet, too, nudges it when its window changes. */
  isAtFitted() {
    if (!this.fitted || this.fitted.zoom !== this.map.getZoom()) return false;
    const [then, now] = [this.fitted.centre, this.map.getCenter()].map((place) => this.map.project(place));
    return then.distanceTo(now) < NUDGE;
  }

  /* Where the state asks to look, or all that is drawn. */
  computeWholeView() {
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

  /* Everything in the projection that belongs to a zoom and the basemap, the middle of the view at the same place; true if
   * that is another projection. */
  reproject(zoom) {
    const crs = this.basemap.chooseCrs(zoom === undefined ? this.map.getZoom() : zoom);
    if (crs === this.map.options.crs) return false;
    const centre = this.map.getCenter();
    this.map.setMaxBounds(null);
    this.map.options.crs = crs;
    this.map.setView(centre, this.map.getZoom(), { reset: true, animate: false });
    this.limitMovement();
    return true;
  }

  /* How far the map can be moved. */
  limitMovement() {
    const isAlbers = this.map.options.crs === ALBERS_CRS;
    this.map.setMaxBounds(isAlbers ? L.latLngBounds(COUNTRY_REACH.map(([x, y]) => albers.unproject({ x: x, y: y }))) : this.reach);
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
    const marks = [[state.selected, 2.5], [state.marked, 1.6]].filter(([mark]) => mark && this.groups.has(mark.layer));
    const paths = marks.flatMap(([mark, weight]) => {
      const group = this.groups.get(mark.layer);
      return mark.ids.filter((id) => group.shown.has(id)).map((id) => [group.paths.get(id), weight]);
    });
    const key = JSON.stringify([marks, paths.length, marks.map(([mark]) => this.groups.get(mark.layer).url), state.theme]);
    if (key === this.selectionKey) return;
    this.selectionKey = key;
    this.selection.clearLayers();
    paths.forEach(([path, weight]) => this.outline(path, this.selection, weight));
  }

  hover(path, point) {
    if (!this.state) return;
    if (this.hovered !== path) {
      this.unhover();
      this.hovered = path;
      this.outline(path, this.hoverMark, 1.6);
      this.card.write(path.pilotFeature, this.state.lang, this.findCards(path), (this.findLayer(path) || {}).notes);
      this.list.mark((path.pilotFeature.properties || {}).group || null);
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
    this.list.mark(null);
  }

  /* Mark the zone that the list beside the map points at; null marks none. */
  pointAt(number) {
    if (number === this.pointed || !this.state) return;
    this.pointed = number;
    this.listMark.clearLayers();
    for (const group of MARKED_LAYERS.map((id) => this.groups.get(id)).filter(Boolean)) {
      for (const id of number === null ? [] : group.shown) {
        const path = group.paths.get(id);
        if (id === number || (path.pilotFeature.properties || {}).group === number) this.outline(path, this.listMark, 2);
      }
    }
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

  /* What the buttons are called; said anew only in another language. */
  labelControls(lang) {
    if (lang === this.lang) return;
    this.lang = lang;
    const text = TEXT[lang];
    this.container.lang = lang;
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
  }

  /* What stands around the map. */
  applyFurniture(state, failures) {
    const text = TEXT[state.lang];
    this.labelControls(state.lang);
    this.linker.getContainer().hidden = !state.linked;
    this.legend.show(state.legend, text.legend);
    if (this.live.textContent !== (state.status || "")) this.live.textContent = state.status || "";
    this.banners.set("message", state.message);
    this.basemap.show(state.basemap, state.lang);
    const credits = [state.credit, state.basemap && state.basemap.attribution, "Leaflet"].filter(Boolean);
    if (this.credit.textContent !== credits.join(" | ")) this.credit.textContent = credits.join(" | ");
    const failed = state.layers.filter((layer) => failures.has(layer.url))
      .map((layer) => layer.id + " (" + failures.get(layer.url).message + ")");
    this.banners.set("error", failed.length ? text.failed + failed.join(", ") : null,
      failed.length ? { label: text.retry, action: () => this.update(this.state, performance.now()) } : null);
  }
}
