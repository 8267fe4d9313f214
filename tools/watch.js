/* Runs first in the page: notes when something was clicked, when a map was drawn, and how often one was mounted.
 *
 * All times are milliseconds since 1970, so the page, the frames of maps and Python share one clock. A map counts as
 * drawn in the frame that shows its last path, for every kind of map alike; what the computer then takes to put that
 * frame on the screen is counted for none. Everything is done from the outermost page: a script of the browser's own
 * making sees only the empty document a frame begins with.
 *
 * A map of deck.gl stands in the page itself and says nothing. But all it shows goes through few calls of WebGL, in one
 * go: so the last of them tells when, and a row of pixels across the map tells whether it was something new, for every
 * county has another colour after a change. The row is read after the time was noted, before the browser takes the frame
 * away. That waits until the frame is painted, which is noted beside it; while somebody pans it is not done (`resting`).
 */
(function () {
  "use strict";
  if (window !== window.top) return;
  const now = () => performance.timeOrigin + performance.now();
  const watched = { clicked: 0, drawings: [], mounts: 0, resting: false };
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

  /* One canvas of deck.gl. */
  class Canvas {
    constructor(gl) {
      this.gl = gl;
      this.last = 0; // when the frame in hand was last drawn to; 0: there is none
      this.signature = "";
      watched.mounts += 1;
    }

    drawn() {
      if (!this.last) queueMicrotask(() => this.look()); // runs when deck.gl has issued the whole frame
      this.last = now();
    }

    look() {
      const at = this.last;
      this.last = 0;
      if (watched.resting) return;
      const row = this.row();
      const fresh = row.join();
      const count = row.filter((value, place) => place % 4 === 3 && value > 0).length;
      if (count && fresh !== this.signature) watched.drawings.push({ at: at, count: count, painted: now() });
      this.signature = fresh;
    }

    row() {
      const gl = this.gl;
      const bound = gl.getParameter(gl.READ_FRAMEBUFFER_BINDING);
      const row = new Uint8Array(4 * gl.drawingBufferWidth);
      gl.bindFramebuffer(gl.READ_FRAMEBUFFER, null);
      gl.readPixels(0, gl.drawingBufferHeight >> 1, gl.drawingBufferWidth, 1, gl.RGBA, gl.UNSIGNED_BYTE, row);
      gl.bindFramebuffer(gl.READ_FRAMEBUFFER, bound);
      return row;
    }
  }

  const known = new WeakMap();
  const context = WebGL2RenderingContext.prototype;
  for (const name of ["drawArrays", "drawArraysInstanced", "drawElements", "drawElementsInstanced", "drawRangeElements"]) {
    const draw = context[name];
    context[name] = function (...values) {
      draw.apply(this, values);
      // What lies under the pointer is found by drawing, too, but not to the screen.
      if (this.getParameter(this.DRAW_FRAMEBUFFER_BINDING) || !this.canvas.closest?.("[data-testid=stDeckGlJsonChart]")) return;
      if (!known.has(this)) known.set(this, new Canvas(this));
      known.get(this).drawn();
    };
  }

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
