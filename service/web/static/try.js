// The start page: an article pasted or dropped, read at once, stored only where that is asked for.
import { call } from "./api.js";
import { fragment, notify } from "./page.js";
import { Reader } from "./reader.js";

const form = document.getElementById("try");
const area = document.getElementById("try-text");
const state = document.getElementById("try-state");
const problem = document.getElementById("try-problem");
const start = document.getElementById("start");
const result = document.getElementById("result");
const keep = document.getElementById("keep");
let reader = null;
let source = null;

async function read(given) {
  problem.hidden = true;
  state.textContent = "Reading …";
  try {
    const { body, type } = given;
    const answer = await call("/desk/read", { method: "POST", body, headers: { "Content-Type": type, Accept: "*/*" } });
    const page = fragment(await answer.text());
    source = given;
    reader?.close();
    const element = document.adoptNode(page.getElementById("reader"));
    document.getElementById("result-place").replaceChildren(element);
    start.hidden = true;
    result.hidden = false;
    scrollTo({ top: 0, behavior: "instant" });
    reader = new Reader(element, { source });
    if (keep && element.dataset.title) keep.elements.title.value = element.dataset.title;
    result.focus();
    // the browser's own way back leads to the text, too
    if (!history.state?.read) history.pushState({ read: true }, "");
  } catch (error) {
    problem.textContent = error.message;
    problem.hidden = false;
  } finally {
    state.textContent = "";
  }
}

function startAgain() {
  reader?.close();
  reader = null;
  result.hidden = true;
  start.hidden = false;
  area.focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!area.value.trim()) {
    problem.textContent = "Paste a text first, or choose a file.";
    problem.hidden = false;
    area.focus();
    return;
  }
  read({ body: area.value, type: "text/plain; charset=utf-8" });
});

document.getElementById("try-sample").addEventListener("click", () => {
  area.value = document.getElementById("sample").content.textContent;
  form.requestSubmit();
});

// A file goes as it is, in bytes: the service knows more encodings than a page does.
async function open(file) {
  if (!file) return;
  const html = /\.html?$/i.test(file.name) || file.type === "text/html";
  const text = /\.txt$/i.test(file.name) || file.type === "text/plain";
  if (!html && !text) {
    problem.textContent = `“${file.name}” is neither a text (.txt) nor a web page (.html).`;
    problem.hidden = false;
    return;
  }
  // without the name of an encoding a page may name its own
  const body = new Blob([await file.arrayBuffer()]);
  read({ body, type: html ? "text/html" : "text/plain" });
}

const input = document.getElementById("try-file");
input.addEventListener("change", () => {
  open(input.files[0]);
  input.value = "";
});

for (const name of ["dragover", "drop", "dragleave"]) {
  form.addEventListener(name, (event) => {
    const files = event.dataTransfer?.types.includes("Files");
    if (!files) return;
    event.preventDefault();
    start.querySelector(".try").classList.toggle("dropping", name === "dragover");
    if (name === "drop") open(event.dataTransfer.files[0]);
  });
}

// a page that is loaded anew shows no result
if (history.state?.read) history.replaceState(null, "");
addEventListener("popstate", () => {
  if (history.state?.read && result.hidden && source) read(source);
  // not where a link led to a place on the page
  if (!history.state?.read && !result.hidden && !location.hash) startAgain();
});

result.addEventListener("click", (event) => {
  if (event.target.closest('[data-do="back"]')) history.back();
});

keep?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const about = new URLSearchParams();
  for (const name of ["title", "outlet"]) {
    const value = keep.elements[name].value.trim();
    if (value) about.set(name, value);
  }
  try {
    const answer = await call(`/v1/articles?${about}`, { method: "POST", body: source.body, headers: { "Content-Type": source.type } });
    const stored = await answer.json();
    location.assign(`/articles/${encodeURIComponent(stored.article.id)}`);
  } catch (error) {
    notify(error.message, { problem: true });
  }
});
