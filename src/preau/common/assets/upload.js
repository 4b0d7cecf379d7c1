// A file goes up in pieces and goes on where it was cut: form[data-upload]. Without a script the form sends it whole.
import { uuid7 } from "./acts.js";

const PAUSES = [1, 2, 4, 8, 15, 30]; // seconds before another try; the last one for as long as the page is open

const wait = (seconds) =>
  new Promise((done) => {
    const clock = setTimeout(over, seconds * 1000);
    function over() {
      clearTimeout(clock);
      removeEventListener("online", over);
      done();
    }
    addEventListener("online", over);
  });

/** Ask until the server answers; a body makes it a POST. Tells `cut` each time it does not. */
async function ask(address, fields, cut) {
  for (let tries = 0; ; tries += 1) {
    try {
      const body = fields && new FormData();
      for (const [name, value] of Object.entries(fields || {})) body.append(name, value);
      const answer = await fetch(address, { method: body ? "POST" : "GET", headers: { Accept: "application/json" }, body });
      if (answer.status < 500 && ![408, 429].includes(answer.status)) return { status: answer.status, ...(await answer.json()) };
    } catch { /* no network, or half an answer: again */ }
    cut(true);
    await wait(PAUSES[Math.min(tries, PAUSES.length - 1)]);
  }
}

/** Send what is missing of a file; resolves with the reason when it is refused. */
async function send(form, file, tell, cut) {
  const line = [...form.parentElement.querySelectorAll("[data-upload-of]")].find(({ dataset }) => dataset.name === file.name && Number(dataset.size) === file.size);
  const base = form.action.replace(/\/peer\/.*$/, "/peer/document/");
  let answer = line
    ? await ask(`${base}${line.dataset.uploadOf}/`, null, cut)
    : await ask(form.action, { act: uuid7(), made_at: new Date().toISOString(), name: file.name, size: file.size }, cut);
  const piece = answer.outcome?.piece;
  while (answer.outcome && (answer.outcome.state || "uploading") === "uploading") {
    const { document: id, received } = answer.outcome;
    tell(received);
    answer = await ask(`${base}${id}/`, { offset: received, chunk: file.slice(received, received + piece) }, cut);
    cut(false);
  }
  return answer.reason || "";
}

async function start(form, file) {
  const told = form.querySelector("[data-told]");
  const [bar, words] = [told.querySelector("progress"), told.querySelector("[role=status]")];
  const size = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const megabytes = (bytes) => size.format(bytes / 1e6);
  let said = "";
  const cut = (yes) => (words.textContent = yes ? form.dataset.cut : said);
  const tell = (bytes) => {
    bar.value = (100 * bytes) / file.size;
    words.textContent = said = `${megabytes(bytes)} / ${megabytes(file.size)} ${form.dataset.unit}`;
  };
  told.hidden = false;
  form.dataset.busy = "";
  form.querySelector("input[type=file]").disabled = true;
  const reason = await send(form, file, tell, cut).catch(() => "");
  delete form.dataset.busy;
  await htmx.ajax("GET", form.getAttribute("action"), { target: "#documents", swap: "outerHTML" });
  if (reason) document.querySelector("#documents [data-told] [role=status]")?.append(reason);
  if (reason) document.querySelector("#documents [data-told]").hidden = false;
}

/** With a script a file starts as soon as it is chosen, and one that was cut can be chosen again whatever the room. */
export function prepareUploads(root) {
  for (const form of root.querySelectorAll("form[data-upload]")) {
    for (const button of form.querySelectorAll("button")) button.hidden = true;
    if (form.parentElement.querySelector("[data-upload-of]")) form.querySelectorAll("[data-again]").forEach((label) => (label.hidden = false));
  }
}

export function watchUploads() {
  addEventListener("change", ({ target }) => {
    const form = target.closest?.("form[data-upload]");
    if (form && target.files?.[0]) start(form, target.files[0]);
  });
  // The list asks again by itself while a file is prepared: not under somebody's upload.
  addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.id === "documents" && event.detail.elt.querySelector("[data-busy]")) event.preventDefault();
  });
}
