// The words under a video: they follow what is said, jump, and lead to what one can do about each of them.
// [data-said] > .words a[data-t=milliseconds]; #cue; [data-play=milliseconds][hidden]; [data-keep=address] says that the
// reader's place is kept; [data-marks] a[data-cue=key]. Without this script each word is a link to its own page.

const EVERY = 15_000; // milliseconds between two words on where the reader is
const CAPTIONS = "preau-captions";
const film = () => document.querySelector("figure[data-video] > video");
let starts = [], links = [], now = -1, held = 0, told = 0;

const clock = (ms) => {
  const whole = Math.floor(ms / 1000), hours = Math.floor(whole / 3600);
  const rest = `${Math.floor((whole % 3600) / 60)}:${String(whole % 60).padStart(2, "0")}`;
  return hours ? `${hours}:${rest.padStart(5, "0")}` : rest;
};

/** The last line that has begun. */
function lineAt(ms) {
  let low = 0, high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function follow(video) {
  const at = lineAt(video.currentTime * 1000 + 50);
  if (at === now) return;
  links[now]?.classList.remove("now");
  now = at;
  const link = links[now];
  if (!link) return;
  link.classList.add("now");
  const box = link.closest(".words");
  if (Date.now() - held > 5000) box.scrollTop = link.offsetTop - box.clientHeight / 3;
}

function tell(video, { sure = false } = {}) {
  const keep = document.querySelector("[data-keep]");
  if (!keep || video.currentTime < 1 || (!sure && Date.now() - told < EVERY)) return;
  told = Date.now();
  const form = new FormData();
  form.set("at", video.ended ? "0" : video.currentTime.toFixed(1));
  navigator.sendBeacon(keep.dataset.keep, form);
}

function play(ms) {
  const video = film();
  video.currentTime = ms / 1000;
  video.play();
}

/** Jump there; what was not fetched yet is not: the reader says so with a button. */
function choose(link) {
  const video = film(), ms = +link.dataset.t, said = link.closest("[data-said]"), place = document.getElementById("cue");
  for (const other of links) other.classList.toggle("chosen", other === link);
  rove(link);
  if (video.readyState > 0) video.currentTime = ms / 1000;
  const button = (text, className, act) => {
    const made = Object.assign(document.createElement("button"), { type: "button", className, textContent: text });
    made.addEventListener("click", act);
    return made;
  };
  const quote = Object.assign(document.createElement("q"), { textContent: link.textContent.trim(), lang: link.closest("[lang]").lang });
  const bar = Object.assign(document.createElement("p"), { className: "quote" });
  bar.append(
    button(said.dataset.sayPlay.replace("{time}", clock(ms)), "quiet compact", () => play(ms)),
    button(said.dataset.sayMend, "compact", () => htmx.ajax("GET", link.href, { target: "#cue", swap: "innerHTML" })),
    quote,
  );
  place.replaceChildren(bar);
  bar.scrollIntoView({ block: "nearest" });
}

/** One stop for the tabulator; arrows go from word to word. */
function rove(link) {
  for (const other of links) other.tabIndex = other === link ? 0 : -1;
}

function move(event) {
  const link = event.target.closest?.(".words a[data-t]");
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!link || !step || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = links[links.indexOf(link) + step];
  if (!next) return;
  event.preventDefault();
  held = Date.now();
  rove(next);
  next.focus();
}

function mark(root) {
  for (const list of root.querySelectorAll("[data-marks]")) {
    for (const one of list.querySelectorAll("[data-cue]")) {
      document.querySelector(`.words a[href$="/cue/${one.dataset.cue}/"]`)?.classList.add(list.dataset.marks);
    }
  }
}

function ready(said) {
  links = [...said.querySelectorAll(".words a[data-t]")];
  starts = links.map((link) => +link.dataset.t);
  now = -1;
  said.querySelector(".words").removeAttribute("tabindex");
  if (links[0]) rove(links[0]);
  follow(film());
}

/** The language in which this reader last wanted captions: shown once the film plays, never fetched before. */
function caption(video) {
  const wanted = localStorage.getItem(CAPTIONS);
  const tracks = [...video.textTracks];
  if (!wanted || tracks.some((one) => one.mode === "showing")) return;
  const found = tracks.find((one) => one.language === wanted);
  if (found) found.mode = "showing";
}

function remember(video) {
  const shown = [...video.textTracks].find((one) => one.mode === "showing");
  if (shown) localStorage.setItem(CAPTIONS, shown.language);
  else localStorage.removeItem(CAPTIONS);
}

export function prepareTranscript(root) {
  const video = film();
  const said = root.matches?.("[data-said]") ? root : root.querySelector("[data-said]");
  if (video && said?.querySelector(".words")) ready(said);
  if (video) for (const button of root.querySelectorAll("[data-play]")) button.hidden = false;
  mark(root);
  if (!video || video.dataset.watched) return;
  video.dataset.watched = "yes";
  video.addEventListener("timeupdate", () => { follow(video); tell(video); });
  video.addEventListener("seeked", () => follow(video));
  video.addEventListener("pause", () => tell(video, { sure: true }));
  video.addEventListener("play", () => caption(video), { once: true });
  video.textTracks.addEventListener("change", () => { if (!video.paused) remember(video); });
}

export function watchTranscript() {
  addEventListener("click", (event) => {
    const link = event.target.closest?.(".words a[data-t]");
    if (link && film() && !(event.ctrlKey || event.metaKey || event.shiftKey || event.button)) {
      event.preventDefault();
      choose(link);
    }
    const button = event.target.closest?.("[data-play]");
    if (button && film()) play(+button.dataset.play);
  });
  addEventListener("keydown", move);
  addEventListener("wheel", (event) => { if (event.target.closest?.(".words")) held = Date.now(); }, { passive: true });
  addEventListener("touchmove", (event) => { if (event.target.closest?.(".words")) held = Date.now(); }, { passive: true });
  addEventListener("pagehide", () => { const video = film(); if (video && !video.paused) tell(video, { sure: true }); });
}
