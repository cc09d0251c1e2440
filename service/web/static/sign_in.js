// The form of an API key.
import { call } from "./api.js";

const form = document.getElementById("sign-in");
const problem = document.getElementById("sign-in-problem");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.hidden = true;
  const key = form.elements.key.value.trim();
  try {
    await call("/desk/session", { method: "POST", headers: { Authorization: `Bearer ${key}` } });
    location.replace(form.dataset.to);
  } catch (error) {
    problem.textContent = error.status === 401 ? "This key is not known, or was revoked." : error.message;
    problem.hidden = false;
    form.elements.key.select();
  }
});
