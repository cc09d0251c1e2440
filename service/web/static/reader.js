// The reader: choosing a quote by mouse, keys or address, filters, and the tools of the card that is open.
import { Tools } from "./tools.js";
import { call } from "./api.js";
import { copy, download } from "./copying.js";
import { notify } from "./page.js";

const KEYS = { n: 1, j: 1, ArrowRight: 1, p: -1, k: -1, ArrowLeft: -1 };

// Whether a key belongs to what has the focus, not to the page. A box to tick has no use for letters.
export function isTyping(event) {
  const at = event.target;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  if (document.querySelector("dialog[open]")) return true;
  if (at.tagName === "INPUT" && /^(checkbox|radio|range)$/.test(at.type)) return /^(Arrow|Home|End| )/.test(event.key);
  return at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName);
}

export class Reader {
  // `root`: the element .reader. `source`: { body, type }, what was read, where it is not stored.
  // `reload`: shows the article as it is stored by now, and the quote with an id in it.
  constructor(root, { source = null, reload = null } = {}) {
    this.root = root;
    this.source = source;
    this.text = root.querySelector("#text");
    this.cards = [...root.querySelectorAll(".card")];
    // the parts of the text that each quote is made of, by its number
    this.marks = Map.groupBy(this.text.querySelectorAll(".q"), (mark) => mark.dataset.n);
    // the place of each quote in the text; the cards of rejected ones stand behind all others
    this.places = new Map([...this.marks.keys()].map((number, place) => [number, place]));
    this.filters = root.querySelector("#filters");
    this.current = null;
    this.tools = new Tools(root, { text: this.text, article: this.about(), source, reload });
    this.ends = new AbortController();
    this.listen();
    this.filter();
    if (matchMedia("(max-width: 74rem)").matches) root.querySelector(".voices-fold").open = false;
    this.followAddress();
  }

  about() {
    const { article, title, outlet, date } = this.root.dataset;
    return { id: article || null, title, outlet, date };
  }

  close() {
    this.ends.abort();
    this.tools.close();
  }

  listen() {
    const signal = this.ends.signal;
    this.root.addEventListener("click", (event) => this.clicked(event), { signal });
    this.filters.addEventListener("input", () => this.filter(), { signal });
    this.filters.addEventListener("submit", (event) => event.preventDefault(), { signal });
    this.filters.addEventListener("reset", () => setTimeout(() => this.filter()), { signal });
    this.root.addEventListener("focusin", (event) => {
      if (event.target.matches(".ref:focus-visible")) this.choose(Number(event.target.dataset.n), { scrollText: false });
    }, { signal });
    document.addEventListener("keydown", (event) => this.typed(event), { signal });
    window.addEventListener("hashchange", () => this.followAddress(), { signal });
  }

  clicked(event) {
    const told = event.target.closest("[data-do]");
    if (told?.dataset.do === "close" && told.closest("#keys")) told.closest("dialog").close();
    if (told && (told.closest(".sheet-row") || !told.closest(".tools, dialog"))) this.act(told);
    const link = event.target.closest("[data-to], .ref, .card-number");
    if (link) {
      event.preventDefault();
      this.choose(Number(link.dataset.to ?? link.closest("[data-n]").dataset.n));
      return;
    }
    if (event.target.closest("button, a, input, label, form, summary, details.menu, .tools, dialog")) return;
    // words that are being selected are no click
    if (String(getSelection())) return;
    const mark = event.target.closest(".q:not(.off)");
    if (mark && this.text.contains(mark)) this.choose(Number(mark.dataset.n), { scrollText: false });
    const card = event.target.closest(".card");
    if (card && !card.classList.contains("active")) this.choose(Number(card.dataset.n));
  }

  act(button) {
    const what = button.dataset.do;
    if (what === "next") this.step(1);
    if (what === "previous") this.step(-1);
    if (what === "leave") this.choose(null);
    if (what === "help") this.root.querySelector("#keys").showModal();
    if (what === "copy-all") {
      button.closest("details").open = false;
      this.copyAll(button.dataset.format);
    }
  }

