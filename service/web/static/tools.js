// The tools of one card: confirm, reject, correct, undo, copy, and what is known of the quote elsewhere.
import { json } from "./api.js";
import { copy } from "./copying.js";
import { correct, send } from "./correcting.js";
import { make, notify } from "./page.js";
import { openCard } from "./quote_card.js";

const KEYS = { c: "confirm", x: "reject", e: "correct", u: "undo" };

export class Tools {
  // `root` holds the templates. `text`: the element of the article's text, null in the queue. `article`: { id, title,
  // outlet, date }, null in the queue, where each card names its own. `reload(id)` shows what changed.
  constructor(root, { text = null, article = null, source = null, reload = null }) {
    this.root = root;
    this.text = text;
    this.article = article;
    this.source = source;
    this.reload = reload;
    this.card = null;
    this.bar = null;
    this.form = null;
  }

  show(card) {
    this.close();
    this.card = card;
    if (!card) return;
    this.bar = this.root.querySelector("#card-tools").content.firstElementChild.cloneNode(true);
    this.bar.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button && !button.closest("form")) this.act(button.dataset.do);
    });
    this.load("variants", (answer) => variants(answer.variants));
    this.load("history", (answer) => this.states(answer.history));
    card.append(this.bar);
  }

  close() {
    this.closeForm();
    this.bar?.remove();
    this.bar = null;
    this.card = null;
  }

  typed(key) {
    if (!(key in KEYS)) return false;
    if (key === "u") undo(this.reload);
    else if (this.card && this.bar.querySelector(`[data-do="${KEYS[key]}"]`)) this.act(KEYS[key]);
    else return false;
    return true;
  }

  async act(what) {
    try {
      if (what === "confirm") await this.write({ status: "confirmed" }, "Confirmed");
      if (what === "reject") this.askReason();
      if (what === "correct") await this.openForm();
      if (what === "copy-text") await copied(copy(this.asText()), "Copied.");
      if (what === "copy-json") await copied(copy(this.asJson()), "Copied as JSON.");
      if (what === "link") await copied(copy(this.address()), "Copied the link.");
      if (what === "card") openCard(this.root.querySelector("#card-dialog"), this.words(), this.card.dataset.type, this.credit());
    } catch (error) {
      notify(error.message, { problem: true });
    }
  }

  // --- what the card says ---

  articleId() {
    return this.card.dataset.article ?? this.article.id;
  }

  path(more = "") {
    const article = encodeURIComponent(this.articleId());
    return `/v1/quotes/${encodeURIComponent(this.card.dataset.id)}${more}?article=${article}&offsets=utf16`;
  }

  address() {
    return `${location.origin}/articles/${encodeURIComponent(this.articleId())}#${this.card.dataset.id}`;
  }

  words() {
    const place = this.card.querySelector(".card-words mark") ?? this.card.querySelector(".card-words");
    return place.textContent.replace(/\s+/g, " ").trim();
  }

  credit() {
    const known = !this.card.classList.contains("nobody");
    const role = [...this.card.querySelectorAll(".facts > div")].find((fact) => fact.firstElementChild.textContent === "Role");
    const about = this.article ?? this.card.dataset;
    return {
      name: known ? this.card.querySelector(".card-who").textContent : null,
      role: role?.lastElementChild.textContent ?? null,
      source: [about.outlet, about.date].filter(Boolean).join(", ") || null,
    };
  }

  asText() {
    const { name, role, source } = this.credit();
    const quoted = /^["“‘«']/.test(this.words()) || this.card.dataset.type !== "direct" ? this.words() : `“${this.words()}”`;
    const by = [name, role].filter(Boolean).join(", ");
    return `${quoted}\n${[by && `— ${by}`, source && `(${source})`].filter(Boolean).join(" ")}`.trim();
  }

  async asJson() {
    const found = this.source
      ? (await this.extraction()).quotes.find((quote) => quote.id === this.card.dataset.id)
      : await json(this.path().replace("&offsets=utf16", ""));
    return JSON.stringify(found, null, 2);
  }

  extraction() {
    this.extracted ??= json("/v1/extract", {
      method: "POST", body: this.source.body, headers: { "Content-Type": this.source.type },
    });
    return this.extracted;
  }

  // --- corrections ---

  closeForm() {
    this.form?.close();
    this.form = null;
  }

  askReason() {
    this.closeForm();
    const form = this.root.querySelector("#reject-form").content.firstElementChild.cloneNode(true);
    this.place(form);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      await this.writeFrom(form, { status: "rejected", reason: form.elements.reason.value.trim() }, "Rejected");
    });
    form.elements.reason.focus();
  }

  async openForm() {
    this.closeForm();
    const quote = await json(this.path());
    const form = this.root.querySelector("#correct-form").content.firstElementChild.cloneNode(true);
    this.form = correct(form, { quote, text: this.text, speakers: this.speakersHere() });
    this.place(form);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const changes = this.form.changes();
      if (!Object.keys(changes).length) {
        tell(form, "Nothing was changed.");
        return;
      }
      await this.writeFrom(form, { ...changes, reason: form.elements.reason.value.trim() }, "Corrected");
    });
    form.elements.speaker.focus();
  }

  place(form) {
    for (const [number, field] of [...form.querySelectorAll(".field")].entries()) {
      const input = field.querySelector("input");
      input.id = `field-${number}`;
      field.querySelector("label").htmlFor = input.id;
    }
    form.addEventListener("click", (event) => {
      if (event.target.closest('[data-do="cancel"]')) this.dismiss();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      this.dismiss();
    });
    this.bar.querySelector('[data-place="form"]').replaceChildren(form);
  }

  dismiss() {
    this.closeForm();
    this.bar.querySelector('[data-place="form"]').replaceChildren();
    this.bar.querySelector('[data-do="correct"]')?.focus();
  }

  async writeFrom(form, change, said) {
    const button = form.querySelector('[type="submit"]');
    button.disabled = true;
    try {
      await this.write(change, said);
    } catch (error) {
      tell(form, error.message);
    } finally {
      button.disabled = false;
    }
  }

  async write(change, said) {
    const card = this.card;
    const target = { id: card.dataset.id, article: this.articleId(), version: Number(card.dataset.version) };
    const written = await send(target, change);
    if (written.version === target.version) {
      notify(`${said} already.`);
      return;
    }
    remember({ ...target, back: target.version, version: written.version });
    this.closeForm();
    await this.reload(target.id, written);
    notify(`${said}.`, { action: { label: "Undo", run: () => undo(this.reload) } });
  }

  // The article's speakers, to be offered first.
  speakersHere() {
    return [...this.root.querySelectorAll(".voice")]
      .map((voice) => ({
        id: voice.querySelector("input").value,
        name: voice.querySelector(".voice-name").textContent,
        role: voice.querySelector(".voice-role")?.textContent ?? null,
      }))
      .filter((speaker) => speaker.id !== "-");
  }

  // --- what is fetched when it is asked for ---

  load(name, show) {
    const place = this.bar.querySelector(`[data-place="${name}"]`);
    if (!place) return;
    const path = this.path(`/${name}`);
    place.addEventListener("toggle", async () => {
      if (!place.open || place.dataset.loaded) return;
      place.dataset.loaded = "1";
      const shown = place.querySelector("div");
      shown.textContent = "…";
      try {
        shown.replaceChildren(show(await json(path)));
      } catch (error) {
        shown.textContent = error.message;
      }
    });
  }

  states(history) {
    const may = Boolean(this.bar.querySelector('[data-do="confirm"]'));
    const target = { id: this.card.dataset.id, article: this.articleId(), version: Number(this.card.dataset.version) };
    const items = history.toReversed().map((state, place) => {
      const what = state.by === null ? "read by the model" : (state.review ?? "taken back");
      const back = may && place > 0 && state.quote !== null;
      const restore = async () => {
        try {
          const written = await send(target, { restore: state.version, reason: `back to version ${state.version}` });
          remember({ ...target, back: target.version, version: written.version });
          await this.reload(target.id, written);
          notify(`Back to version ${state.version}.`);
        } catch (error) {
          notify(error.message, { problem: true });
        }
      };
      return make(
        "li", {},
        make("div", {}, make("strong", {}, `${state.version}. ${what}`), ` · ${state.by ?? state.model} · ${moment(state.at)}`),
        state.quote && make("div", {}, `${state.quote.speaker?.name ?? "Not said"}, ${state.quote.type}`),
        state.reason && make("div", { class: "fine" }, state.reason),
        back && make("button", { type: "button", class: "small quiet", onclick: restore }, "Go back to this"),
      );
    });
    return make("ol", {}, ...items);
  }
}

