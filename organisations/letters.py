"""What each kind of letter says, made at the moment it is delivered.

Each app has a module of this name with a function a letter. `@letter("kind")` makes it known; its
templates are `<app>/letters/<kind>.txt` and `.html`. With a `choice`, people can do without it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.invitations import link_to
from organisations.models import Letter, Membership
from organisations.preferences import Choice, link_to_stop


@dataclass(frozen=True)
class Words:
    """A letter's subject, and what its templates are given."""

    subject: str
    context: dict = field(default_factory=dict)


# Given a letter, its words; None if it is no longer true, so that it is never sent.
Writer = Callable[[Letter], Words | None]
WRITERS: dict[str, tuple[str, Writer]] = {}
CHOICES: dict[str, Choice] = {}  # of the kinds that people can do without


def letter(kind: str, *, choice: Choice | None = None) -> Callable[[Writer], Writer]:
    def register(writer: Writer) -> Writer:
        WRITERS[kind] = (writer.__module__.partition(".")[0], writer)
        if choice:
            CHOICES[kind] = choice
        return writer

    return register


def message_for(letter: Letter) -> EmailMultiAlternatives | None:
    """A letter as an e-mail in its reader's language and time zone.

    None if it is out of date, or if its reader does without letters of this kind.
    """
    app, writer = WRITERS[letter.kind]
    reader = letter.recipient
    choice = CHOICES.get(letter.kind)
    if reader and choice in reader.unwanted_letters:
        return None
    headers, links = {}, {"choose_url": "", "stop_url": ""}
    if reader and choice:
        stop = link_to_stop(reader, choice)
        headers = {  # RFC 8058
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        links = {"choose_url": on_site("letters:choose"), "stop_url": stop}
    language = reader.language if reader else settings.LANGUAGE_CODE
    zone = reader.zone if reader else timezone.get_default_timezone()
    with translation.override(language), timezone.override(zone):
        words = writer(letter)
        if words is None:
            return None
        context = {
            "letter": letter,
            "language": language,
            "site_url": settings.SITE_URL,
            **links,
            **words.context,
        }
        template = f"{app}/letters/{letter.kind}"
        message = EmailMultiAlternatives(
            subject=" ".join(words.subject.split()),  # a header is one line
            body=render_to_string(f"{template}.txt", context),
            to=[letter.address],
            headers=headers,
        )
        message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return message


def on_site(name: str, *args) -> str:
    """The whole address of a page, for a reader who is not on the site."""
    return settings.SITE_URL + reverse(name, args=args)


# --- About an account -----------------------------------------------------------------------

NOTICES = {
    "account_already_exists": gettext_lazy("You already have an account"),
    "email_changed": gettext_lazy("Your e-mail address was changed"),
    "email_confirm": gettext_lazy("Your e-mail address was confirmed"),
    "email_deleted": gettext_lazy("An e-mail address was removed"),
    "password_changed": gettext_lazy("Your password was changed"),
    "password_reset": gettext_lazy("Your password was reset"),
    "password_set": gettext_lazy("You now have a password"),
}


def notice(letter: Letter) -> Words:
    context = {
        "sign_in_url": on_site("account_login"),
        "reset_url": on_site("account_reset_password"),
    }
    return Words(str(NOTICES[letter.kind]), context)


for kind in NOTICES:
    WRITERS[kind] = ("organisations", notice)


# --- About where somebody belongs ---------------------------------------------------------------


@letter("invitation")
def invitation(letter: Letter) -> Words | None:
    invitation = letter.about
    if invitation is None or not invitation.is_open:
        return None
    if letter.occasion != str(invitation.times_sent):
        return None  # a later one goes
    context = {
        "invitation": invitation,
        "organisation": invitation.organisation,
        "inviter": invitation.invited_by.name if invitation.invited_by else "",
        "teams": list(invitation.teams.by_name()),
        "link": link_to(invitation, by_letter=True),
    }
    subject = _("You are invited to join %(organisation)s on One Step Back")
    return Words(subject % {"organisation": invitation.organisation}, context)


@letter("team_joined")
def team_joined(letter: Letter) -> Words | None:
    place = letter.about
    if place is None or place.membership.ended_at or place.team.is_archived:
        return None
    if letter.occasion.partition("-")[0] != place.role:
        return None  # it was changed since
    team = place.team
    context = {
        "team": team,
        "organisation": team.organisation,
        "is_facilitator": place.is_facilitator,
        "link": settings.SITE_URL + team.get_absolute_url(),
    }
    return Words(_("You are now in %(team)s") % {"team": team}, context)


@letter("role_changed")
def role_changed(letter: Letter) -> Words | None:
    membership = letter.about
    if membership is None or membership.ended_at or letter.occasion != occasion_of(membership):
        return None
    organisation = membership.organisation
    context = {
        "organisation": organisation,
        "is_administrator": membership.is_administrator,
        "link": settings.SITE_URL + organisation.get_absolute_url(),
    }
    return Words(_("Your role in %(organisation)s") % {"organisation": organisation}, context)


def occasion_of(membership: Membership) -> str:
    """What a letter about a role belongs to: the role, and how often it has changed."""
    return f"{membership.role}-{membership.role_changes}"


@letter("membership_ended")
def membership_ended(letter: Letter) -> Words | None:
    membership = letter.about
    if membership is None or not membership.ended_at:
        return None
    organisation = membership.organisation
    subject = _("You are no longer in %(organisation)s") % {"organisation": organisation}
    return Words(subject, {"organisation": organisation, "link": on_site("home:home")})
