/* Runs first in the page: notes when something was clicked, when a map was drawn, and how often one was mounted.
 *
 * All times are milliseconds since 1970, so the page, the frames of maps and Python share one clock. A map counts as
 * drawn in the frame that shows its last path, for every kind of map alike. Everything is done from the
 * outermost page: a script of the browser's own making sees only the empty document a frame begins with.
 */
(function () {
  "use strict";
  if (window !== window.top) return;
  const now = () => performance.timeOrigin + performance.now();
  const watched = { clicked: 0, drawings: [], mounts: 0 };
  window.watched = watched;
  addEventListener("click", (event) => { watched.clicked = performance.timeOrigin + event.timeStamp; }, true);

  const note = (count) => watched.drawings.push({ at: now(), count: count });

  /* One document that holds a map. */
  class MapDocument {
    constructor(view) {
      this.view = view;
      this.signature = "";
      this.paths = view.document.getElementsByClassName("leaflet-interactive");
      watched.mounts += 1;
      view.addEventListener("pilotmap:updated", (event) => {
        this.told = true;
        requestAnimationFrame(() => note(event.detail.drawn)); // its canvas is painted in the frame that comes
      });
    }

    look() {
      if (this.view.pilotmap) {
        // It speaks for itself; only a word before we listened is made up for.
        const stats = this.view.pilotmap.stats();
        if (!this.told && stats.lastUpdateMs > 0) note(stats.drawn);
        this.told = this.told || stats.lastUpdateMs > 0;
        return;
      }
      const fresh = this.paths.length ? this.paths.length + this.paths[0].getAttribute("fill") : "";
      if (fresh && fresh !== this.signature) note(this.paths.length);
      this.signature = fresh;
    }
  }

  const known = new WeakMap();
  const look = () => {
    for (const frame of document.getElementsByTagName("iframe")) {
      const inner = frame.contentDocument;
      if (!inner || !inner.location.pathname.includes("streamlit_folium")) continue;
      if (!known.has(inner)) known.set(inner, new MapDocument(frame.contentWindow));
      known.get(inner).look();
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
