// Saves what people type, field by field, as they go.
//
// Each save carries the value that it replaces, so that nothing newer is overwritten. A field has one
// save in flight at a time. Until the server says "saved", the words are also kept in this tab, and
// leaving the page asks first.
import { forget, keep, keptNames, keptWords } from "./drafts.js";

const RETRY_AFTER = [2000, 5000, 15000, 30000];
const TYPING_PAUSE = 800;
const LONGEST_WAIT = 10000;
const MOST_BYTES_ON_LEAVING = 60000; // browsers refuse more than 64 KiB while a page closes
const WORTH_ANOTHER_TRY = [408, 425, 429];
const BARRIER = /^barrier-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const fields = new Map();
let form;
let status;
// No field is saved beside its whole page: while that waits for saves under way, and once it is sent.
let waiting = false;
let leaving = false;

class Field {
  constructor(name) {
    this.name = name;
    this.flight = null;
    this.failures = 0;
    this.stopped = false;
    this.trouble = "";
    this.timer = null;
    this.sent = null; // what the server has, as it was here: it may trim other things than we do
  }

  get was() {
    return form.elements[`was-${this.name}`];
  }

  get control() {
    const control = form.elements[this.name];
    return control instanceof RadioNodeList ? control[0] : control;
  }

  get value() {
    const control = form.elements[this.name];
    return control ? control.value : "";
  }

  set value(value) {
    form.elements[this.name].value = value;
    this.control.dispatchEvent(new Event("input", { bubbles: true }));
  }

  get isDirty() {
    return this.value !== this.was.value && this.value !== this.sent;
  }

