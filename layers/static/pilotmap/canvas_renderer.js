/* How a class of the state looks: outlines, fills, hatches, point signs; on the map and in the legend alike. */

const HAIRLINE = 1.5; // px: outlines up to this width are thinned when zoomed far out

/* Leaflet path options of one class. */
function makePathOptions(style) {
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
function makeHatchPattern(context, kind, colour) {
  const density = L.Browser.retina ? 2 : 1;
  const key = kind + colour + density;
  if (!patterns.has(key)) {
    const size = 8;
    const tile = makeElement("canvas");
    tile.width = tile.height = size * density;
    const pen = tile.getContext("2d");
    pen.scale(density, density);
    pen.strokeStyle = pen.fillStyle = colour;
    pen.lineWidth = 1.3;
    pen.beginPath();
    if (kind === "dots") {
      pen.arc(size / 2, size / 2, 1.4, 0, 2 * Math.PI);
      pen.fill();
    } else if (kind === "horizontal") {
      pen.moveTo(0, size / 2);
      pen.lineTo(size, size / 2);
      pen.stroke();
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
function computeLineScale(map, weight) {
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
    context.fillStyle = makeHatchPattern(context, options.hatch, options.color);
    context.fill("evenodd");
  }
  if (options.stroke && options.weight > 0) {
    context.globalAlpha = options.opacity;
    context.setLineDash(options.dashArray ? options.dashArray.split(" ").map(Number) : []);
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

function drawSwatch(item) {
  const width = 28, height = 18, density = Math.max(1, window.devicePixelRatio || 1);
  const canvas = makeElement("canvas", "pilotmap-swatch");
  canvas.width = width * density;
  canvas.height = height * density;
  canvas.setAttribute("aria-hidden", "true");
  const context = canvas.getContext("2d");
  context.scale(density, density);
  const options = makePathOptions(item.class);
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
