/* Search of the static site: every word of what is typed has to be in an entry. The index is a script, so that it also
 * loads from a disk; what is found is written with textContent. */
(function () {
  "use strict";

  const MOST = 60;
  const entries = window.pilotzonesSearch;
  const input = document.getElementById("search");
  const count = document.getElementById("count");
  const list = document.getElementById("found");

  function normalizeQuery(text) {
    return text.normalize("NFKC").toLowerCase().trim();
  }

  /* The better the title fits, the earlier it stands; the rest keeps the order of the index. */
  function rankEntry(entry, needle, words) {
    const title = normalizeQuery(entry.title);
    return title === needle ? 0 : title.startsWith(needle) ? 1 : words.some((word) => title.includes(word)) ? 2 : 3;
  }

  function findEntries(text) {
    const needle = normalizeQuery(text);
    if (!needle) return [];
    const words = needle.split(/\s+/);
    const hits = entries.filter((entry) => words.every((word) => entry.words.includes(word)));
    return hits.map((entry) => [rankEntry(entry, needle, words), entry]).sort((a, b) => a[0] - b[0]).map((pair) => pair[1]);
  }

  function makeLine(entry) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = entry.to;
    link.textContent = entry.title;
    const note = document.createElement("span");
    note.className = "quiet";
    note.textContent = " " + entry.note;
    item.append(link, note);
    return item;
  }

  function show() {
    const hits = findEntries(input.value);
    list.replaceChildren(...hits.slice(0, MOST).map(makeLine));
    const phrase = hits.length > MOST ? input.dataset.more : input.dataset.count;
    count.textContent = input.value.trim() ? phrase.replace("{count}", hits.length).replace("{most}", MOST) : "";
    const hash = input.value ? "#" + new URLSearchParams({ q: input.value }) : "#";
    if (location.hash !== hash) history.replaceState(null, "", hash);
  }

  /* What was typed before this script had loaded stays. */
  input.value = (new URLSearchParams(location.hash.slice(1)).get("q") || input.value).slice(0, 100);
  input.addEventListener("input", show);
  show();
  input.focus();
})();