  changed(pause) {
    this.stopped = false;
    this.keep();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  keep() {
    if (this.isDirty) keep(this.name, { value: this.value, was: this.was.value });
    else forget(this.name);
  }

  save(closing = false) {
    clearTimeout(this.timer);
    if (waiting || leaving || this.flight || this.stopped || !this.isDirty) return;
    this.flight = this.send(closing).then(() => {
      this.flight = null;
      if (!this.failures) this.save();
    });
  }

  async send(closing) {
    if (!this.failures) say(status.dataset.savingWords);
    const sent = this.value;
    const was = this.was.value;
    const body = new URLSearchParams({ [this.name]: sent, [`was-${this.name}`]: was });
    try {
      const response = await fetch(form.action, {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRFToken": token() },
        body,
        keepalive: closing && String(body).length < MOST_BYTES_ON_LEAVING,
        redirect: "error",
      });
      await this.answered(response, sent, was);
    } catch {
      this.again(status.dataset.offlineWords);
    }
  }

  async answered(response, sent, was) {
    const { status: code } = response;
    if (code === 401 || code === 403) {
      this.again(status.dataset.signedOutWords);
      return;
    }
    if (code >= 400 && code < 500 && code !== 409 && !WORTH_ANOTHER_TRY.includes(code)) {
      this.stop(status.dataset.stuckWords);
      return;
    }
    if (code !== 200 && code !== 409) throw new Error(response.statusText);
    const answer = await response.json();
    this.failures = 0;
    if (answer.finished) {
      this.stop(status.dataset.finishedWords);
      return;
    }
    const problem = answer.problems[this.name];
    if (problem) {
      this.sent = null;
      this.show(problem);
      this.stop(status.dataset.refusedWords);
      return;
    }
    const saved = answer.saved[this.name];
    if (saved === undefined) {
      this.stop(status.dataset.stuckWords);
      return;
    }
    this.trouble = "";
    this.was.value = saved;
    this.sent = sent;
    // Nothing was changed here but spaces, and there is something newer: show it.
    if (saved !== was && sent.trim() === was.trim() && this.value === sent) this.value = saved;
    this.show(null);
    this.keep();
    report(answer.message);
  }

  stop(words) {
    this.stopped = true;
    this.failures = 0;
    this.trouble = words;
    say(words, true);
  }

  again(words) {
    const wait = RETRY_AFTER[Math.min(this.failures, RETRY_AFTER.length - 1)];
    this.failures += 1;
    this.trouble = words;
    say(words, true);
    this.timer = setTimeout(() => this.save(), wait);
  }

  // A field's problem, or null when there is none any more.
  show(problem) {
    const place = form.querySelector(`[data-problem="${CSS.escape(this.name)}"]`);
    if (!place) return;
    place.replaceChildren();
    place.closest(".nhsuk-form-group")?.classList.toggle("nhsuk-form-group--error", Boolean(problem));
    this.describe(`${this.name}-error`, Boolean(problem));
    if (!problem) return;
    const error = element("p", "nhsuk-error-message", ` ${problem.error}`);
    error.id = `${this.name}-error`;
    error.prepend(element("span", "nhsuk-u-visually-hidden", status.dataset.errorWords));
    place.append(error);
    if (!problem.other) return;
    const box = element("div", "osb-conflict");
    box.append(
      element("p", "osb-conflict__label", status.dataset.elseWords),
      element("p", "osb-conflict__text", problem.other),
      this.choice(status.dataset.mineWords, problem, () => this.save()),
      this.choice(status.dataset.otherWords, problem, () => {
        this.value = problem.stored;
        this.keep();
        this.show(null);
      }),
    );
    place.append(box);
  }

  // Ties the sentence with that id to the control, or unties it.
  describe(id, isThere) {
    const { control } = this;
    control.classList.toggle("nhsuk-textarea--error", isThere && control.matches("textarea"));
    const described = control.type === "radio" ? control.closest("fieldset") : control;
    const ids = (described.getAttribute("aria-describedby") ?? "")
      .split(/\s+/)
      .filter((each) => each && each !== id);
    const hint = ids.indexOf(`${this.name}-hint`);
    if (isThere) ids.splice(hint + 1, 0, id);
    if (ids.length) described.setAttribute("aria-describedby", ids.join(" "));
    else described.removeAttribute("aria-describedby");
  }

  choice(words, problem, then) {
    const button = element("button", "nhsuk-button nhsuk-button--secondary nhsuk-button--small", words);
    button.type = "button";
    button.addEventListener("click", () => {
      this.was.value = problem.stored;
      this.stopped = false;
      this.trouble = "";
      then();
      this.control.focus();
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

// After a field was saved: what is the matter with another one, or that everything is saved.
function report(message) {
  const open = unsaved();
  const troubled = open.find((field) => field.trouble);
  if (troubled) say(troubled.trouble, true);
  else if (!open.length) say(message);
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
  const barriers = form.querySelector("[data-barriers]");
  for (const name of keptNames()) {
    const isMissing = barriers && BARRIER.test(name) && !form.elements[name];
    if (isMissing && keptWords(name).value) addBarrier(barriers, name);
  }
  for (const control of [...form.elements]) {
    const field = fieldOf(control);
    const draft = field && keptWords(field.name);
    if (!draft) continue;
    const { value, was } = draft;
    if (value === field.was.value) {
      forget(field.name);
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
function addBarrier(barriers, name) {
  const blank = barriers.querySelector("template");
  const number = barriers.querySelectorAll("textarea").length + 1;
  const made = document.createElement("div");
  made.innerHTML = blank.innerHTML.replaceAll("barrier-new", name);
  const group = made.firstElementChild;
  group.querySelector("label").textContent = blank.dataset.label.replace("{n}", number);
  barriers.querySelector("[data-add-barrier]").before(group);
  group.dispatchEvent(new Event("osb:added", { bubbles: true }));
  return group.querySelector("textarea");
}

function unsaved() {
  return [...fields.values()].filter((field) => field.isDirty);
}

function saveAll(closing = false) {
  unsaved().forEach((field) => field.save(closing));
}

// The whole page goes once the server has answered the saves under way, whose values it replaces.
function sendPage(event) {
  const flights = [...fields.values()].map((field) => field.flight).filter(Boolean);
  if (waiting || (flights.length && form.requestSubmit)) event.preventDefault();
  if (waiting) return;
  if (event.defaultPrevented) {
    waiting = true;
    const longEnough = new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT));
    Promise.race([Promise.all(flights), longEnough]).then(() => {
      fields.forEach((field) => (field.flight = null));
      waiting = false;
      form.requestSubmit(event.submitter);
    });
    return;
  }
  leaving = true;
  // Still here after a while: it was stopped, so each field is saved for itself again.
  setTimeout(() => {
    leaving = false;
    saveAll();
  }, 2 * LONGEST_WAIT);
}

export function startSaving() {
  form = document.querySelector("form[data-saving]");
  status = document.querySelector("[data-save-status]");
  if (!form) return;
  form.addEventListener("input", (event) => {
    const isText = event.target.matches("textarea");
    fieldOf(event.target)?.changed(isText ? TYPING_PAUSE : 0);
  });
  form.addEventListener("focusout", (event) => fieldOf(event.target)?.save());
  form.addEventListener("submit", sendPage);
  form.querySelector("[data-add-barrier]")?.addEventListener("click", (event) => {
    event.preventDefault();
    addBarrier(event.target.closest("[data-barriers]"), `barrier-${uuid4()}`).focus();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") saveAll(true);
  });
  window.addEventListener("online", () => saveAll());
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && unsaved().length) event.preventDefault();
  });
  restoreDrafts();
}
