// What somebody typed into a form and did not get saved comes back when they do, in this tab only.
//
// A draft goes when the server says that it saved, never because a page was sent: the connection may
// have broken on the way. It also goes when somebody signs out, as the computer may be shared.

const DRAFTS = "osb-draft:";
const SENT = "osb-sent";

function fieldsOf(form) {
  return [...new FormData(form)].filter(
    ([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string",
  );
}

function fill(form, draft) {
  for (const [name, value] of draft) {
    const control = form.elements[name];
    if (control) control.value = value;
  }
}

function guard(form) {
  const key = `${DRAFTS}${location.pathname}${location.search}`;
  const asSent = JSON.stringify(fieldsOf(form));
  let leaving = false;

  const kept = sessionStorage.getItem(key);
  // A page that came back with errors holds what was typed already.
  if (kept && !document.querySelector(".nhsuk-error-summary")) fill(form, JSON.parse(kept));

  form.addEventListener("input", () => {
    try {
      sessionStorage.setItem(key, JSON.stringify(fieldsOf(form)));
    } catch {
      // A full or forbidden store: the words are still on the page.
    }
  });
  form.addEventListener("submit", () => {
    leaving = true;
    sessionStorage.setItem(SENT, key);
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && JSON.stringify(fieldsOf(form)) !== asSent) event.preventDefault();
  });
}

export function forgetWhatIsSaved() {
  const sent = sessionStorage.getItem(SENT);
  if (sent && document.querySelector("[data-saved]")) sessionStorage.removeItem(sent);
  sessionStorage.removeItem(SENT);
}

export function guardForms() {
  document.querySelectorAll("form[data-guard]").forEach(guard);
  document.querySelector("form[data-sign-out]")?.addEventListener("submit", () => {
    Object.keys(sessionStorage)
      .filter((key) => key.startsWith(DRAFTS))
      .forEach((key) => sessionStorage.removeItem(key));
  });
}
