// How many words a text has, beside how many it may have: [data-words-of="name"][data-most] in the same form.

const counted = (text) => text.trim().split(/\s+/).filter(Boolean).length;

function tell(place) {
  const area = place.closest("form")?.elements[place.dataset.wordsOf];
  if (!area) return;
  place.dataset.said ??= place.textContent;
  const count = counted(area.value);
  place.textContent = count ? `${count} / ${place.dataset.most}. ${place.dataset.said}` : place.dataset.said;
  place.classList.toggle("over", count > Number(place.dataset.most));
}

export function tellWords(root) {
  for (const place of root.querySelectorAll("[data-words-of]")) tell(place);
}

export function watchWords() {
  addEventListener("input", ({ target }) => target.form?.querySelectorAll(`[data-words-of="${target.name}"]`).forEach(tell));
}
