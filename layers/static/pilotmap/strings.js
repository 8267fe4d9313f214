/* The living map of pilotzones.
 *
 * It is mounted once and never again. Whatever changes (filter, language, theme, selection) arrives as one call,
 * pilotmap.update(<base64 of JSON>): a state, or what differs from an earlier one. Only what differs is drawn anew.
 * Geometry is fetched by content address, once. No text is ever parsed as HTML: every word is written with textContent
 * or on a canvas.
 *
 * One script in a browser, one closure around it; here it lies in rooms of one subject each, which layers/assets.py joins
 * in a fixed order. Needs Leaflet 1.9; nothing else.
 */

/* The map's own words, and the small things that every other room uses. */

const TEXT = {
  zh: {
    map: "地图", zoomIn: "放大", zoomOut: "缩小", reset: "显示全部范围", legend: "图例",
    loading: "正在加载边界…", retry: "重试",
    failed: "以下图层的边界未能加载：",
    broken: "地图无法显示此状态：",
    tiles: "底图无法访问；边界仍可显示。",
    inset: "南海诸岛",
    wheel: "按住 Ctrl 键滚动滚轮，可缩放地图", wheelMac: "按住 ⌘ 键滚动滚轮，可缩放地图", fingers: "用双指移动和缩放地图",
    link: "复制当前视图链接", linked: "链接已复制：位置、缩放级别和筛选条件与当前相同。",
  },
  en: {
    map: "Map", zoomIn: "Zoom in", zoomOut: "Zoom out", reset: "Zoom to all", legend: "Legend",
    loading: "Loading boundaries…", retry: "Try again",
    failed: "Boundaries could not be loaded for: ",
    broken: "The map cannot show this state: ",
    tiles: "Basemap unreachable; boundaries still shown.",
    inset: "South China Sea islands",
    wheel: "Hold Ctrl and scroll to zoom the map", wheelMac: "Hold ⌘ and scroll to zoom the map",
    fingers: "Use two fingers to move and zoom the map",
    link: "Copy a link to this view", linked: "Link copied: same place, zoom and filters.",
  },
};

function makeElement(tag, className, text) {
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
function applyPatch(base, patch) {
  if (patch === null || typeof patch !== "object" || Array.isArray(patch)) return patch;
  const whole = Object.assign({}, base && typeof base === "object" && !Array.isArray(base) ? base : {});
  for (const key of Object.keys(patch)) {
    if (patch[key] === null) delete whole[key];
    else whole[key] = applyPatch(getOwn(whole, key), patch[key]);
  }
  return whole;
}

function getOwn(object, key) {
  return object && Object.prototype.hasOwnProperty.call(object, key) ? object[key] : undefined;
}

/* Run lengths, "0x120 3x4 -": a class for each feature in the order of the file, none for "-". */
function decodeRuns(runs) {
  const classes = [];
  for (const word of runs.split(" ")) {
    const [name, count] = word.split("x");
    const index = name === "-" ? undefined : Number(name);
    for (let left = count === undefined ? 1 : Number(count); left > 0; left -= 1) classes.push(index);
  }
  return classes;
}

function chooseText(texts, lang) {
  return texts ? getOwn(texts, lang) || getOwn(texts, "zh") || getOwn(texts, "en") : undefined;
}

function prefersReducedMotion() {
  return window.matchMedia && window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
