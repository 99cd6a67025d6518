"""The promises that people read before they answer in a round, made from its settings."""

from django.utils.translation import gettext as _

from organisations.dates import long_date
from organisations.models import System, Team
from reflections import privacy
from reflections.models import Level, Round


def who_sees_what(round_: Round) -> list[str]:
    """All promises of a round to those who take part, each of one sentence or two."""
    promises = named_promises if round_.is_named else confidential_promises
    return [*promises(round_), *promises_to_everybody(round_)]


def confidential_promises(round_: Round) -> list[str]:
    number = {"minimum": round_.minimum_group}
    promises = [
        _(
            "Your answers count without your name. Nothing is ever shown about fewer than "
            "%(minimum)d people."
        )
        % number
    ]
    if round_.compares_perspectives:
        promises.append(
            _(
                "Staff and partners are shown side by side if there are %(minimum)d or more of "
                "each. Otherwise they are only shown together."
            )
            % number
        )
    else:
        promises.append(_("Staff and partners are only shown together."))
    promises.append(
        _(
            "What you write in your own words is read by others only if you share it. You choose "
            "that for each level, and your name is not with it. You can take it back at any time."
        )
    )
    if Level.INDIVIDUAL in round_.levels:
        promises.append(
            _(
                "What you say about yourself is private. Your answers there count only if you tick "
                "that they may, and your words there are never shared."
            )
        )
    promises.append(readers_of_results(round_))
    return promises


def named_promises(round_: Round) -> list[str]:
    promises = [
        _(
            "This round is named: whoever takes part, and the team’s facilitators, see who said "
            "what. Administrators do not."
        ),
        _(
            "What you write in your own words is read by them only if you share it, and then with "
            "your name. You can take it back at any time."
        ),
    ]
    if not privacy.names_are_shown(round_.sharing, Level.INDIVIDUAL):
        promises.append(
            _("What you say about yourself, at the Individual level, is shown to nobody.")
        )
    return promises


def readers_of_results(round_: Round) -> str:
    """The promise about the readers of the results, and of shared texts in the plan."""
    if isinstance(round_.group, Team):
        return _(
            "Everybody who takes part sees the results, at the same moment as the team’s "
            "facilitators and the administrators. What you share may also be read by those who "
            "read the team’s plan: the people of the team and the administrators."
        )
    if isinstance(round_.group, System):
        return _(
            "Everybody who takes part sees the results, at the same moment as the conveners. What "
            "you share may also be read by those who read the system’s plan: the people of its "
            "organisations."
        )
    return _(
        "Everybody who takes part sees the results, at the same moment as the administrators. What "
        "you share may also be read by those who read the organisation’s plan: all its people."
    )


def promises_to_everybody(round_: Round) -> list[str]:
    return [
        _("You can change your answers, or withdraw them, until the end of %(day)s.")
        % {"day": long_date(round_.closes_on)},
        _("What you have not finished by then stays yours alone, and counts nowhere."),
        _("Nobody sees whether you have finished, nor who is reminded."),
    ]


def safeguarding_contact_of(round_: Round) -> str:
    """The organisation's words on whom to tell if somebody is at risk; empty if it has none."""
    organisation = round_.organisation or (round_.team and round_.team.organisation)
    return organisation.safeguarding_contact if organisation else ""
