// One speaker: joining two identities, and parting one, through the public API.
import { call, json } from "./api.js";
import { make, notify } from "./page.js";

const NAME_KEY = "quoth-name";

// The name of whoever decides is kept in this browser, to be typed once.
function remembered() {
  try {
    return localStorage.getItem(NAME_KEY) ?? "";
  } catch {
    return "";
  }
}

function remember(name) {
  try {
    localStorage.setItem(NAME_KEY, name);
  } catch {
    // then it is typed again
  }
}

function decision(form, prefix) {
  const reason = form.querySelector(`#${prefix}-reason`);
  const by = form.querySelector(`#${prefix}-by`);
  const problem = form.querySelector(`#${prefix}-problem`);
  by.value ||= remembered();
  return {
    reason,
    body: () => {
      remember(by.value.trim());
      return { reason: reason.value.trim(), ...(by.value.trim() ? { by: by.value.trim() } : {}) };
    },
    say: (message) => {
      problem.textContent = message ?? "";
      problem.hidden = !message;
    },
  };
}

function merging(form) {
  const found = document.getElementById("merge-found");
  const search = document.getElementById("merge-search");
  const panel = document.getElementById("merge-decision");
  const deciding = decision(form, "merge");
  let other = null;
  let asking = null;

  async function look() {
    asking?.abort();
    const words = search.value.trim();
    if (!words) {
      found.replaceChildren();
      return;
    }
    asking = new AbortController();
    try {
      const answer = await json(`/v1/speakers?limit=8&q=${encodeURIComponent(words)}`, { signal: asking.signal });
      const others = answer.speakers.filter((speaker) => speaker.id !== form.dataset.id);
      found.replaceChildren(...others.map(choice));
      if (!others.length) found.append(make("li", { class: "fine" }, "Nobody else by that name."));
    } catch (error) {
      if (error.name !== "AbortError") notify(error.message, { problem: true });
    }
  }

  function choice(speaker) {
    const told = [speaker.role, `${speaker.quote_count} ${speaker.quote_count === 1 ? "quote" : "quotes"}`];
    const choose = () => {
      other = speaker;
      document.getElementById("merge-chosen").textContent =
        `“${speaker.name}” and ${form.dataset.name} are one: the page of “${speaker.name}” will lead here.`;
      panel.hidden = false;
      found.replaceChildren();
      deciding.reason.focus();
    };
    return make(
      "li",
      {},
      make("button", { type: "button", class: "choice", onclick: choose }, make("b", {}, speaker.name), " ",
        make("span", { class: "fine" }, told.filter(Boolean).join(" · "))),
    );
  }

  let waiting;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 200);
  });
  // Enter looks at once, and never sends the form before somebody is chosen
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      clearTimeout(waiting);
      look();
    }
  });
  document.getElementById("merge-cancel").addEventListener("click", () => {
    panel.hidden = true;
    other = null;
    search.focus();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!other) return;
    deciding.say(null);
    try {
      await call(`/v1/speakers/${encodeURIComponent(form.dataset.id)}/merge`, {
        method: "POST",
        body: { other: other.id, ...deciding.body() },
      });
      location.reload();
    } catch (error) {
      deciding.say(error.message);
    }
  });
}

function splitting(form) {
  const start = document.getElementById("split-start");
  const panel = document.getElementById("split-form");
  if (!start) return;
  const boxes = [...form.querySelectorAll("input[name=article]")];
  const deciding = decision(form, "split");

  function open(yes) {
    for (const part of [...boxes, ...form.querySelectorAll(".grounds")]) part.hidden = !yes;
    panel.hidden = !yes;
    start.hidden = yes;
    (yes ? boxes[0] : start).focus();
  }

  start.addEventListener("click", () => open(true));
  document.getElementById("split-cancel").addEventListener("click", () => open(false));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    deciding.say(null);
    const articles = boxes.filter((box) => box.checked).map((box) => box.value);
    if (!articles.length || articles.length === Number(form.dataset.count)) {
      deciding.say("Mark at least one article, and leave at least one.");
      return;
    }
    try {
      const other = await json(`/v1/speakers/${encodeURIComponent(form.dataset.id)}/split`, {
        method: "POST",
        body: { articles, ...deciding.body() },
      });
      location.assign(`/speakers/${encodeURIComponent(other.id)}`);
    } catch (error) {
      deciding.say(error.message);
    }
  });
}

const merge = document.getElementById("merge");
if (merge) merging(merge);
splitting(document.getElementById("split"));
