// Passkeys without inline script: a form[data-passkey] asks the device, puts its answer in `credential`, and is sent as any form.
// Options come with the form (data-passkey-options) or from an address (data-passkey-from). Written out for browsers of before 2025,
// which cannot read or write these structures as JSON by themselves.
(() => {
  "use strict";
  const BUFFERS = ["challenge", "id", "rawId", "clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

  function text(buffer) {
    let letters = "";
    for (const byte of new Uint8Array(buffer)) letters += String.fromCharCode(byte);
    return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function fromServer({ publicKey }) {
    const lists = {};
    for (const name of ["excludeCredentials", "allowCredentials"]) {
      if (publicKey[name]) lists[name] = publicKey[name].map((one) => ({ ...one, id: bytes(one.id) }));
    }
    const user = publicKey.user && { user: { ...publicKey.user, id: bytes(publicKey.user.id) } };
    return { publicKey: { ...publicKey, ...lists, ...user, challenge: bytes(publicKey.challenge) } };
  }

  function toServer(credential) {
    const response = {};
    for (const name of BUFFERS) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    const { id, type } = credential;
    return { id, type, rawId: text(credential.rawId), response, clientExtensionResults: credential.getClientExtensionResults() };
  }

  async function options(form) {
    if (form.dataset.passkeyOptions) return JSON.parse(form.dataset.passkeyOptions);
    const answer = await fetch(form.dataset.passkeyFrom, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`no options: ${answer.status}`);
    return (await answer.json()).request_options;
  }

  /** A key that opens the account alone must be found without a name, and unlock itself. */
  function alone(asked, yes) {
    const chosen = { residentKey: yes ? "required" : "discouraged", requireResidentKey: yes };
    if (yes) chosen.userVerification = "required";
    asked.publicKey.authenticatorSelection = { ...asked.publicKey.authenticatorSelection, ...chosen };
  }

  function say(place, words) {
    place.textContent = words;
    place.hidden = false;
  }

  const refuse = (form, words) => say(form.querySelector("[role=alert][hidden], .error-text"), words);

  async function ask(form) {
    const asked = fromServer(await options(form));
    if (form.dataset.passkey === "get") return navigator.credentials.get(asked);
    alone(asked, Boolean(form.elements.passwordless && form.elements.passwordless.checked));
    return navigator.credentials.create(asked);
  }

  /** An account is made with a passkey: the fields that are not a password's must be right before a device is asked. */
  async function begin(button) {
    const form = button.form;
    const place = form.querySelector("[data-passkey-said]");
    place.hidden = true;
    if (![...form.elements].every((field) => field.type === "password" || field.reportValidity())) return;
    try {
      const answer = await fetch(button.dataset.passkeyNew, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } });
      const said = await answer.json();
      if (said.reason) return say(place, said.reason);
      const made = await navigator.credentials.create(fromServer(said.creation_options));
      form.elements.credential.value = JSON.stringify(toServer(made));
      form.elements.password1.value = "";
      form.submit();
    } catch {
      say(place, button.dataset.sayFailed);
    }
  }

  for (const button of document.querySelectorAll("button[data-passkey-new]")) {
    button.hidden = !window.PublicKeyCredential;
    button.addEventListener("click", () => begin(button));
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const here = Boolean(window.PublicKeyCredential);
    form.hidden = form.hidden && !here;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!here) return refuse(form, form.dataset.sayAbsent || form.dataset.sayFailed);
      try {
        form.elements.credential.value = JSON.stringify(toServer(await ask(form)));
        form.submit();
      } catch {
        refuse(form, form.dataset.sayFailed);
      }
    });
  }
})();
