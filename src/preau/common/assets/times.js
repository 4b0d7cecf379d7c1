// Beside the course's time, the reader's own when it differs: <time datetime="2026-03-22T23:59+01:00" data-local>…</time>

/** Minutes east of UTC that an ISO time with an offset is written in, or null without an offset. */
export function offsetOf(iso) {
  const found = /([+-])(\d\d):?(\d\d)$/.exec(iso);
  if (found) return (found[1] === "-" ? -1 : 1) * (found[2] * 60 + +found[3]);
  return iso.endsWith("Z") ? 0 : null;
}

export function tellLocalTimes(root) {
  const language = document.documentElement.lang || "fr";
  for (const time of root.querySelectorAll("time[data-local]")) {
    const when = new Date(time.dateTime);
    const offset = offsetOf(time.dateTime);
    if ("told" in time.dataset || offset === null || Number.isNaN(+when) || offset === -when.getTimezoneOffset()) continue;
    const there = new Date(+when + offset * 60_000).getUTCDate();
    const day = there === when.getDate() ? {} : { weekday: "long", day: "numeric", month: "long" };
    const said = new Intl.DateTimeFormat(language, { ...day, hour: "numeric", minute: "2-digit" }).format(when);
    const words = language.startsWith("fr") ? said.replace(/(\d?\d):(\d\d)$/, (_, hour, minute) => `${+hour}\u00a0h\u00a0${minute}`) : said;
    time.dataset.told = "";
    time.append(` (${document.body.dataset.sayLocal.replace("{time}", words)})`);
  }
}

/** A form of sign-up learns the zone of the browser, so that dates are told in it from the first day. */
export function fillZones(root) {
  for (const field of root.querySelectorAll("input[data-zone]")) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
}
