// What somebody typed and did not get saved comes back when they do: in this tab, to this person.
//
// A draft goes when the server says that it saved, never because a page was sent: the connection may
// have broken on the way. It also goes when its author signs out or somebody else signs in, as the
// computer may be shared; not when a session ends by itself.

const DRAFTS = "osb-draft:";
const SENT = "osb-sent";
const person = document.body.dataset.person ?? "";
const mine = `${DRAFTS}${person}:`;
const here = location.pathname + location.search;
const fieldKey = (name) => `${location.pathname}#${name}`;
const store = openStore();

function openStore() {
  try {
    return window.sessionStorage;
  } catch {
    return null; // forbidden: the words are still on the page
  }
}

function put(key, draft) {
  if (!person) return;
  try {
    store?.setItem(mine + key, JSON.stringify(draft));
  } catch {
    // A full store: the words are still on the page.
  }
}

function take(key) {
  return person && store ? JSON.parse(store.getItem(mine + key)) : null;
}

function drop(key) {
  store?.removeItem(mine + key);
}

function dropWhere(isUnwanted) {
  Object.keys(store ?? {})
    .filter((key) => key.startsWith(DRAFTS) && isUnwanted(key))
    .forEach((key) => store.removeItem(key));
}

// --- Single fields of this page, for saving.js ------------------------------------------------

export const keep = (name, draft) => put(fieldKey(name), draft);
export const forget = (name) => drop(fieldKey(name));
export const keptWords = (name) => take(fieldKey(name));

export function keptNames() {
  const start = mine + fieldKey("");
  const keys = Object.keys(store ?? {}).filter((key) => person && key.startsWith(start));
  return keys.map((key) => key.slice(start.length));
}

// --- Whole forms --------------------------------------------------------------------------------

const isHidden = (form, name) => form.elements[name].type === "hidden";

// What a person can see in a form, to be compared and put back.
function snapshot(form) {
  const entries = [...new FormData(form)].filter(
    ([name, value]) => typeof value === "string" && !isHidden(form, name),
  );
  return JSON.stringify(entries);
}

// What a form knows of itself: which action it makes, or which version it changes.
function marksOf(form) {
  const names = ["made_with", "version"].filter((name) => form.elements[name]);
  return Object.fromEntries(names.map((name) => [name, form.elements[name].value]));
}

function setMarks(form, marks) {
  for (const name of Object.keys(marks)) {
    if (form.elements[name]) form.elements[name].value = marks[name];
  }
}

// Puts back what its author changed; where they changed nothing, the page may know something newer.
function fill(form, draft) {
  const typed = JSON.parse(draft.value);
  const before = JSON.parse(draft.base);
  const values = (entries, name) => entries.filter(([each]) => each === name).map(([, v]) => v);
  for (const control of form.elements) {
    const { name, type } = control;
    const now = values(typed, name);
    if (!name || (before && String(now) === String(values(before, name)))) continue;
    if (type === "radio" || type === "checkbox") control.checked = now.includes(control.value);
    else if (now.length) [control.value] = now;
  }
}

function guard(form) {
  const atFirst = snapshot(form);
  const fresh = marksOf(form);
  // A page that came back, with errors or to be changed, holds what was typed already.
  const cameBack = Boolean(document.querySelector(".nhsuk-error-summary, [data-came-back]"));
  const draft = take(here);
  const restored = cameBack ? null : draft;
  const base = draft?.base ?? (cameBack ? null : atFirst);
  let sent = restored?.sent ?? null;
  let leaving = false;

  // Words exactly as they were sent may be there already, so they go as the same thing once more;
  // others are something new. A page that has changed since must not be typed over unseen.
  function chooseMarks() {
    setMarks(form, fresh);
    if (!restored) return;
    if (sent && snapshot(form) === sent.value) setMarks(form, sent.marks);
    else if (restored.base !== atFirst && restored.marks.version) {
      setMarks(form, { version: restored.marks.version });
    }
  }

  function write() {
    put(here, { value: snapshot(form), base, marks: marksOf(form), sent });
  }

  if (restored) {
    fill(form, restored);
    chooseMarks();
    if (snapshot(form) === atFirst) drop(here);
  }
  form.addEventListener("input", () => {
    chooseMarks();
    write();
  });
  form.addEventListener("submit", () => {
    leaving = true;
    sent = { value: snapshot(form), marks: marksOf(form) };
    write();
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && snapshot(form) !== atFirst) event.preventDefault();
  });
}

// --- When drafts go -----------------------------------------------------------------------------

// Notes what is on its way to this very address, also from the page that holds words to send again.
function noteSent({ target: form, defaultPrevented }) {
  const isHeld = form.querySelector("textarea[hidden]");
  if (defaultPrevented || !(isHeld || form.matches("[data-guard], [data-saving]"))) return;
  const sent = { [here]: isHeld ? null : snapshot(form) };
  for (const [name, value] of new FormData(form)) {
    if (isHidden(form, name)) continue;
    sent[fieldKey(name)] = String(value).replace(/\r\n?/g, "\n");
  }
  try {
    store?.setItem(SENT, JSON.stringify(sent));
  } catch {
    // A full store: the draft stays, and comes back once more.
  }
}

// Words typed after the page was sent are kept: they are not among what was saved.
export function forgetWhatIsSaved() {
  if (person) dropWhere((key) => !key.startsWith(mine));
  const sent = JSON.parse(store?.getItem(SENT) ?? "{}");
  store?.removeItem(SENT);
  if (!document.querySelector("[data-saved]")) return;
  for (const key of Object.keys(sent)) {
    if (sent[key] === null || take(key)?.value === sent[key]) drop(key);
  }
}

export function guardForms() {
  document.querySelectorAll("form[data-guard]").forEach(guard);
  document.addEventListener("submit", noteSent);
  document
    .querySelector("form[data-sign-out]")
    ?.addEventListener("submit", () => dropWhere(() => true));
}
