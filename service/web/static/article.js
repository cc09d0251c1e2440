// A stored article.
import { call } from "./api.js";
import { fragment } from "./page.js";
import { Reader } from "./reader.js";

let reader = new Reader(document.getElementById("reader"), { reload });

// Show the article as it is by now; what is filtered, and where the page stands, stays.
async function reload(id) {
  const { filters, root } = reader;
  const kept = new FormData(filters);
  const page = fragment(await (await call(location.pathname, { headers: { Accept: "*/*" } })).text());
  const fresh = document.adoptNode(page.getElementById("reader"));
  const place = scrollY;
  reader.close();
  root.replaceWith(fresh);
  for (const input of fresh.querySelectorAll("#filters input")) {
    if (input.type === "checkbox") input.checked = kept.getAll(input.name).includes(input.value);
    else if (kept.has(input.name)) input.value = kept.get(input.name);
  }
  history.replaceState(null, "", `#${id}`);
  reader = new Reader(fresh, { reload });
  scrollTo({ top: place, behavior: "instant" });
}
