// A thread that is open: what is the reader's own among its posts, and what comes in while they read. The list is the
// same for everybody; [data-own] and [data-thanked] on it hold the numbers of the reader's posts and thanks.

const SLOWEST = 300; // seconds between two looks

const numbers = (text) => new Set((text || "").split(" ").filter(Boolean));

/** Say which posts are mine and which I thanked for. A thank-you that stands is taken back by the same button. */
function markOwn(list, from = list) {
  const own = numbers(from.dataset.own), thanked = numbers(from.dataset.thanked);
  for (const post of from.querySelectorAll("article.post")) {
    post.classList.toggle("own", own.has(post.dataset.number));
    const button = post.querySelector(".thank");
    if (!button) continue;
    const on = thanked.has(post.dataset.number);
    button.setAttribute("aria-pressed", String(on));
    button.value = on ? "0" : "1";
  }
}

/** Look for new posts, slower and slower while none comes. They wait behind a button: nothing moves under the eyes. */
function watchThread(list) {
  const first = Number(list.dataset.poll);
  let wait = first, last = list.dataset.last, held = [];
  const bar = Object.assign(document.createElement("p"), { className: "newer", hidden: true });
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: list.dataset.sayNew });
  bar.append(button);
  list.append(bar);
  button.addEventListener("click", () => {
    const posts = held.flatMap((news) => {
      markOwn(list, news);
      return [...news.children];
    });
    held = [];
    bar.hidden = true;
    bar.before(...posts);
    htmx.process(list);
    if (posts[0]) {
      posts[0].tabIndex = -1;
      posts[0].focus();
    }
  });
  async function look() {
    if (!list.isConnected) return;
    if (document.visibilityState === "visible") {
      const found = await fetch(`${list.dataset.after}${last}/`, { headers: { "HX-Request": "true" } }).catch(() => null);
      if (found?.status === 200) {
        const page = new DOMParser().parseFromString(await found.text(), "text/html");
        const news = page.querySelector("[data-news]");
        if (news) {
          last = news.dataset.last;
          held.push(document.adoptNode(news));
          bar.hidden = false;
          wait = first;
        }
      } else if (found && found.status !== 204 && found.status !== 429 && found.status < 500) {
        return; // signed out, or gone
      } else {
        wait = Math.min(wait * 1.5, SLOWEST);
      }
    }
    setTimeout(look, wait * 1000);
  }
  setTimeout(look, wait * 1000);
}

export function prepareThreads(root) {
  for (const list of root.querySelectorAll("[data-posts]")) {
    if (list.dataset.ready !== undefined) continue;
    list.dataset.ready = "";
    markOwn(list);
    if (list.dataset.poll) watchThread(list);
  }
}

/** A button of a post acts in place: its address is its own, the form and the act's id are the list's. */
function actInPlace(event) {
  const list = event.target, button = event.submitter;
  const post = button?.closest("article.post");
  if (!list.matches?.("[data-posts]") || !post) return;
  event.preventDefault();
  htmx.ajax("POST", button.getAttribute("formaction"), { source: list, target: post, swap: "outerHTML", values: { [button.name]: button.value } });
}

/** Minutes beside a recording jump in its player; without a script they open the recording there. */
function seek(event) {
  const link = event.target.closest?.("[data-seek]");
  const player = link && document.querySelector("#replay");
  if (!player) return;
  event.preventDefault();
  const jump = () => {
    player.currentTime = Number(link.dataset.seek);
    player.play();
  };
  if (player.readyState) return jump();
  player.addEventListener("loadedmetadata", jump, { once: true });
  player.load();
}

/** A post drawn anew after an act carries the reader's own state in its form. */
export function watchThreads() {
  addEventListener("submit", actInPlace, true);
  addEventListener("click", seek);
  addEventListener("htmx:afterSwap", ({ detail }) => {
    const list = detail.elt?.closest?.("[data-posts]") || document.querySelector("[data-posts]");
    const state = detail.xhr?.getResponseHeader("X-Own");
    if (!list || state === null || state === undefined) return;
    const [number, own, thanked] = state.split(" ");
    for (const [name, on] of [["own", own === "1"], ["thanked", thanked === "1"]]) {
      const kept = numbers(list.dataset[name]);
      if (on) kept.add(number);
      else kept.delete(number);
      list.dataset[name] = [...kept].join(" ");
    }
    markOwn(list);
  });
}
