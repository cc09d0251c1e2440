// The extent of a quote: spans of the text, taken from what is selected or moved word by word. Offsets are UTF-16 code
// units of the article's text, which is what the element's text is, character by character.
import { make } from "./page.js";

export class Extent {
  constructor(form, element, spans) {
    this.element = element;
    this.text = element.textContent;
    this.before = spans.map(({ start, end }) => ({ start, end }));
    this.spans = this.before.map((span) => ({ ...span }));
    this.list = form.querySelector(".spans");
    this.take = form.querySelector('[data-do="take"]');
    this.add = form.querySelector('[data-do="add"]');
    this.take.addEventListener("click", () => this.put([this.selected]));
    this.add.addEventListener("click", () => this.put([...this.spans, this.selected]));
    this.ends = new AbortController();
    document.addEventListener("selectionchange", () => this.note(), { signal: this.ends.signal });
    this.selected = null;
    this.draw();
    this.note();
  }

  close() {
    this.ends.abort();
    globalThis.CSS?.highlights?.delete("extent");
  }

  // The spans where they are others than before, else null.
  changed() {
    return JSON.stringify(this.spans) === JSON.stringify(this.before) ? null : this.spans;
  }

  note() {
    const selection = getSelection();
    // a press on a button of the form does not undo what was selected before it
    const range = selection.rangeCount ? selection.getRangeAt(0) : null;
    const inside = range && !range.collapsed && this.element.contains(range.commonAncestorContainer);
    if (!inside && (!range || !this.element.contains(range.commonAncestorContainer))) return;
    this.selected = inside ? this.trimmed(this.offset(range.startContainer, range.startOffset), this.offset(range.endContainer, range.endOffset)) : null;
    this.take.disabled = this.add.disabled = this.selected === null;
  }

  // The place in the text of a point of the document.
  offset(node, place) {
    const range = document.createRange();
    range.setStart(this.element, 0);
    range.setEnd(node, place);
    return range.toString().length;
  }

  trimmed(start, end) {
    const words = this.text.slice(start, end);
    const from = start + (words.length - words.trimStart().length);
    const to = end - (words.length - words.trimEnd().length);
    return from < to ? { start: from, end: to } : null;
  }

  put(spans) {
    const sorted = spans.toSorted((a, b) => a.start - b.start);
    const joined = [];
    for (const span of sorted) {
      const last = joined.at(-1);
      if (last && span.start <= last.end) last.end = Math.max(last.end, span.end);
      else joined.push({ ...span });
    }
    this.spans = joined;
    this.draw();
  }

  draw() {
    this.list.replaceChildren(...this.spans.map((span, place) => this.row(span, place)));
    this.highlight();
  }

  row(span, place) {
    const words = this.text.slice(span.start, span.end).replace(/\s+/g, " ");
    const short = words.length > 44 ? `${words.slice(0, 20)} … ${words.slice(-20)}` : words;
    const nudge = (edge, by, label, sign) =>
      make("button", {
          type: "button", class: "quiet", "aria-label": label, title: label,
          onclick: () => this.nudge(place, edge, by, label),
        }, sign);
    return make(
      "li", {},
      make("span", { class: "nudges" }, nudge("start", -1, "Start a word earlier", "«"), nudge("start", 1, "Start a word later", "»")),
      make("span", { class: "words" }, short),
      make("span", { class: "nudges" }, nudge("end", -1, "End a word earlier", "«"), nudge("end", 1, "End a word later", "»"),
        this.spans.length > 1 && make("button", { type: "button", class: "quiet", "aria-label": "Remove this part", onclick: () => this.put(this.spans.filter((each) => each !== span)) }, "×")),
    );
  }

  nudge(place, edge, by, label) {
    const span = { ...this.spans[place] };
    span[edge] = edge === "start" ? this.wordStart(span.start, by) : this.wordEnd(span.end, by);
    if (span.start < span.end) this.put(this.spans.map((each, at) => (at === place ? span : each)));
    // the row was drawn anew; who pressed a key stays on the same button
    const row = this.list.children[Math.min(place, this.list.children.length - 1)];
    [...row.querySelectorAll("button")].find((button) => button.getAttribute("aria-label") === label)?.focus();
  }

  wordStart(from, by) {
    const starts = [...this.text.matchAll(/\S+/g)].map((word) => word.index);
    const found = by < 0 ? starts.findLast((start) => start < from) : starts.find((start) => start > from);
    return found ?? from;
  }

  wordEnd(from, by) {
    const ends = [...this.text.matchAll(/\S+/g)].map((word) => word.index + word[0].length);
    const found = by < 0 ? ends.findLast((end) => end < from) : ends.find((end) => end > from);
    return found ?? from;
  }

  // Show the spans in the text, where the browser can without changing it.
  highlight() {
    if (!globalThis.CSS?.highlights) return;
    const ranges = this.spans.map(({ start, end }) => {
      const range = document.createRange();
      range.setStart(...this.point(start));
      range.setEnd(...this.point(end));
      return range;
    });
    CSS.highlights.set("extent", new Highlight(...ranges));
  }

  point(offset) {
    const walker = document.createTreeWalker(this.element, NodeFilter.SHOW_TEXT);
    let left = offset;
    while (walker.nextNode()) {
      if (left <= walker.currentNode.length) return [walker.currentNode, left];
      left -= walker.currentNode.length;
    }
    return [this.element, this.element.childNodes.length];
  }
}
