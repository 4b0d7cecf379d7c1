// The script of every page. htmx stands before it in the bundle; without script, each form and link works by itself.
import { watchActs } from "./acts.js";
import { restoreDrafts, watchDrafts } from "./drafts.js";
import { watchStatus } from "./status.js";
import { prepareThreads, watchThreads } from "./threads.js";
import { prepareTimed, watchTimed } from "./timed.js";
import { fillZones, tellLocalTimes } from "./times.js";
import { prepareTranscript, watchTranscript } from "./transcript.js";
import { prepareUploads, watchUploads } from "./upload.js";
import { prepareVideos, watchVideos } from "./video.js";
import { tellWords, watchWords } from "./words.js";

const wide = matchMedia("(min-width: 62em)");

function prepare(root) {
  tellLocalTimes(root);
  fillZones(root);
  restoreDrafts(root);
  tellWords(root);
  prepareUploads(root);
  prepareThreads(root);
  prepareVideos(root);
  prepareTranscript(root);
  prepareTimed();
  for (const button of root.querySelectorAll("[data-print]")) button.hidden = false;
  for (const details of root.querySelectorAll("nav.path > details")) details.open = wide.matches;
}

/** Ask again for the learner's own part, unless something typed there would be lost. */
function refetch() {
  const changed = (field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked;
  for (const part of document.querySelectorAll("[data-fragment]")) {
    if (![...part.querySelectorAll("input:not([type=hidden]), textarea")].some(changed)) htmx.trigger(part, "refetch");
  }
}

/** After an act, a keyboard or a screen reader goes on from its outcome and not from the top of the page. */
function focusOutcome({ detail }) {
  const outcome = detail.elt.matches("[data-outcome]") ? detail.elt : detail.elt.querySelector("[data-outcome]");
  if (!outcome || detail.requestConfig?.verb === "get") return;
  outcome.tabIndex = -1;
  outcome.focus();
}

watchStatus();
watchActs();
watchDrafts();
watchWords();
watchUploads();
watchThreads();
watchVideos();
watchTranscript();
watchTimed();
htmx.onLoad(prepare);
wide.addEventListener?.("change", () => prepare(document));
addEventListener("htmx:afterSettle", focusOutcome);
addEventListener("pageshow", (event) => event.persisted && refetch());
addEventListener("online", refetch);
addEventListener("preau:refetch", refetch);
addEventListener("click", (event) => event.target.closest?.("[data-print]") && print());