  typed(event) {
    if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) {
      this.choose(null);
      return;
    }
    if (isTyping(event)) return;
    if (event.key in KEYS) this.step(KEYS[event.key]);
    else if (event.key === "?") this.root.querySelector("#keys").showModal();
    else if (!this.tools.typed(event.key)) return;
    event.preventDefault();
  }

  // --- which quote is chosen ---

  shown() {
    const place = (card) => this.places.get(card.dataset.n) ?? this.places.size;
    return this.cards
      .filter((card) => !card.classList.contains("off") && card.offsetParent !== null)
      .sort((a, b) => place(a) - place(b));
  }

  // The next or previous quote of those that are shown, in the order of the text.
  step(by) {
    const shown = this.shown();
    if (!shown.length) return;
    const at = shown.findIndex((card) => card === this.current);
    const next = at < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(Math.max(at + by, 0), shown.length - 1);
    this.choose(Number(shown[next].dataset.n));
  }

  choose(number, { scrollText = true, address = true } = {}) {
    for (const element of this.root.querySelectorAll(".active, .of-active")) element.classList.remove("active", "of-active");
    const card = this.cards.find((each) => Number(each.dataset.n) === number) ?? null;
    this.current = card;
    this.tools.show(card);
    if (!card) return;
    card.classList.add("active");
    const marks = this.marks.get(String(number)) ?? [];
    for (const mark of marks) mark.classList.add("active");
    this.text.style.setProperty("--active", getComputedStyle(card).getPropertyValue("--c"));
    for (const words of this.text.querySelectorAll("[data-of]")) {
      if (words.dataset.of.split(" ").some((of) => of.endsWith(`-${number}`))) words.classList.add("of-active");
    }
    card.scrollIntoView({ block: "nearest" });
    if (scrollText && marks.length) reveal(marks[0]);
    if (address && this.root.dataset.article) history.replaceState(null, "", `#${card.dataset.id}`);
  }

  followAddress() {
    const id = decodeURIComponent(location.hash.slice(1));
    const card = this.cards.find((each) => each.dataset.id === id);
    if (!card) return;
    if (card.classList.contains("rejected") && this.filters.elements.rejected) {
      this.filters.elements.rejected.checked = true;
      this.filter();
    }
    this.choose(Number(card.dataset.n), { address: false });
  }

  // --- filters ---

  filter() {
    const wanted = new FormData(this.filters);
    const speakers = new Set(wanted.getAll("speaker"));
    const types = new Set(wanted.getAll("type"));
    const least = Number(wanted.get("sureness") ?? 0) / 100;
    const rejected = wanted.has("rejected");
    this.root.classList.toggle("show-rejected", rejected);
    let shown = 0;
    let all = 0;
    for (const card of this.cards) {
      const { speaker, type, confidence, n } = card.dataset;
      const fits =
        (!speakers.size || speakers.has(speaker)) && (!types.size || types.has(type)) && Number(confidence) >= least;
      card.classList.toggle("off", !fits);
      for (const mark of this.marks.get(n) ?? []) mark.classList.toggle("off", !fits);
      if (card.classList.contains("rejected") && !rejected) continue;
      all += 1;
      if (fits) shown += 1;
    }
    const filtered = speakers.size > 0 || types.size > 0 || least > 0;
    const tally = this.root.querySelector(".tally-shown");
    if (tally) tally.textContent = filtered ? `${shown} of ${all}` : String(all);
    const output = this.root.querySelector("#sureness-shown");
    if (output) output.textContent = `${Math.round(least * 100)}%`;
    const reset = this.filters.querySelector('button[type="reset"]');
    if (reset) reset.hidden = !filtered;
    if (this.current?.classList.contains("off")) this.choose(null);
  }

  // --- all of it, to take away ---

  async copyAll(format) {
    try {
      const answer = this.source
        ? call(`/v1/extract?format=${format}`, {
            method: "POST", body: this.source.body, headers: { "Content-Type": this.source.type, Accept: "*/*" },
          })
        : call(`/v1/articles/${encodeURIComponent(this.root.dataset.article)}?format=${format}`, { headers: { Accept: "*/*" } });
      const name = { text: "text", json: "JSON", csv: "CSV" }[format];
      const text = answer.then((response) => response.text()).then((body) => body.replace(/^\ufeff/, ""));
      if (await copy(text)) notify(`Copied all quotes as ${name}.`);
      else download(await text, `quotes.${format === "text" ? "txt" : format}`, "text/plain;charset=utf-8");
    } catch (error) {
      notify(error.message, { problem: true });
    }
  }
}

// Bring into view what is not; what is, stays where it is.
function reveal(element) {
  // before the first jump all paragraphs get their true heights, by which it lands where it should
  element.closest(".story-text")?.classList.add("laid-out");
  const { top, bottom } = element.getBoundingClientRect();
  const above = 96;
  const below = matchMedia("(max-width: 52rem)").matches ? innerHeight * 0.4 : innerHeight - 64;
  if (top < above || bottom > below) scrollTo({ top: scrollY + top - Math.max(above, innerHeight * 0.3) });
}