// --- undo ---

const done = [];

function remember(change) {
  done.push(change);
}

async function undo(reload) {
  const last = done.pop();
  if (!last) {
    notify("There is nothing to undo.");
    return;
  }
  try {
    const written = await send(last, { restore: last.back, reason: "undone" });
    await reload(last.id, written);
    notify("Undone.");
  } catch (error) {
    notify(error.message, { problem: true });
  }
}

// --- showing ---

function tell(form, message) {
  const problem = form.querySelector(".problem");
  problem.textContent = message;
  problem.hidden = false;
}

async function copied(outcome, message) {
  if (await outcome) notify(message);
  else notify("This browser does not let a page copy.", { problem: true });
}

function moment(text) {
  return new Date(text).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}

function variants(found) {
  if (!found.length) return make("p", { class: "fine" }, "In no other stored article.");
  return make("ul", {}, ...found.map(variant));
}

function variant({ relation, credit, flags, difference, quote }) {
  const { article } = quote;
  const where = [article.outlet, article.published_at && new Date(article.published_at).toLocaleDateString("en-GB", { dateStyle: "medium" })];
  const who = credit === "same" ? null : (quote.speaker?.name ?? "not said");
  return make(
    "li", {},
    make("div", {},
      make("a", { href: `/articles/${encodeURIComponent(article.id)}#${quote.id}` }, where.filter(Boolean).join(", ") || article.id), " ",
      make("span", { class: relation === "verbatim" ? "tag tag-good" : "tag" }, relation), " ",
      ...flags.map((flag) => make("span", { class: "tag tag-warn" }, `${flag} changed`)),
      who && make("span", { class: "tag tag-warn" }, `credited to ${who}`)),
    make("p", { class: "quoted" }, ...difference.flatMap(piece)),
  );
}

function piece({ change, before, after }) {
  const parts = [];
  if (change === "kept") parts.push(after);
  if (before && change !== "kept") parts.push(make("del", { class: "change-dropped" }, before));
  if (after && change !== "kept") parts.push(make("ins", { class: "change-added" }, after));
  return parts.flatMap((part) => [part, " "]);
}
