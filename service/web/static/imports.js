// Imports: files become lines of JSON in the browser, one POST hands them over, and the page asks how far they are.
import { call, json } from "./api.js";
import { fragment, make, notify } from "./page.js";

const PLACES_KEY = "quoth-import-";
const ASK_MS = 1000;
const STATES = {
  queued: "waiting for a worker",
  running: "being read",
  done: "done",
  cancelled: "cancelled",
  failed: "stopped by a fault",
};

const count = (number) => number.toLocaleString("en-GB");
const several = (number, one) => `${count(number)} ${one}${number === 1 ? "" : "s"}`;

// --- files ------------------------------------------------------------------------------------------------------

// What an HTML file says of itself. It is parsed, never put into this page: of it only text is taken.
export function articleInHtml(html) {
  const page = fragment(html);
  const meta = (name) =>
    page.querySelector(`meta[property="${name}"], meta[name="${name}"]`)?.getAttribute("content")?.trim() || undefined;
  const root = page.querySelector("article") ?? page.querySelector("main") ?? page.body;
  for (const part of root.querySelectorAll("script, style, noscript, template, nav, aside, footer, form, figure, svg")) {
    part.remove();
  }
  const blocks = [...root.querySelectorAll("h1, h2, h3, h4, h5, h6, p, li, pre")].filter(
    (block) => !block.querySelector("p, li"),
  );
  const lines = (blocks.length ? blocks.map((block) => block.textContent) : root.textContent.split("\n"))
    .map((line) => line.replace(/\s+/g, " ").trim())
    .filter(Boolean);
  const canonical = page.querySelector('link[rel="canonical"]')?.getAttribute("href") ?? "";
  const published = meta("article:published_time") ?? page.querySelector("time[datetime]")?.getAttribute("datetime");
  return {
    text: lines.join("\n"),
    title: meta("og:title") ?? (page.querySelector("h1")?.textContent.replace(/\s+/g, " ").trim() || page.title.trim()) ?? undefined,
    outlet: meta("og:site_name"),
    url: /^https?:\/\//i.test(canonical) ? canonical : undefined,
    published_at: /^\d{4}-\d\d-\d\d/.test(published ?? "") ? published : undefined,
  };
}

// The lines of one file, and whether each is an article of our making.
async function linesOf(file, about) {
  const text = (await file.text()).replace(/^\ufeff/, "");
  const name = file.name.toLowerCase();
  if (/\.(jsonl|ndjson)$/.test(name)) return text.replace(/\r?\n$/, "").split(/\r?\n/);
  if (name.endsWith(".json")) {
    const value = JSON.parse(text);
    const articles = Array.isArray(value) ? value : (value.articles ?? [value]);
    return articles.map((article) => JSON.stringify(article));
  }
  const found = /\.html?$/.test(name) ? articleInHtml(text) : { text };
  const kept = Object.fromEntries(Object.entries({ ...about, ...withoutEmpty(found) }));
  return [JSON.stringify(kept)];
}

function withoutEmpty(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ""));
}

