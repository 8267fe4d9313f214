/* The search box of every page. Its suggestions are sent when somebody first goes into it; the browser filters them. What is
 * chosen or, with Enter, typed goes to the server. */
export default function ({ parentElement, data, setTriggerValue }) {
  const input = parentElement.querySelector("input");
  const list = parentElement.querySelector("datalist");
  input.placeholder = data.placeholder;
  input.setAttribute("aria-label", data.label);
  const names = new Set(data.names), lines = data.names.join("\n");
  if (list.lines !== lines) {
    list.replaceChildren(...data.names.map((name) => new Option("", name)));
    list.lines = lines;
  }
  const send = () => {
    const text = input.value.trim();
    input.value = "";
    if (text) setTriggerValue("typed", text);
  };
  input.onfocus = () => {
    if (!data.names.length) setTriggerValue("opened", true);
  };
  // A suggestion that is chosen arrives as the whole of its line.
  input.oninput = () => {
    if (names.has(input.value)) send();
  };
  input.onkeydown = (event) => {
    if (event.key === "Enter" && !event.isComposing) send();
  };
}
