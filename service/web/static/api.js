// Calls of the public API, and how their errors are told.

// A problem (RFC 9457) as an Error: `status`, `kind` (the last part of its type), `faults`.
export class Problem extends Error {
  constructor(status, body) {
    const faults = (body.errors ?? []).map((fault) => fault.detail);
    super(faults.length ? faults.join("; ") : (body.detail ?? `The service answered with status ${status}.`));
    this.status = status;
    this.kind = (body.type ?? "").split("/").pop();
    this.faults = body.errors ?? [];
  }
}

// The Response to a call. `body`: an object is sent as JSON. Throws Problem, with status 0 where nothing answered.
export async function call(path, { method = "GET", body, headers = {}, signal } = {}) {
  const sent = { Accept: "application/json", ...headers };
  let data = body;
  if (body !== undefined && typeof body !== "string" && !(body instanceof Blob)) {
    data = JSON.stringify(body);
    sent["Content-Type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(path, { method, headers: sent, body: data, signal, credentials: "same-origin" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, { detail: "The service cannot be reached. Is the network there?" });
  }
  if (response.status === 401 && !path.startsWith("/desk/session")) {
    // the key was revoked, or the browser forgot it
    location.assign(`/desk/sign-in?to=${encodeURIComponent(location.pathname + location.search + location.hash)}`);
  }
  if (!response.ok) throw new Problem(response.status, await response.json().catch(() => ({})));
  return response;
}

// The answer as an object.
export async function json(path, options) {
  return (await call(path, options)).json();
}
