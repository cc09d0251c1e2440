// Runs before the page is painted, so that the chosen theme does not flash: a classic script in the head.
try {
  const chosen = localStorage.getItem("quoth-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // storage is switched off: the system's preference holds
}
// what a script can open may start closed
document.documentElement.classList.add("scripted");