function choosing(form) {
  const input = document.getElementById("files");
  const drop = document.getElementById("drop");
  const problem = document.getElementById("import-problem");
  const send = document.getElementById("import-send");
  let files = [];

  const isText = (file) => /\.(txt|html?)$/i.test(file.name);

  function say(message) {
    problem.textContent = message ?? "";
    problem.hidden = !message;
  }

  function take(list) {
    const added = [...list];
    const known = added.filter((file) => /\.(jsonl|ndjson|json|txt|html?)$/i.test(file.name));
    files = [...files, ...known];
    say(known.length < added.length ? "Only .jsonl, .ndjson, .json, .txt and .html files can be imported; the others were left out." : null);
    show();
  }

  function show() {
    document.getElementById("chosen").hidden = !files.length && problem.hidden;
    document.getElementById("about-texts").hidden = !files.some(isText);
    document.getElementById("chosen-files").replaceChildren(
      ...files.map((file) =>
        make("li", {}, make("span", {}, file.name), " ", make("span", { class: "fine" }, size(file.size)), " ",
          make("button", { type: "button", class: "quiet small", "aria-label": `Leave out ${file.name}`, onclick: () => {
            files = files.filter((other) => other !== file);
            show();
          } }, "×"))),
    );
    document.getElementById("import-sum").textContent = files.length ? several(files.length, "file") : "";
    send.disabled = !files.length;
  }

  function size(bytes) {
    return bytes < 1_000_000 ? `${count(Math.ceil(bytes / 1000))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
  }

  input.addEventListener("change", () => {
    take(input.files);
    input.value = "";
  });
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("drop-over");
    });
  }
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("drop-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files);
  });
  document.getElementById("import-clear").addEventListener("click", () => {
    files = [];
    say(null);
    show();
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    say(null);
    send.disabled = true;
    const about = withoutEmpty({
      outlet: form.elements.outlet.value.trim(),
      published_at: form.elements.published.value,
    });
    try {
      const places = [];
      const lines = [];
      for (const file of files) {
        let found;
        try {
          found = await linesOf(file, about);
        } catch (error) {
          throw new Error(`${file.name} cannot be read: ${error.message}`);
        }
        places.push({ name: file.name, first: lines.length + 1, lines: found.length });
        lines.push(...found);
      }
      const body = new Blob([`${lines.join("\n")}\n`]);
      const most = Number(form.dataset.most);
      if (body.size > most) throw new Error(`This is ${size(body.size)}; at most ${size(most)} can be sent at once. Send it in several.`);
      const response = await call("/v1/imports", {
        method: "POST",
        body,
        headers: { "Content-Type": "application/x-ndjson" },
      });
      const job = await response.json();
      try {
        sessionStorage.setItem(PLACES_KEY + job.id, JSON.stringify(places));
      } catch {
        // then errors are told by the line of the whole import
      }
      location.assign(`/import/${encodeURIComponent(job.id)}`);
    } catch (error) {
      say(error.message);
      send.disabled = false;
    }
  });
  show();
}

// --- progress ---------------------------------------------------------------------------------------------------

function watching(section) {
  const part = (name) => document.getElementById(`job-${name}`);
  let places = [];
  try {
    places = JSON.parse(sessionStorage.getItem(PLACES_KEY + section.dataset.id) ?? "[]");
  } catch {
    // the line of the whole import will do
  }
  let state = null;
  let pace = null;

  function placeOf(line) {
    const file = places.findLast((each) => each.first <= line);
    if (!file) return count(line);
    return file.lines > 1 ? `${file.name}, line ${count(line - file.first + 1)}` : file.name;
  }

  function show(job) {
    part("state").textContent = STATES[job.state] ?? job.state;
    section.dataset.state = job.state;
    part("progress").max = job.total;
    part("progress").value = job.done;
    for (const name of ["done", "stored", "known", "failed"]) part(name).textContent = count(job[name]);
    part("total").textContent = several(job.total, "line");
    part("message").textContent = job.message ?? "";
    part("message").hidden = !job.message;
    const ended = ["done", "cancelled", "failed"].includes(job.state);
    part("left").textContent = ended ? "" : left(job);
    if (part("cancel")) {
      part("cancel").hidden = ended;
      part("resume").hidden = !["cancelled", "failed"].includes(job.state);
    }
    part("read").hidden = !job.stored;
    part("errors").hidden = !job.errors.length;
    part("faults").replaceChildren(
      ...job.errors.map((fault) =>
        make("tr", {}, make("th", { scope: "row" }, placeOf(fault.line)),
          make("td", {}, fault.pointer.replace(/^\//, "") || "the line"), make("td", {}, fault.detail))),
    );
    if (job.state !== state) {
      // read out when something is new, not at each tick
      if (state !== null) part("said").textContent = `${STATES[job.state]}: ${several(job.stored, "new article")}, ${count(job.known)} stored before, ${count(job.failed)} gave none.`;
      state = job.state;
    }
    return ended;
  }

  // how long it will take, from how fast it went since this page looks
  function left(job) {
    const now = performance.now();
    pace ??= { at: now, done: job.done };
    const gone = job.done - pace.done;
    if (gone < 2) return "";
    const seconds = Math.round(((now - pace.at) / 1000 / gone) * (job.total - job.done));
    return seconds < 90 ? `about ${several(Math.max(1, seconds), "second")} left` : `about ${several(Math.round(seconds / 60), "minute")} left`;
  }

  const address = `/v1/jobs/${encodeURIComponent(section.dataset.id)}`;

  async function ask() {
    let again = ASK_MS;
    try {
      if (show(await json(address))) return;
    } catch (error) {
      part("left").textContent = error.message;
      again = 5 * ASK_MS;
    }
    setTimeout(ask, again);
  }

  part("cancel")?.addEventListener("click", async () => {
    try {
      show(await json(address, { method: "DELETE" }));
    } catch (error) {
      notify(error.message, { problem: true });
    }
  });
  part("resume")?.addEventListener("click", async () => {
    try {
      pace = null;
      show(await json(`${address}/resume`, { method: "POST" }));
      setTimeout(ask, ASK_MS);
    } catch (error) {
      notify(error.message, { problem: true });
    }
  });
  if (!show(JSON.parse(section.dataset.job))) setTimeout(ask, ASK_MS);
}

const form = document.getElementById("import");
if (form) choosing(form);
const section = document.getElementById("job");
if (section) watching(section);
