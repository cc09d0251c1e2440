// The queue: one card after another.
import { isTyping } from "./reader.js";
import { notify } from "./page.js";
import { Tools } from "./tools.js";

const root = document.getElementById("queue");
const cards = [...root.querySelectorAll(".card")];
const tools = new Tools(root, { reload });
const words = { confirmed: "tag-good", corrected: "tag-good", rejected: "tag-bad" };
let current = null;

function choose(card, { focus = true } = {}) {
  current?.classList.remove("active");
  current = card;
  tools.show(card);
  if (!card) return;
  card.classList.add("active");
  if (focus) card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const at = cards.indexOf(current);
  const next = cards[at + by];
  if (next) choose(next);
  else if (by > 0) notify("That was the last one of this page.");
}

// What was said of a quote, on its card; then on to the next one that waits.
async function reload(id, quote) {
  const card = cards.find((each) => each.dataset.id === id && each.dataset.article === quote.article.id);
  card.dataset.version = quote.version;
  card.classList.toggle("done", quote.review !== null);
  card.classList.toggle("rejected", quote.review === "rejected");
  card.querySelector(".card-who").textContent = quote.speaker?.name ?? "Not said";
  card.querySelector(".card-head .tag")?.remove();
  if (quote.review) {
    const tag = document.createElement("span");
    tag.className = `tag ${words[quote.review]}`;
    tag.textContent = quote.review;
    card.querySelector(".card-who").after(tag);
    const next = cards.slice(cards.indexOf(card) + 1).find((each) => !each.classList.contains("done"));
    choose(next ?? card);
  } else choose(card);
}

root.addEventListener("click", (event) => {
  const card = event.target.closest(".card");
  if (event.target.closest('#keys [data-do="close"]')) root.querySelector("#keys").close();
  if (card && card !== current && !event.target.closest("a")) choose(card, { focus: false });
});
root.addEventListener("focusin", (event) => {
  const card = event.target.closest(".card");
  if (card && card !== current) choose(card, { focus: false });
});
document.addEventListener("keydown", (event) => {
  if (isTyping(event)) return;
  if (event.key === "n" || event.key === "j" || event.key === "ArrowRight") step(1);
  else if (event.key === "p" || event.key === "k" || event.key === "ArrowLeft") step(-1);
  else if (event.key === "?") root.querySelector("#keys").showModal();
  else if (!tools.typed(event.key)) return;
  event.preventDefault();
});
if (cards.length) choose(cards[0], { focus: false });
