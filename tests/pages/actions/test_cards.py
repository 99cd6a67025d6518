"""Cards of actions: their markup is cached, and nothing of an action is in it but its kind."""

from datetime import date

from actionplans.models import Action, ActionPlan
from onestepback.pages.actions.reading import PlannedAction
from onestepback.templatetags.action_cards import BEGIN, END, KEY, cards
from organisations.models import Team

TITLES = ["<b>Ring</b> %(whose)s", "50 % more %s", f"{BEGIN}whose{END}", str(KEY), "Plain"]


def card_of(title, who="Ada & Sam", *, back="", plan=None):
    action = Action(pk=7, title=title, level="team", due_on=date(2026, 11, 22), plan=plan)
    planned = PlannedAction(action, who, is_overdue=False)
    return cards([planned], "h2", back=back, with_plan=bool(plan))


def test_words_are_escaped_and_stand_as_they_were_typed():
    for title in TITLES:
        words = title.replace("<", "&lt;").replace(">", "&gt;")

        assert f'<a href="/actions/7/">{words}</a>' in card_of(title)


def test_no_words_of_one_action_are_in_the_card_of_another():
    first = card_of("A secret", who="Somebody")
    second = card_of("Something else")

    assert first.replace("A secret", "Something else") == second.replace(
        "Ada &amp; Sam", "Somebody"
    )


def test_the_name_of_a_group_is_escaped():
    plan = ActionPlan(team=Team(name="<i>Team</i>"))

    assert "<dd>&lt;i&gt;Team&lt;/i&gt;</dd>" in card_of("x", plan=plan)


def test_where_to_go_back_to_cannot_break_out_of_the_link():
    assert 'href="/actions/7/?next=/%3Fq%3D%22%3E%3Cb%3E"' in card_of("x", back='/?q="><b>')
