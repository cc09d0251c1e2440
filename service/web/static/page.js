// Building what a page shows. Text goes in as text: nothing here reads a string as HTML but `fragment`, and that takes
// only what our own server rendered.

// An element: `make("a", { href: "/x", class: "y" }, "text", otherElement)`. null and false among the children: none.
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

let policy;

// The document of a page that our server rendered.
export function fragment(html) {
  policy ??= window.trustedTypes
    ? trustedTypes.createPolicy("desk", { createHTML: (text) => text })
    : { createHTML: (text) => text };
  return new DOMParser().parseFromString(policy.createHTML(html), "text/html");
}

// Say something at the edge of the page, and to a screen reader. `action`: { label, run }, a button beside it.
export function notify(message, { problem = false, action } = {}) {
  const place = document.getElementById("notices");
  const notice = make("div", { class: problem ? "notice notice-problem" : "notice" }, make("span", {}, message));
  const close = () => notice.remove();
  if (action) {
    const run = () => {
      close();
      action.run();
    };
    notice.append(make("button", { type: "button", class: "quiet", onclick: run }, action.label));
  }
  notice.append(make("button", { type: "button", class: "quiet", "aria-label": "Dismiss", onclick: close }, "×"));
  place.replaceChildren(notice);
  // what can be acted on, or went wrong, stays until it is dismissed
  if (!problem && !action) setTimeout(close, 6000);
}
