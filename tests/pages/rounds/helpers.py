"""Helpers that several tests of rounds share."""

from organisations.models import Letter, Membership, TeamMembership, User
from reflections.models import Level
from reflections.summaries import Figures, shared_texts
from tests.factories import share

RATING = "rating-team-involve"
COMMENT = "comment-team-involve"


def people_of(team, size):
    """Make so many people of a team at once."""
    users = User.objects.bulk_create(
        User(email=f"p{number}@{team.pk}.example.org", name=f"P{number}") for number in range(size)
    )
    memberships = Membership.objects.bulk_create(
        Membership(organisation=team.organisation, user=user) for user in users
    )
    TeamMembership.objects.bulk_create(
        TeamMembership(membership=membership, team=team) for membership in memberships
    )
    return users


def letters(kind, *, to=None):
    found = Letter.objects.filter(kind=kind).order_by("address").values_list("address", flat=True)
    return list(found if to is None else found.filter(recipient=to))


def texts_of(round_):
    return [(text.kind, text.text) for text in shared_texts(round_, Figures.of(round_))]


def finished_in(round_):
    return round_.participations.exclude(finished_at=None).count()


def write(participation, level=Level.TEAM, *, shared=None):
    share(
        participation,
        level,
        yes=shared,
        comment="A comment",
        barrier="A barrier",
        vision="A vision",
        idea="An idea",
    )
    return participation.reflections.get(level=level)


ALL_TEXTS = [
    ("barrier", "A barrier"),
    ("comment", "A comment"),
    ("idea", "An idea"),
    ("vision", "A vision"),
]
