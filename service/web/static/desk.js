// What every page has: the switch between light and dark.
const root = document.documentElement;
const toggle = document.getElementById("theme-toggle");

function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function label() {
  toggle.setAttribute("aria-label", isDark() ? "Switch to light" : "Switch to dark");
}

toggle.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  try {
    localStorage.setItem("quoth-theme", root.dataset.theme);
  } catch {
    // it then holds for this page alone
  }
  label();
});
label();
