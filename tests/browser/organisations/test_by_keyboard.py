"""Organisations by the keyboard alone."""

from playwright.sync_api import expect

from organisations.models import Organisation
from tests.browser.organisations.helpers import NAME, WIDE_AND_PHONE, for_each, heading
from tests.browser.pages import Keyboard, link

# What is wrong with where the focus is now, in words; nothing if it can be seen, looks unlike it
# does without the focus, and comes after the place before it on the page.
LOOK = """
() => {
  const element = document.activeElement;
  if (element === document.body) { window.before = null; return ""; }
  const name = `<${element.localName}> “${(element.innerText || element.name || "").trim()}”`;
  const parts = [element, ...(element.labels ?? [])];
  const looks = () => parts.flatMap((part) => [null, "::before"].map((pseudo) => {
    const style = getComputedStyle(part, pseudo);
    return [style.outline, style.boxShadow, style.backgroundColor, style.borderColor].join();
  })).join();
  const focused = looks();
  element.blur();
  const plain = looks();
  element.focus({ preventScroll: true });
  if (focused === plain) return `${name} looks the same with the focus`;

  const box = element.getClientRects()[0];
  if (box.top < 0 || box.bottom > innerHeight || box.left < 0 || box.right > innerWidth)
    return `${name} is out of sight`;
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const hit = document.elementFromPoint(x, y);
  if (!parts.some((part) => part.contains(hit))) return `${name} is covered`;

  const here = { region: element.closest("header, main, aside, footer"), x, y: y + scrollY };
  const before = window.before;
  window.before = here;
  const isAbove = before?.region === here.region && here.y < before.y - 30;
  return isAbove ? `${name} stands above what had the focus before it` : "";
}
"""


class WatchedKeyboard(Keyboard):
    """A person without a mouse, who needs to see where the focus is."""

    def press(self, key):
        super().press(key)
        if key == "Tab":
            assert self.page.evaluate(LOOK) == ""
        return self

    def to(self, locator):
        expect(locator).to_be_visible()
        for _press in range(120):
            if locator.evaluate("element => element === document.activeElement"):
                return self
            self.press("Tab")
        raise AssertionError(f"{locator} is not reached by the keyboard")


@for_each(WIDE_AND_PHONE)
def test_an_organisation_by_keyboard_alone(signed_in_page, how):
    page = signed_in_page
    keyboard = WatchedKeyboard(page)
    page.goto(page.site)
    keyboard.to(link(page, "Teams")).press("Enter")
    expect(heading(page)).to_have_text("Your organisations and teams")
    keyboard.to(link(page, "Create an organisation")).press("Enter")

    # The error has the focus; from there to the field, and no further.
    keyboard.to(page.get_by_role("button", name="Create organisation")).press("Enter")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    keyboard.press("Tab").press("Enter")
    expect(page.get_by_label("What is your organisation called?")).to_be_focused()
    keyboard.type(NAME)
    keyboard.to(page.get_by_role("button", name="Create organisation")).press("Space")
    expect(heading(page)).to_have_text(NAME)

    keyboard.to(link(page, "Add a team")).press("Enter")
    keyboard.to(page.get_by_label("Name")).type("Garden").press("Tab")
    expect(page.get_by_label("Team")).to_be_focused()
    keyboard.press("ArrowUp")
    expect(page.get_by_label("Project")).to_be_checked()
    keyboard.to(page.get_by_role("button", name="Add this team")).press("Enter")
    expect(heading(page)).to_have_text("Garden")

    keyboard.to(link(page, "Invite people")).press("Enter")
    keyboard.to(page.get_by_label("E-mail addresses")).type("nia@example.org").press("Enter")
    keyboard.type("nobody").press("Tab")
    keyboard.to(page.get_by_role("button", name="Check the list")).press("Enter")
    expect(heading(page)).to_have_text("Check the list")
    keyboard.to(page.get_by_role("button", name="Change the list")).press("Space")
    keyboard.to(page.get_by_label("E-mail addresses")).press("ControlOrMeta+a")
    keyboard.type("nia@example.org, omar@example.org").press("Tab")
    keyboard.to(page.get_by_role("button", name="Check the list")).press("Enter")
    keyboard.to(page.get_by_role("button", name="Send the invitations")).press("Space")
    expect(page.get_by_text("2 people are invited.")).to_be_visible()
    assert Organisation.objects.get().invitations.count() == 2
