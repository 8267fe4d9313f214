/* Whoever scrolls a page over the map scrolls the page: the wheel zooms with Ctrl or ⌘, and two fingers move the map. Where
 * the page cannot scroll there is nothing to guard. */

const HINTED = 1500; // ms: how long it says how to zoom

class ScrollGuard {
  constructor(map, banners) {
    this.container = map.getContainer();
    this.banners = banners;
    const first = { capture: true, passive: true }; // before Leaflet, which would keep the page where it is
    this.container.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey && this.check()) this.refuse(event, /Mac/.test(navigator.platform) ? "wheelMac" : "wheel");
    }, first);
    this.container.addEventListener("touchstart", (event) => {
      if (event.touches.length === 1 && this.check()) event.stopImmediatePropagation();
    }, first);
    this.container.addEventListener("touchmove", (event) => {
      if (event.touches.length === 1 && this.check()) this.refuse(event, "fingers");
    }, first);
  }

  /* Whether the page around can scroll; the browser has to know it before a finger comes down. */
  check() {
    const guarded = this.isPageScrollable();
    this.container.classList.toggle("pilotmap-guarded", guarded);
    return guarded;
  }

  isPageScrollable() {
    const frame = getFrameElement();
    for (let node = frame || this.container; node; node = node.parentElement) {
      const view = node.ownerDocument.defaultView, style = view.getComputedStyle(node);
      if (style.position === "fixed") return false; // it does not move with the page
      const isRoot = node === node.ownerDocument.scrollingElement;
      const rolls = isRoot ? style.overflowY !== "hidden" : style.overflowY === "auto" || style.overflowY === "scroll";
      if (rolls && node !== frame && node.scrollHeight > node.clientHeight + 1) return true;
    }
    return false;
  }

  refuse(event, hint) {
    event.stopImmediatePropagation();
    this.banners.set("hint", TEXT[this.container.lang === "en" ? "en" : "zh"][hint]);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.banners.set("hint", null), HINTED);
  }
}

/* The frame that the map is in, where its page is of the same origin. */
function getFrameElement() {
  try {
    return window.frameElement;
  } catch {
    return null;
  }
}
