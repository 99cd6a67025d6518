"""Two people, or two presses, at the same moment."""

import pytest
from django.core.exceptions import ValidationError

from actionplans.services.leaving import end_membership
from organisations import services
from organisations.inviting import draft_invitations, invite
from organisations.models import Invitation, Letter, Membership
from tests.factories import (
    administrator_of,
    make_invitation,
    make_member,
    make_organisation,
    make_user,
)
from tests.threads import outcomes_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def two_administrators():
    organisation = make_organisation()
    first = organisation.memberships.get()
    second = make_member(organisation, make_user("Bo"), role="administrator")
    return first, second


@pytest.mark.parametrize("_time", range(3))
def test_two_administrators_who_take_the_role_from_each_other_leave_one(  # A9 D3
    two_administrators, _time
):
    first, second = two_administrators

    results = outcomes_at_once(
        lambda: services.change_role(second, by=first.user, role="member"),
        lambda: services.change_role(first, by=second.user, role="member"),
    )

    assert sorted(type(result).__name__ for result in results) == ["NoneType", "ValidationError"]
    assert Membership.objects.administrators().count() == 1


@pytest.mark.parametrize("_time", range(3))
def test_two_administrators_who_leave_at_once_leave_one(two_administrators, _time):  # A9 D3
    results = outcomes_at_once(
        *[lambda each=each: end_membership(each, by=each.user) for each in two_administrators]
    )

    assert [isinstance(result, ValidationError) for result in results].count(True) == 1
    assert Membership.objects.administrators().count() == 1


def test_one_list_confirmed_twice_at_once_invites_everybody_once():  # D1 I3
    organisation = make_organisation()
    ada = administrator_of(organisation)
    plan = draft_invitations(organisation, [f"p{number}@example.org" for number in range(20)])

    done = outcomes_at_once(*[lambda: invite(plan, by=ada)] * 3)

    assert sorted(each.invited for each in done) == [0, 0, 20]
    assert Invitation.objects.count() == Letter.objects.count() == 20


def test_an_invitation_accepted_twice_at_once_makes_one_membership():  # D1 I3
    organisation = make_organisation()
    invitation = make_invitation(organisation, "new@example.org")
    user = make_user("Nia", "new@example.org")

    places = outcomes_at_once(*[lambda: services.accept_invitation(invitation, by=user)] * 4)

    assert len({place.pk for place in places}) == 1
    assert Membership.objects.filter(user=user).count() == 1
