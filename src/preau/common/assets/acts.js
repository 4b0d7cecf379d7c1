// An act is one accepted POST; its id is made here, at submit, so that a retry of the same answer is the same act.

const pending = new WeakMap(); // form → {key, id, madeAt} of the act whose answer has not come
const OWN = ["act", "made_at"];

/** A UUIDv7 (RFC 9562) from getRandomValues: crypto.randomUUID is absent on plain http, and is version 4. */
export function uuid7(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let n = 0; n < 6; n += 1) bytes[n] = Math.floor(now / 256 ** (5 - n)) % 256;
  bytes[6] = (bytes[6] & 15) | 112;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/** Put `act` and `made_at` into `data`: those of the pending act when it says the same, else fresh ones. */
export function stamp(form, data) {
  const said = [...data].filter(([name]) => !OWN.includes(name));
  const key = JSON.stringify(said.map(([name, value]) => [name, value.name ? [value.name, value.size, value.lastModified] : value]));
  let act = pending.get(form);
  if (act?.key !== key) {
    act = { key, id: uuid7(), madeAt: new Date().toISOString() };
    pending.set(form, act);
  }
  data.set("act", act.id);
  data.set("made_at", act.madeAt);
}

/** True when the server has decided; signed out, too many requests and its own failures leave the act open. */
export function settled(status) {
  return status >= 200 && status < 500 && ![401, 408, 429].includes(status);
}

const formOf = (element) => element.closest?.("form[data-act]");

function stampHtmx({ detail }) {
  const form = formOf(detail.elt);
  if (form && detail.verb !== "get") stamp(form, detail.formData);
}

/** A form that leaves without htmx carries the same two fields. */
function stampPlain(event) {
  const form = formOf(event.target);
  if (!form || event.defaultPrevented) return;
  const data = new FormData(form);
  if (event.submitter?.name) data.append(event.submitter.name, event.submitter.value);
  stamp(form, data);
  for (const name of OWN) {
    let field = form.querySelector(`input[name="${name}"]`);
    if (!field) form.append((field = Object.assign(document.createElement("input"), { type: "hidden", name })));
    field.value = data.get(name);
  }
  form.dataset.busy = "";
}

function refuseSecond(event) {
  if (event.target.dataset?.busy === undefined) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

export function watchActs() {
  addEventListener("submit", refuseSecond, true);
  addEventListener("submit", stampPlain);
  addEventListener("htmx:configRequest", stampHtmx);
  // A form that keeps itself while one writes (a part of it that posts) must not hold back its own button.
  addEventListener("htmx:beforeSend", ({ detail }) => {
    if (detail.elt.matches("form[data-act]")) detail.elt.dataset.busy = "";
  });
  addEventListener("htmx:afterRequest", ({ detail }) => {
    const { elt, formData } = detail.requestConfig;
    const form = formOf(elt);
    if (!form) return;
    if (elt === form) delete form.dataset.busy;
    if (settled(detail.xhr.status) && pending.get(form)?.id === formData?.get("act")) pending.delete(form);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach((form) => delete form.dataset.busy));
}
