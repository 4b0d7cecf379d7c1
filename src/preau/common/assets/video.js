// Which of a video's files plays, and how fast. The page's own <video controls> plays the small one without this script.
// figure[data-video] > video, [data-ways][hidden] > button[data-way=address], select[data-speed]

/** Does this reader pay for what they fetch, or wait for it? */
function sparing() {
  const { saveData, effectiveType } = navigator.connection || {};
  return Boolean(saveData) || /2g|3g/.test(effectiveType || "");
}

function choose(figure, button) {
  const video = figure.querySelector("video");
  for (const other of figure.querySelectorAll("[data-way]")) other.setAttribute("aria-pressed", other === button);
  const address = button.dataset.way;
  if (video.getAttribute("src") === address) return;
  const { currentTime, paused, playbackRate } = video;
  video.src = address;
  if (currentTime > 0) video.addEventListener("loadedmetadata", () => { video.currentTime = currentTime; }, { once: true });
  video.playbackRate = playbackRate;
  if (!paused) video.play();
}

export function prepareVideos(root) {
  for (const figure of root.querySelectorAll("[data-video]")) {
    const ways = figure.querySelector("[data-ways]");
    if (!ways.hidden) continue;
    ways.hidden = false;
    const said = figure.parentElement.querySelector("section.said");
    if (sparing() && said) figure.before(said); // what is said comes first where seeing it is dear
    const buttons = [...ways.querySelectorAll("[data-way]")];
    const plain = buttons.find((one) => one.dataset.way === figure.querySelector("video").getAttribute("src"));
    choose(figure, sparing() || !plain ? buttons[0] : plain);
  }
}

export function watchVideos() {
  addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-way]");
    if (button) choose(button.closest("[data-video]"), button);
  });
  addEventListener("change", (event) => {
    const speed = event.target.closest?.("select[data-speed]");
    if (speed) speed.closest("[data-video]").querySelector("video").playbackRate = +speed.value;
  });
}
