/* Replaces Streamlit's words by those of the page's language, in what is there and in what arrives. `given` has the language and
 * rows of phrases: the wanted one first, then the forms it may stand in; {} stands for any text, which is kept. */
function (given) {
  const GAP = "{}", ATTRIBUTES = ["aria-label", "placeholder", "title"];
  const exact = new Map(), open = [];
  for (const [wanted, ...forms] of given.texts) {
    for (const form of forms.filter((one) => one !== wanted)) {
      if (!form.includes(GAP)) exact.set(form, wanted);
      else open.push([...form.split(GAP), wanted]);
    }
  }

  function translate(text) {
    const trimmed = text.trim();
    if (exact.has(trimmed)) return exact.get(trimmed);
    const found = open.find(([start, end]) => trimmed.length > start.length + end.length && trimmed.startsWith(start) && trimmed.endsWith(end));
    if (!found) return null;
    const [start, end, wanted] = found;
    return wanted.replace(GAP, () => trimmed.slice(start.length, trimmed.length - end.length));
  }

  function replaceText(node) {
    const wanted = translate(node.nodeValue);
    if (wanted !== null) node.nodeValue = wanted;
  }

  function replaceAttributes(element) {
    for (const name of ATTRIBUTES) {
      const wanted = element.hasAttribute(name) ? translate(element.getAttribute(name)) : null;
      if (wanted !== null) element.setAttribute(name, wanted);
    }
  }

  function visit(root) {
    if (root.nodeType === Node.TEXT_NODE) return replaceText(root);
    if (root.nodeType !== Node.ELEMENT_NODE) return undefined;
    replaceAttributes(root);
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.nodeType === Node.TEXT_NODE) replaceText(node);
      else replaceAttributes(node);
    }
    return undefined;
  }

  if (window.pilotzonesWords) window.pilotzonesWords.disconnect();
  document.documentElement.lang = given.lang;
  window.pilotzonesWords = new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") replaceAttributes(change.target);
      else if (change.type === "characterData") replaceText(change.target);
      else change.addedNodes.forEach(visit);
    }
  });
  window.pilotzonesWords.observe(document.body, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
  });
  visit(document.body);
}
