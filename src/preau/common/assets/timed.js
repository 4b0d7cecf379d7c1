// A timed attempt ([data-timed]): counts down by the server's clock, and keeps on the device what the network does not
// take, until it does. What an answer says of when it was written: the last stamp of the server, and the time since.
import { say, tell } from "./status.js";

const AGAIN = 5000; // ms between two tries
const SIGNED_OUT = 30_000; // and where somebody must sign in first
const PATIENCE = 20_000; // ms before a try is given up
const TOLD = [10, 5, 1]; // minutes left
const KEPT = "preau:timed:"; // and whose it is

let clock; // {stamp, at, steady, wall}: the server's time `at` when `stamp` came, and ours
let left = Infinity; // minutes, when last looked at
let ticking, flushing, again;
let unkept = []; // where this browser keeps nothing
const sending = new Set(); // acts that htmx has under way

// Decided for good: stored, or refused. Whoever is signed in may be somebody else by now, to whom an address is not there.
const decided = (status) => (status >= 200 && status < 300) || [409, 422].includes(status);
const foreign = (status) => [401, 403, 404].includes(status);
let told = false;

/** Said once, until something was stored. */
function signIn() {
  if (!told) say("saySignedOut", "warning", document.body.dataset.signIn);
  told = true;
}

const attempt = () => document.querySelector("[data-timed]");
const word = (name, text = "") => (attempt()?.dataset[name] || "").replace(/\{\w+\}/, text);

/** The stamp says the server's time: everything is counted from it. */
function take(stamp) {
  if (stamp) clock = { stamp, at: stamp.split(".")[1].split(":")[0] / 1000, steady: performance.now(), wall: Date.now() };
}

// The steady clock of some phones stops while they sleep, the other can be set back: the later of the two is right.
const elapsed = () => Math.round(Math.max(0, performance.now() - clock.steady, Date.now() - clock.wall));

function key() {
  const person = document.querySelector("[data-person]:not([data-person=''])")?.dataset.person;
  return person && !document.querySelector("[data-shared]") ? `${KEPT}${person}` : "";
}

function kept() {
  try {
    return (key() && JSON.parse(localStorage.getItem(key()))) || unkept;
  } catch {
    return unkept;
  }
}

function keep(entries) {
  unkept = entries;
  try {
    if (!entries.length) localStorage.removeItem(key());
    else if (key()) localStorage.setItem(key(), JSON.stringify(entries));
    if (key()) unkept = [];
  } catch { // full, or refused: kept as long as the page is
    try { localStorage.removeItem(key()); } catch { /* nothing was there */ }
  }
}

const drop = (id) => keep(kept().filter((entry) => entry.id !== id));
const formOf = (path) => [...document.querySelectorAll("form[data-act]")].find((form) => form.getAttribute("action") === path);

function mark(path, text, kind = "warning") {
  const form = formOf(path);
  if (!form || !text) return;
  form.querySelector("[data-mark]")?.remove();
  const note = Object.assign(document.createElement("p"), { className: `notice ${kind}`, textContent: text });
  note.dataset.mark = "";
  (form.querySelector("fieldset") || form).append(note);
}

const markKept = () => kept().forEach((entry) => sending.has(entry.id) || mark(entry.path, word("sayKept")));

function tick() {
  const node = attempt();
  const place = node?.querySelector("[data-left]");
  if (!place) return (ticking = clearInterval(ticking));
  const before = left;
  left = (node.dataset.ends - clock.at - elapsed()) / 60_000;
  if (left > 0) {
    place.textContent = `(${word("sayLeft", Math.ceil(left))})`;
    if (before < Infinity && TOLD.some((minutes) => before > minutes && left <= minutes)) {
      tell(left > 1 ? word("sayMinutes", Math.ceil(left)) : word("sayMinute"), "info");
    }
    return;
  }
  place.remove();
  const waiting = kept().length;
  tell(waiting ? word("sayHeld", waiting) : word("sayOver"));
  if (!waiting) setTimeout(refetch, 2000); // what was just said is heard first
}

/** Asks for the learner's part again; something typed and not sent stays. */
const refetch = () => dispatchEvent(new Event("preau:refetch"));

