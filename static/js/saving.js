// Saves what people type, field by field, as they go.
//
// Each save carries the value that it replaces, so that nothing newer is overwritten. A field has one
// save in flight at a time. Until the server says "saved", the words are also kept in this tab, and
// leaving the page asks first.

const RETRY_AFTER = [2000, 5000, 15000, 30000];
const TYPING_PAUSE = 800;
const DRAFTS = "osb-draft:";

const form = document.querySelector("form[data-saving]");
const status = document.querySelector("[data-save-status]");
const fields = new Map();

class Field {
  constructor(name) {
    this.name = name;
    this.draft = `${DRAFTS}${form.dataset.saving}:${name}`;
    this.inFlight = false;
    this.failures = 0;
    this.stopped = false;
    this.timer = null;
  }

  get was() {
    return form.elements[`was-${this.name}`];
  }

  get value() {
    const control = form.elements[this.name];
    return control ? control.value : "";
  }

  set value(value) {
    const control = form.elements[this.name];
    control.value = value;
    (control.length ? control[0] : control).dispatchEvent(new Event("input", { bubbles: true }));
  }

  get isDirty() {
    return this.value.trim() !== this.was.value.trim();
  }

  changed(pause) {
    this.stopped = false;
    this.keep();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  keep() {
    if (!this.isDirty) {
      sessionStorage.removeItem(this.draft);
      return;
    }
    try {
      sessionStorage.setItem(this.draft, JSON.stringify({ value: this.value, was: this.was.value }));
    } catch {
      // A full or forbidden store: the words are still on the page, and on their way to the server.
    }
  }

  async save(keepalive = false) {
    clearTimeout(this.timer);
    if (this.inFlight || this.stopped || !this.isDirty) return;
    this.inFlight = true;
    say(status.dataset.savingWords);
    const sent = this.value;
    try {
      const response = await fetch(form.action, {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRFToken": token() },
        body: new URLSearchParams({ [this.name]: sent, [`was-${this.name}`]: this.was.value }),
        keepalive,
        redirect: "error",
      });
      await this.answered(response, sent);
    } catch {
      this.again(status.dataset.offlineWords);
    } finally {
      this.inFlight = false;
    }
    if (!this.failures && !this.stopped && this.isDirty) this.save();
  }

  async answered(response, sent) {
    if (response.status === 401 || response.status === 403) {
      this.again(status.dataset.signedOutWords);
      return;
    }
    if (response.status !== 200 && response.status !== 409) throw new Error(response.statusText);
    const answer = await response.json();
    this.failures = 0;
    if (answer.finished) {
      this.stopped = true;
      say(status.dataset.finishedWords, true);
      return;
    }
    const problem = answer.problems[this.name];
    if (problem) {
      this.stopped = true;
      this.show(problem);
      say(status.dataset.refusedWords, true);
      return;
    }
    this.was.value = answer.saved[this.name] ?? sent;
    this.show(null);
    this.keep();
    if (![...fields.values()].some((field) => field.isDirty && field !== this)) say(answer.message);
  }

  again(words) {
    const wait = RETRY_AFTER[Math.min(this.failures, RETRY_AFTER.length - 1)];
    this.failures += 1;
    say(words, true);
    this.timer = setTimeout(() => this.save(), wait);
  }

  // A field's problem, or null when there is none any more.
  show(problem) {
    const place = form.querySelector(`[data-problem="${CSS.escape(this.name)}"]`);
    if (!place) return;
    place.replaceChildren();
    place.closest(".nhsuk-form-group")?.classList.toggle("nhsuk-form-group--error", Boolean(problem));
    if (!problem) return;
    const error = element("p", "nhsuk-error-message", problem.error);
    error.id = `${this.name}-error`;
    place.append(error);
    if (!problem.other) return;
    const box = element("div", "osb-conflict");
    box.append(
      element("p", "osb-conflict__label", status.dataset.elseWords),
      element("p", "osb-conflict__text", problem.other),
      this.choice(status.dataset.mineWords, problem, (field) => field.save()),
      this.choice(status.dataset.otherWords, problem, (field) => {
        field.value = problem.stored;
        field.keep();
        field.show(null);
      }),
    );
    place.append(box);
  }

  choice(words, problem, then) {
    const button = element("button", "nhsuk-button nhsuk-button--secondary nhsuk-button--small", words);
    button.type = "button";
    button.addEventListener("click", () => {
      this.was.value = problem.stored;
      this.stopped = false;
      then(this);
      const control = form.elements[this.name];
      (control.length ? control[0] : control).focus();
    });
    return button;
  }
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function say(words, isProblem = false) {
  status.textContent = words;
  status.classList.toggle("osb-save-status--problem", isProblem);
}

// The cookie, because a page's own token is stale once somebody signs in again in another tab.
function token() {
  const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  return cookie ? cookie.slice("csrftoken=".length) : form.elements.csrfmiddlewaretoken.value;
}

function fieldOf(control) {
  const { name } = control;
  if (!name || !form.elements[`was-${name}`]) return null;
  if (!fields.has(name)) fields.set(name, new Field(name));
  return fields.get(name);
}

// What an earlier visit in this tab could not save comes back into its field.
function restoreDrafts() {
  for (const control of form.elements) {
    const field = fieldOf(control);
    const draft = field && sessionStorage.getItem(field.draft);
    if (!draft) continue;
    const { value, was } = JSON.parse(draft);
    if (value === field.was.value) {
      sessionStorage.removeItem(field.draft);
    } else if (value !== field.value) {
      field.value = value;
      field.was.value = was;
      const details = control.closest("details");
      if (details) details.open = true;
      field.changed(0);
    }
  }
}

function uuid4() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// One more box for a barrier, in place, under a name of its own.
function addBarrier(event) {
  event.preventDefault();
  const barriers = event.target.closest("[data-barriers]");
  const blank = barriers.querySelector("template");
  const number = barriers.querySelectorAll("textarea").length + 1;
  const made = document.createElement("div");
  made.innerHTML = blank.innerHTML.replaceAll("barrier-new", `barrier-${uuid4()}`);
  const group = made.firstElementChild;
  group.querySelector("label").textContent = blank.dataset.label.replace("{n}", number);
  blank.parentElement.querySelector("[data-add-barrier]").before(group);
  group.dispatchEvent(new Event("osb:added", { bubbles: true }));
  group.querySelector("textarea").focus();
}

function unsaved() {
  return [...fields.values()].filter((field) => field.isDirty);
}

form.addEventListener("input", (event) => {
  const isText = event.target.matches("textarea");
  fieldOf(event.target)?.changed(isText ? TYPING_PAUSE : 0);
});
form.addEventListener("focusout", (event) => fieldOf(event.target)?.save());
form.addEventListener("submit", () => {
  form.dataset.leaving = "yes";
});
form.querySelector("[data-add-barrier]")?.addEventListener("click", addBarrier);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") unsaved().forEach((field) => field.save(true));
});
window.addEventListener("online", () => unsaved().forEach((field) => field.save()));
window.addEventListener("beforeunload", (event) => {
  if (!form.dataset.leaving && unsaved().length) event.preventDefault();
});
restoreDrafts();
