/* The list of zones beside the map, in the page around it: what the pointer or the keyboard is on in one of the two is marked
 * in the other. */

const LISTED = ".st-key-w_focus label";
const POINTED = "data-pointed"; // the style sheet of the page knows it
const MARKED_LAYERS = ["zones", "dots", "points"];

class ListLink {
  /* `point` is called with the number of a zone, or null. */
  constructor(point) {
    const frame = getFrameElement();
    this.page = frame ? frame.ownerDocument : null;
    if (!this.page) return;
    const stop = new AbortController();
    window.addEventListener("pagehide", () => stop.abort());
    const listen = (kind, find) => this.page.addEventListener(kind, (event) => point(find(event.target)), { signal: stop.signal });
    for (const kind of ["pointerover", "focusin"]) listen(kind, (target) => this.findNumber(target));
    listen("focusout", () => null);
  }

  findNumber(target) {
    const line = target.closest && target.closest(LISTED);
    const number = line && /^\s*(\d+)/.exec(line.textContent);
    return number ? number[1] : null;
  }

  mark(number) {
    if (!this.page || number === this.marked) return;
    this.marked = number;
    for (const line of this.page.querySelectorAll(LISTED)) {
      line.toggleAttribute(POINTED, number !== null && this.findNumber(line) === number);
    }
  }
}
