// Long texts survive a closed tab: textarea[data-autosave] under an ancestor's opaque [data-person]. Nothing is kept
// without a person, nor under [data-shared] (the mode for a shared computer).

const PREFIX = "preau:draft:";
const KEEP = 30 * 86_400_000; // ms

function keyOf(area) {
  const person = area.closest("[data-person]")?.dataset.person;
  return person && !area.closest("[data-shared]") ? `${PREFIX}${person}:${location.pathname}:${area.name}` : "";
}

// Storage may be full, or refused as a whole: then the page works and keeps nothing.
function store(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch { /* nothing is kept */ }
}

function load(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function forgetOld() {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX) && !(load(key)?.at > Date.now() - KEEP)) store(key, null);
    }
  } catch { /* no storage */ }
}

/** Put back a text that the server has not seen, and say so, with a way back to the server's text. */
export function restoreDrafts(root) {
  for (const area of root.querySelectorAll("textarea[data-autosave]")) {
    const key = keyOf(area);
    const draft = key && load(key);
    if (!draft || draft.base !== area.defaultValue || draft.text === area.value) continue;
    area.value = draft.text;
    const notice = Object.assign(document.createElement("p"), { className: "notice", textContent: `${document.body.dataset.sayRestored} ` });
    const back = Object.assign(document.createElement("button"), { type: "button", className: "as-link", textContent: document.body.dataset.sayUndo });
    back.addEventListener("click", () => {
      area.value = area.defaultValue;
      store(key, null);
      notice.remove();
      area.focus();
    });
    notice.append(back);
    area.before(notice);
  }
}

const areasOf = (element) => element.closest?.("form")?.querySelectorAll("textarea[data-autosave]") || [];

export function watchDrafts() {
  forgetOld();
  addEventListener("input", ({ target: area }) => {
    const key = area.matches?.("textarea[data-autosave]") && keyOf(area);
    if (key) store(key, { text: area.value, base: area.defaultValue, at: Date.now() });
  });
  // Sent is not stored: a draft goes when the server has it, or when a plain form has left with it. What was typed since
  // it was sent is kept on top of what the server has now.
  const forget = (element) => areasOf(element).forEach((area) => store(keyOf(area), null));
  addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { verb, elt, formData } = detail.requestConfig;
    if (verb === "get" || detail.xhr.status >= 300) return;
    for (const area of areasOf(elt)) {
      const sent = formData?.get(area.name) ?? area.value;
      area.defaultValue = sent;
      store(keyOf(area), area.value === sent ? null : { text: area.value, base: sent, at: Date.now() });
    }
  });
  addEventListener("submit", (event) => event.defaultPrevented || forget(event.target));
}
