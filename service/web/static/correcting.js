// A correction: sending it, and the form of speaker, type and extent.
import { call, json, Problem } from "./api.js";
import { make } from "./page.js";
import { Extent } from "./extent.js";

const NOBODY = "Not said in the article";

// Send a correction of a quote as the person saw it: { id, article, version }. The quote as it is then.
// Throws Problem, of the kind "stale" where it has another version by now.
export async function send({ id, article, version }, change) {
  const path = `/v1/quotes/${encodeURIComponent(id)}?article=${encodeURIComponent(article)}&offsets=utf16`;
  const seen = await call(path);
  const now = await seen.json();
  if (now.version !== version) {
    throw new Problem(412, { type: "/problems/stale", detail: "Somebody changed this quote meanwhile. Reload the page to see how." });
  }
  return json(path, { method: "PATCH", body: change, headers: { "If-Match": seen.headers.get("ETag") } });
}

// Make a form correct `quote` (as the API gives it, offsets in UTF-16): { changes(), close() }.
export function correct(form, { quote, text, speakers }) {
  const chosen = speakerField(form, quote, speakers);
  form.elements.type.value = quote.type;
  const extent = text ? new Extent(form, text, quote.spans) : null;
  if (!extent) form.querySelector(".extent").remove();
  return {
    changes() {
      const changes = {};
      const speaker = chosen();
      if (speaker !== undefined) changes.speaker = speaker;
      if (form.elements.type.value !== quote.type) changes.type = form.elements.type.value;
      const spans = extent?.changed();
      if (spans) changes.spans = spans;
      return changes;
    },
    close() {
      extent?.close();
    },
  };
}

// The combobox of speakers: those of the article, then those of the store. What is typed and chosen from no list is a
// new name; nothing is nobody. Gives a function: an id, a name, null, or undefined where it is as before.
function speakerField(form, quote, speakers) {
  const input = form.elements.speaker;
  const list = form.querySelector(".options");
  const before = { id: quote.speaker?.id ?? null, name: quote.speaker?.name ?? "" };
  let options = [];
  let at = -1;
  let picked = before;
  let asked = 0;
  input.value = before.name;
  list.id = "speaker-options";
  input.setAttribute("aria-controls", list.id);

  const shut = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const pick = (option) => {
    picked = option;
    input.value = option.id === null ? "" : option.name;
    shut();
  };
  const draw = () => {
    list.replaceChildren(
      ...options.map((option, place) =>
        make("li", {
            role: "option", id: `speaker-option-${place}`, "aria-selected": String(place === at),
            onpointerdown: (event) => {
              event.preventDefault();
              pick(option);
            },
          },
          option.name, option.note && make("span", { class: "fine" }, option.note)),
      ),
    );
    list.hidden = !options.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    if (at >= 0) {
      input.setAttribute("aria-activedescendant", `speaker-option-${at}`);
      list.children[at].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const look = async (words) => {
    const mine = ++asked;
    const folded = words.toLowerCase();
    const here = speakers
      .filter((speaker) => speaker.name.toLowerCase().includes(folded))
      .map((speaker) => ({ id: speaker.id, name: speaker.name, note: speaker.role ? `here, ${speaker.role}` : "here" }));
    const nobody = { id: null, name: NOBODY };
    options = words ? here : [...here, nobody];
    at = -1;
    draw();
    if (!words) return;
    let known = [];
    try {
      known = (await json(`/v1/speakers?limit=8&q=${encodeURIComponent(words)}`)).speakers;
    } catch {
      // the article's own speakers are there all the same
    }
    if (mine !== asked || document.activeElement !== input) return;
    const ids = new Set(here.map((option) => option.id));
    const others = known
      .filter((speaker) => !ids.has(speaker.id))
      .map((speaker) => ({
        id: speaker.id, name: speaker.name,
        note: [speaker.role, `${speaker.quote_count} ${speaker.quote_count === 1 ? "quote" : "quotes"}`].filter(Boolean).join(", "),
      }));
    options = [...here, ...others, nobody];
    draw();
  };

  let pause;
  input.addEventListener("input", () => {
    picked = null;
    clearTimeout(pause);
    pause = setTimeout(() => look(input.value.trim()), 120);
  });
  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => look(""));
  input.addEventListener("blur", shut);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) {
        look("");
        return;
      }
      at = (at + (event.key === "ArrowDown" ? 1 : -1) + options.length + (at < 0 && event.key === "ArrowUp" ? 1 : 0)) % options.length;
      draw();
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      pick(options[at]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      shut();
    }
  });

  return () => {
    const typed = input.value.trim();
    if (picked && (picked.id ?? null) === before.id && typed === before.name) return undefined;
    if (picked && picked.id) return picked.id;
    if (!typed) return before.id === null && !before.name ? undefined : null;
    return typed === before.name ? undefined : typed;
  };
}
