"""An organisation is created, with its teams."""

from playwright.sync_api import expect

from tests.browser.organisations.helpers import NAME, for_each, go_to, heading, problem, rows
from tests.browser.pages import HOW, follow, press


@for_each(HOW)
def test_somebody_creates_an_organisation_and_its_teams(signed_in_page, accessible, how):
    page = signed_in_page
    page.goto(page.site)
    follow(page, "Teams")
    expect(page.get_by_text("You are in no organisation.")).to_be_visible()
    accessible(page)

    follow(page, "Create an organisation")
    press(page, "Create organisation")
    problem(page, "Enter what your organisation is called")
    accessible(page)
    page.get_by_label("What is your organisation called?").fill(NAME)
    press(page, "Create organisation")
    expect(page.get_by_text(f"{NAME} is created. Next, add teams")).to_be_visible()
    expect(heading(page)).to_have_text(NAME)
    accessible(page)

    # Without a name, and with one that is there already, however it is written.
    follow(page, "Add a team")
    press(page, "Add this team")
    problem(page, "Enter the name of the service, project or team")
    page.get_by_label("Name").fill("Home visits")
    page.get_by_text("Service", exact=True).click()
    press(page, "Add this team")
    expect(page.get_by_text("The team Home visits is added.")).to_be_visible()
    expect(page.get_by_text("Nobody is in this team yet.")).to_be_visible()
    accessible(page)
    follow(page, NAME)
    follow(page, "Add a team")
    page.get_by_label("Name").fill("home VISITS")
    page.get_by_text("Project", exact=True).click()
    press(page, "Add this team")
    problem(page, "There is a service, project or team of that name already")
    expect(page.get_by_label("Name")).to_have_value("home VISITS")
    expect(page.get_by_label("Project")).to_be_checked()
    accessible(page)
    page.get_by_label("Name").fill("Garden")
    press(page, "Add this team")
    expect(page.get_by_text("The team Garden is added.")).to_be_visible()

    follow(page, NAME)
    go_to(page, "All teams")
    assert rows(page, "Services, projects and teams") == [["Project", "0"], ["Service", "0"]]
    accessible(page)

    go_to(page, "Settings")
    expect(page.get_by_text("groups smaller than the minimum.")).to_be_visible()
    accessible(page)
    page.get_by_label("Minimum group").select_option("7")
    page.get_by_role("group", name="May a team’s round be named?").get_by_text("Yes").click()
    page.get_by_label("Whom to contact if somebody is at risk").fill("Duty desk\n01632 960 123")
    press(page, "Save settings")
    expect(page.get_by_text("The settings are saved")).to_be_visible()
    expect(page.get_by_label("Minimum group")).to_have_value("7")
    expect(page.get_by_label("Yes")).to_be_checked()
    follow(page, NAME)
    expect(page.get_by_text("Duty desk\n01632 960 123")).to_be_visible()

    go_to(page, "History")
    expect(page.get_by_role("listitem").filter(has_text="Maya Okafor")).to_have_count(5)
    accessible(page)
