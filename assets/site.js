// The design system's behaviour for the few components that have any. Every page works without it.
import { Button } from "nhsuk-frontend/dist/nhsuk/components/button/button.mjs";
import { CharacterCount } from "nhsuk-frontend/dist/nhsuk/components/character-count/character-count.mjs";
import { ErrorSummary } from "nhsuk-frontend/dist/nhsuk/components/error-summary/error-summary.mjs";
import { PasswordInput } from "nhsuk-frontend/dist/nhsuk/components/password-input/password-input.mjs";
import { offerCopying } from "./copying.js";
import { forgetWhatIsSaved, guardForms } from "./drafts.js";
import { followKeys } from "./keys.js";
import { startSaving } from "./saving.js";
import { SkipLink } from "nhsuk-frontend/dist/nhsuk/components/skip-link/skip-link.mjs";

// Added here and not by a script in the page, which the content security policy would refuse.
document.body.classList.add("js-enabled", "nhsuk-frontend-supported");

// The words come from the page, because only the server knows the reader's language.
const words = document.getElementById("site-script")?.dataset ?? {};

const settings = new Map([
  [Button, {}],
  [SkipLink, {}],
  // The server puts the focus where it belongs by marking the summary; see nhsuk/errors.html.
  [ErrorSummary, {}],
  [
    CharacterCount,
    {
      i18n: {
        charactersUnderLimit: { one: words.leftOne, other: words.leftOther },
        charactersAtLimit: words.leftNone,
        charactersOverLimit: { one: words.overOne, other: words.overOther },
      },
    },
  ],
  [
    PasswordInput,
    {
      i18n: {
        showPassword: words.show,
        hidePassword: words.hide,
        showPasswordAriaLabel: words.showPassword,
        hidePasswordAriaLabel: words.hidePassword,
        passwordShownAnnouncement: words.passwordShown,
        passwordHiddenAnnouncement: words.passwordHidden,
      },
    },
  ],
]);

function start(part) {
  for (const [Component, options] of settings) {
    const wanted = `[data-module="${Component.moduleName}"]`;
    const own = part.matches?.(wanted) ? [part] : [];
    for (const element of [...own, ...part.querySelectorAll(wanted)]) {
      try {
        new Component(element, options);
      } catch (error) {
        // An old browser may lack what one component needs: the others still start.
        console.warn(error);
      }
    }
  }
}

// The cookie, because a page's own token is stale once somebody signs in again in another tab.
function freshenToken(event) {
  const token = event.target.elements?.csrfmiddlewaretoken;
  const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  if (token && cookie) token.value = cookie.slice("csrftoken=".length);
}

document.addEventListener("submit", freshenToken, true);
document.addEventListener("osb:added", (event) => start(event.target));
forgetWhatIsSaved();
offerCopying();
followKeys();
guardForms();
start(document);
startSaving();