/** Sends what is kept, oldest first, one after the other. */
async function flush() {
  clearTimeout(again);
  if (flushing || !kept().length) return;
  flushing = true;
  let refused = 0;
  for (let entry; (entry = kept()[0]) && !sending.has(entry.id) && navigator.onLine; ) {
    const reply = await send(entry);
    if (!reply || !decided(reply.status)) {
      flushing = false;
      const out = reply && foreign(reply.status);
      if (out) signIn();
      again = setTimeout(flush, out ? SIGNED_OUT : AGAIN);
      return;
    }
    drop(entry.id);
    if (reply.ok) {
      sent(entry, await passedOver(reply));
      continue;
    }
    refused += 1;
    const why = await reason(reply);
    mark(entry.path, why, "error");
    tell(why, "error");
  }
  flushing = false;
  if (kept().length) again = setTimeout(flush, AGAIN);
  else if (!refused) refetch();
}

async function send({ path, body }) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const reply = await fetch(path, { method: "POST", body: new URLSearchParams(`${body}&queued=1`), headers: { Accept: "application/json" }, signal: stop.signal });
    if (reply.ok) {
      take(reply.headers.get("X-Stamp"));
      told = false;
    }
    return reply;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

const reason = (reply) => reply.json().then((said) => said.reason).catch(() => document.body.dataset.sayRefused);

const passedOver = (reply) => reply.json().then((said) => said.outcome.superseded).catch(() => false);

function sent({ path }, superseded) {
  mark(path, word(superseded ? "sayNewer" : "saySent"), superseded ? "warning" : "success");
  for (const field of formOf(path)?.elements || []) {
    if ("defaultValue" in field) field.defaultValue = field.value;
    if ("defaultChecked" in field) field.defaultChecked = field.checked;
  }
}

/** Before an answer leaves it is on the device; behind others it waits for its turn. Nothing is finished, nor the next
    attempt begun, which closes this one, before what is kept has arrived. */
function before(event) {
  const { elt, formData, path, verb } = event.detail;
  if (verb === "get" || !clock || !attempt()) return;
  const ours = (where) => where.includes(attempt().dataset.timed);
  const starts = path.endsWith("/start/");
  if (!starts && !ours(path)) return;
  const others = kept().filter((entry) => !starts || ours(entry.path)).length;
  if (elt.id.startsWith("q-")) {
    const id = formData.get("act");
    formData.set("stamp", clock.stamp);
    formData.set("elapsed", elapsed());
    keep([...kept().filter((entry) => entry.id !== id), { id, path, body: `${new URLSearchParams(formData)}` }]);
    if (!others && navigator.onLine) return sending.add(id);
  } else if (!others) return;
  event.preventDefault();
  tell(word(elt.id ? "sayKept" : starts ? "sayThen" : "sayFirst"));
  markKept();
  flush();
}

function after({ detail: { requestConfig, xhr } }) {
  const id = requestConfig?.formData?.get?.("act");
  if (!sending.delete(id)) return;
  if (decided(xhr.status)) {
    drop(id);
    take(xhr.getResponseHeader("X-Stamp"));
    flush();
  } else {
    markKept();
    again = setTimeout(flush, foreign(xhr.status) ? SIGNED_OUT : AGAIN);
  }
}

/** Instead of what other pages say of a lost connection. */
function lost({ detail: { requestConfig, xhr } }) {
  const waits = kept().some((entry) => entry.id === requestConfig.formData?.get?.("act"));
  if (waits && foreign(xhr.status)) signIn();
  else if (waits && !decided(xhr.status)) tell(word("sayKept"));
}

/** Back from signing in, perhaps: what is kept for somebody else than the page was drawn for may be theirs now. */
function back() {
  try {
    if (Object.keys(localStorage).some((name) => name.startsWith(KEPT) && name !== key())) return refetch();
  } catch { /* this browser keeps nothing */ }
  flush();
}

export function prepareTimed() {
  const stamp = attempt()?.dataset.stamp;
  if (stamp && stamp !== attempt().dataset.taken) {
    attempt().dataset.taken = stamp;
    take(stamp);
    ticking ||= setInterval(tick, 1000);
  }
  markKept();
  flush();
}

export function watchTimed() {
  addEventListener("htmx:configRequest", before);
  addEventListener("htmx:afterRequest", after);
  for (const name of ["sendError", "timeout", "responseError"]) addEventListener(`htmx:${name}`, lost);
  addEventListener("online", flush);
  addEventListener("focus", back);
}
