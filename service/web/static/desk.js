// What every page has: the switch between light and dark. The choice is a cookie, so that the server sends each page
// as it was chosen, and nothing has to be asked for before the page is painted. A classic script, in a scope of its own.
{
  const root = document.documentElement;
  const YEAR_SECONDS = 31_536_000;

  const isDark = () =>
    root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

  addEventListener("DOMContentLoaded", () => {
    const toggle = document.getElementById("theme-toggle");
    const label = () => toggle.setAttribute("aria-label", isDark() ? "Switch to light" : "Switch to dark");
    toggle.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      document.cookie = `quoth-theme=${root.dataset.theme}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax`;
      label();
    });
    toggle.hidden = false;
    label();
  });
}
