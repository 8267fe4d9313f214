/* How a state reaches the map, and what the page around may ask. */

const UPDATE_CALL = /pilotmap\.update\("([A-Za-z0-9+/=]*)"\)/;
const stats = { mounts: 0, updates: 0, fetches: 0, lastUpdateMs: 0, drawn: 0, finer: 0, unnamed: false };
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

/* A value of the component, as streamlit-folium sends where somebody clicked. */
function tellPage(value) {
  window.parent.postMessage({ isStreamlitMessage: true, type: "streamlit:setComponentValue", value: value, dataType: "json" }, "*");
}

/* Once the frame that is due has been painted. */
function runAfterPaint(action) {
  requestAnimationFrame(() => setTimeout(() => runGuarded(action), 0));
}

/* streamlit-folium evaluates our call in the middle of its own work: an exception here must not break that. */
function runGuarded(action) {
  try {
    action();
  } catch (problem) {
    console.error("pilotmap:", problem);
    const lang = engine && engine.state ? engine.state.lang : "zh";
    if (engine) engine.banners.set("error", TEXT[lang].broken + problem.message);
  }
}

function update(base64) {
  lastApplied = base64;
  if (engine) runGuarded(() => applyMessage(decode(base64), performance.now()));
  else waiting = base64;
}

function applyMessage(message, startedAt) {
  stats.updates += 1;
  engine.receive(message, startedAt);
}

function start(map, constants) {
  stats.mounts += 1;
  engine = new Engine(map, constants);
  if (waiting !== null) {
    const base64 = waiting;
    waiting = null;
    runGuarded(() => applyMessage(decode(base64), performance.now()));
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
