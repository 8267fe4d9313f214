/* What the map uses of Leaflet beyond its documented interface, all of it in this file; a test names the part that is gone. */

function makeRenderer(options) {
  const Painter = L.Canvas.extend({
    _fillStroke: function (context, layer) {
      paint(context, layer.options, lineScale(this._map, layer.options.weight));
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
