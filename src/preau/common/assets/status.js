// What went wrong on the way, said in the one role="status" node. The words are translated in base.html, on <body>.

/** Say `word` (a data-say-… of <body>) in the status line; `link` adds an address to follow. */
export const say = (word, kind, link) => tell(document.body.dataset[word] || "", kind, link);

/** The same with the words themselves. */
export function tell(text, kind = "warning", link = "") {
  const place = document.getElementById("status");
  if (!place) return;
  const notice = document.createElement("p");
  notice.className = `notice ${kind}`;
  notice.append(text);
  if (link) notice.append(" ", Object.assign(document.createElement("a"), { href: link, target: "_blank", textContent: document.body.dataset.saySignIn }));
  const close = Object.assign(document.createElement("button"), { type: "button", className: "quiet compact", textContent: document.body.dataset.sayClose });
  close.addEventListener("click", () => place.replaceChildren());
  notice.append(" ", close);
  place.replaceChildren(notice);
}

function refused({ detail }) {
  const status = detail.xhr.status;
  if (detail.requestConfig.verb === "get") {
    if (status >= 500) say("sayUnread");
    return;
  }
  if (status === 401) say("saySignedOut", "warning", document.body.dataset.signIn);
  else if (status === 429 || status >= 500) say("sayLater");
  else say("sayRefused", "error");
}

export function watchStatus() {
  const lost = ({ detail }) => say(detail.requestConfig.verb === "get" ? "sayUnread" : "sayOffline");
  addEventListener("htmx:sendError", lost);
  addEventListener("htmx:timeout", lost);
  addEventListener("htmx:responseError", refused);
  // A notice of ours goes once the network answers; one that the server swapped in stays.
  addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.status < 400) document.getElementById("status")?.replaceChildren();
  });
}
