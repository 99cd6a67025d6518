"""The words of letters, made at the moment they are delivered.

Each app has a module of this name, with one function for each kind of letter. `@letter("kind")`
registers it; its templates are `letters/emails/<kind>.txt` and `.html`. A letter with a `choice` is
not sent to people who chose not to get it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.invitations import link_to
from organisations.models import Invitation, Letter, Membership, Team, TeamMembership
from organisations.preferences import LetterChoice, link_to_stop, wants


@dataclass(frozen=True)
class LetterWords:
    """The subject of a letter, and the context of its templates."""

    subject: str
    context: dict[str, Any] = field(default_factory=dict)


# Makes the words of a letter; None if it is no longer true, so that it is never sent.
Writer = Callable[[Letter], LetterWords | None]
WRITERS: dict[str, Writer] = {}
CHOICES_BY_KIND: dict[str, LetterChoice] = {}  # of the kinds that people can do without


def letter(kind: str, *, choice: LetterChoice | None = None) -> Callable[[Writer], Writer]:
    """Decorator: register the writer of a kind of letter. `kind` is stored, so it never changes."""

    def register(writer: Writer) -> Writer:
        if kind in WRITERS:
            raise ValueError(f"There are two letters of the kind {kind!r}.")
        WRITERS[kind] = writer
        if choice:
            CHOICES_BY_KIND[kind] = choice
        return writer

    return register


def message_for(letter: Letter) -> EmailMultiAlternatives | None:
    """A letter as an e-mail in its reader's language and time zone.

    None if it is out of date, or if its reader does not want letters of this kind.
    """
    writer = WRITERS[letter.kind]
    reader = letter.recipient
    choice = CHOICES_BY_KIND.get(letter.kind)
    if reader and choice and not wants(reader, choice):
        return None
    headers, links = {}, {"choose_url": "", "stop_url": ""}
    if reader and choice:
        stop = link_to_stop(reader, choice)
        headers = {  # RFC 8058, one-click unsubscribe
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
        template = f"letters/emails/{letter.kind}"
        message = EmailMultiAlternatives(
            subject=" ".join(words.subject.split()),  # a header is one line
            body=render_to_string(f"{template}.txt", context),
            to=[letter.address],
            headers=headers,
        )
        message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return message


def on_site(name: str, *args: object) -> str:
    """The absolute URL of a page, for a reader who is not on the site."""
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


def notice(letter: Letter) -> LetterWords:
    context = {
        "sign_in_url": on_site("account_login"),
        "reset_url": on_site("account_reset_password"),
    }
    return LetterWords(str(NOTICES[letter.kind]), context)


for kind in NOTICES:
    letter(kind)(notice)


# --- About where somebody belongs ---------------------------------------------------------------


@letter("invitation")
def invitation(letter: Letter) -> LetterWords | None:
    invitation: Invitation | None = letter.about
    if invitation is None or not invitation.is_open:
        return None
    if letter.occasion != str(invitation.times_sent):
        return None  # it was sent again since, in a later letter
    context = {
        "invitation": invitation,
        "organisation": invitation.organisation,
        "inviter": invitation.invited_by.name if invitation.invited_by else "",
        "teams": list(Team.objects.filter(invitations=invitation).by_name()),
        "link": link_to(invitation, by_letter=True),
    }
    subject = _("You are invited to join %(organisation)s on One Step Back")
    return LetterWords(subject % {"organisation": invitation.organisation}, context)


@letter("team_joined")
def team_joined(letter: Letter) -> LetterWords | None:
    place: TeamMembership | None = letter.about
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
    return LetterWords(_("You are now in %(team)s") % {"team": team}, context)


@letter("role_changed")
def role_changed(letter: Letter) -> LetterWords | None:
    membership: Membership | None = letter.about
    if membership is None or membership.ended_at or letter.occasion != occasion_of(membership):
        return None
    organisation = membership.organisation
    context = {
        "organisation": organisation,
        "is_administrator": membership.is_administrator,
        "link": settings.SITE_URL + organisation.get_absolute_url(),
    }
    return LetterWords(_("Your role in %(organisation)s") % {"organisation": organisation}, context)


def occasion_of(membership: Membership) -> str:
    """The occasion of a letter about a role: the role, and how often it has changed."""
    return f"{membership.role}-{membership.role_changes}"


@letter("membership_ended")
def membership_ended(letter: Letter) -> LetterWords | None:
    membership: Membership | None = letter.about
    if membership is None or not membership.ended_at:
        return None
    organisation = membership.organisation
    subject = _("You are no longer in %(organisation)s") % {"organisation": organisation}
    return LetterWords(subject, {"organisation": organisation, "link": on_site("home:home")})
