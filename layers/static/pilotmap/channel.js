/* The doors: how a state comes in, and what the page around may ask. */

const UPDATE_CALL = /pilotmap\.update\("([A-Za-z0-9+/=]*)"\)/;
const RETRY = 60000; // ms: how long a way that was cut off is left alone
const stats = { mounts: 0, updates: 0, fetches: 0, lastUpdateMs: 0, drawn: 0, finer: 0 };
let engine = null;
let waiting = null; // an update that came before the map
let lastApplied = null;
let lastSent = null;
let heard = { way: null, turn: 0 }; // the newest message that was taken

/* While the page is still loading scripts, streamlit-folium drops the states that arrive. We see them too, and catch
 * up once the map stands. */
window.addEventListener("message", function (event) {
  const data = event.data;
  if (event.source !== window.parent || !data || data.type !== "streamlit:render") return;
  const script = data.args && data.args.feature_group;
  const match = typeof script === "string" ? UPDATE_CALL.exec(script) : null;
  if (match) lastSent = match[1];
});

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
  lastApplied = base64;
  if (engine) guarded(() => take(decode(base64), performance.now()));
  else waiting = base64;
}

/* What comes by both ways is taken once, and nothing after what was said later. */
function take(message, startedAt) {
  if (message.way) {
    shortWay.lead(message.way);
    if (message.way === heard.way && message.turn <= heard.turn) return;
    heard = { way: message.way, turn: message.turn };
  }
  stats.updates += 1;
  engine.receive(message, startedAt);
}

/* A socket on which a message comes before the page has it. Where there is none, the page brings them all. */
const shortWay = {
  key: null,
  socket: null,
  tried: 0,

  lead(key) {
    const open = this.socket && this.socket.readyState <= WebSocket.OPEN;
    if (key === this.key && (open || performance.now() - this.tried < RETRY)) return;
    if (this.socket) this.socket.close();
    const address = new URL("short-way/" + key, engine.geometries.root);
    address.protocol = address.protocol.replace("http", "ws");
    Object.assign(this, { key: key, tried: performance.now(), socket: new WebSocket(address) });
    this.socket.onmessage = (event) => guarded(() => take(JSON.parse(event.data), performance.now()));
  },
};

function start(map, constants) {
  stats.mounts += 1;
  engine = new Engine(map, constants);
  if (waiting !== null) {
    const base64 = waiting;
    waiting = null;
    guarded(() => take(decode(base64), performance.now()));
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
