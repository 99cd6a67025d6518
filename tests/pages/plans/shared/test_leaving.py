"""Actions keep their status when their owner leaves, or when their group is archived."""

import pytest
from django.core import mail
from django.core.management import call_command

from actionplans.models import Action, ActionPlan
from actionplans.services.actions import change_action
from actionplans.services.leaving import end_membership
from actionplans.services.updates import record_update
from organisations import services
from organisations.models import Letter, System
from organisations.outbox import deliver_due_letters
from tests.factories import TeamPlace, browser_of, make_shared_action, make_user
from tests.pages.plans.shared.helpers import form_at
from tests.threads import outcomes_at_once

pytestmark = pytest.mark.django_db

PAGES = ["", "edit/", "update/"]


@pytest.fixture
def system(place):
    """The system that the organisation is in, with a convener."""
    system = System.objects.create(name="Tamsel Valley", slug="tamsel-valley")
    system.conveners.add(make_user("Cora Convener"))
    services.change_system(place.organisation, by=place.administrator, system=system)
    place.organisation.refresh_from_db()
    return system


def statuses(user, action):
    browser = browser_of(user)
    return [browser.get(f"{action.get_absolute_url()}{page}").status_code for page in PAGES]


@pytest.mark.parametrize("status", ["planned", "done"])
def test_whoever_has_left_reads_and_changes_nothing_that_was_theirs(place, status):  # A11
    action = place.add(owner=place.member)
    record_update(action, by=place.member, version=0, status=status, note="We did")
    browser, address = browser_of(place.member), f"{action.get_absolute_url()}update/"
    opened = form_at(browser, address)
    assert statuses(place.member, action) == [200, 200, 200]
    end_membership(place.member.memberships.get(), by=place.administrator)

    late = browser.post(address, opened | {"status": "stuck", "note": "Ha"})

    assert late.status_code == 404
    assert statuses(place.member, action) == [404, 404, 404]
    assert Action.objects.get().status == status


@pytest.mark.parametrize("archived", ["team", "organisation"])
def test_an_owner_changes_nothing_of_what_is_archived(place, archived):  # A14
    action = place.add(owner=place.member)
    archive = getattr(services, f"archive_{archived}")
    archive(getattr(place, archived), by=place.administrator)

    assert statuses(place.member, action) == [404, 404, 404]


def test_an_owner_who_is_only_in_the_organisation_keeps_their_action(place):  # A10
    action = place.add(owner=place.member)
    place.member.memberships.get().team_memberships.all().delete()

    assert statuses(place.member, action) == [200, 200, 200]


def leave_the_organisation(place, system):
    end_membership(place.member.memberships.get(), by=place.administrator)


def leave_the_system(place, system):
    services.change_system(place.organisation, by=place.administrator, system=None)


@pytest.mark.parametrize("leave", [leave_the_organisation, leave_the_system])
def test_an_action_of_a_system_needs_an_owner_once_they_are_gone(place, system, leave):  # E5
    action = make_shared_action(place.member, system=system)
    call_command("tick")
    mail.outbox.clear()
    leave(place, system)

    call_command("tick")

    action.refresh_from_db()
    assert (action.owner, action.owner_left) == (None, True)
    assert [letter.to for letter in mail.outbox if "need an owner" in letter.subject] == [
        [system.conveners.get().email]
    ]


def test_a_convener_who_is_none_any_more_leaves_their_actions(place, system):  # E5
    cora = system.conveners.get()
    action = make_shared_action(cora, system=system)
    services.change_conveners(system, by=place.administrator, conveners=[place.administrator])

    call_command("tick")

    action.refresh_from_db()
    assert action.owner_left
    assert Letter.objects.get(kind="actions_need_owner").recipient == place.administrator


def test_a_tick_takes_nothing_from_those_who_belong(place, system):
    other = TeamPlace(name="Physiotherapy")
    kept = [
        place.add(owner=place.member),
        make_shared_action(place.member, organisation=place.organisation),
        make_shared_action(place.member, system=system),
        make_shared_action(system.conveners.get(), system=system),
        other.add(),
    ]
    services.archive_organisation(other.organisation, by=other.administrator)

    call_command("tick")

    assert Action.objects.filter(owner__isnull=False).count() == len(kept)


@pytest.mark.django_db(transaction=True)
def test_an_action_given_on_while_its_owner_leaves_stays_with_whoever_has_it(place):  # D3
    for _attempt in range(3):
        place.add(owner=place.member)
    actions = list(Action.objects.order_by("pk"))
    membership = place.member.memberships.get()

    def give():
        for action in actions:
            change_action(action, by=place.facilitator, version=0, owner=place.facilitator)

    def leave():
        end_membership(membership, by=place.administrator)

    outcomes_at_once(give, leave)

    for action in Action.objects.all():
        told = [update.version for update in action.updates.exclude(version=None)]
        assert sorted(told) == list(range(1, action.version + 1))
        assert action.owner in (place.facilitator, None)


def test_the_list_of_what_needs_an_owner_leads_to_where_it_is_given(place):
    action = place.add(owner=place.member)
    end_membership(place.member.memberships.get(), by=place.administrator)
    browser = browser_of(place.administrator)

    listed = browser.get(f"/organisations/{place.organisation.slug}/actions-without-owner/").text
    page = browser.get(action.get_absolute_url()).text

    assert f'href="{action.get_absolute_url()}?next=' in listed
    assert "Nobody does this now" in page
    assert page.index("Change the action</a>") < page.index("Say how it is going</a>")


def test_two_forms_for_two_plans_with_one_key_are_two_actions(place):  # D1
    plan = ActionPlan.objects.create(organisation=place.organisation)
    one = place.add()
    deliver_due_letters()

    browser = browser_of(place.administrator)
    address = f"{plan.get_absolute_url()}add/?level=organisation"
    fields = form_at(browser, address) | {
        "made_with": str(one.made_with),
        "title": "Ask people",
        "who": "me",
        "due_on_0": "1",
        "due_on_1": "2",
        "due_on_2": str(place.plan.today.year + 1),
    }
    assert browser.post(address, fields).status_code == 302
    assert list(Action.objects.values_list("plan", flat=True).order_by("pk")) == [
        place.plan.pk,
        plan.pk,
    ]
