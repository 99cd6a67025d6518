"""The words of letters about rounds."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.letters import LetterWords, letter
from organisations.models import Letter, User
from organisations.preferences import letter_choice
from reflections.models import Participation, Round
from reflections.rounds import how_many_finished

ROUNDS = letter_choice(
    "rounds", label=gettext_lazy("Rounds: opening, reminders and results"), place=40
)


def round_letter(round_: Round, subject: str) -> LetterWords:
    group = round_.group
    site = settings.SITE_URL
    return LetterWords(
        subject % {"group": group},
        {"round": round_, "group": group, "link": site + round_.get_absolute_url()},
    )


def is_waiting(round_: Round, reader: User | None) -> bool:
    """True while a round asks its reader to take part, and they have not finished."""
    if not round_.is_open or reader is None:
        return False
    if Participation.objects.finished().filter(round=round_, user=reader).exists():
        return False
    return Round.objects.asking(reader).filter(pk=round_.pk).exists()


@letter("round_opened", choice=ROUNDS)
def round_opened(letter: Letter) -> LetterWords | None:
    round_: Round | None = letter.about
    if round_ is None or not is_waiting(round_, letter.recipient):
        return None
    return round_letter(round_, _("%(group)s reflects together: will you take part?"))


@letter("round_reminder", choice=ROUNDS)
def round_reminder(letter: Letter) -> LetterWords | None:
    round_: Round | None = letter.about
    if round_ is None or not is_waiting(round_, letter.recipient):
        return None
    return round_letter(round_, _("There is still time to reflect with %(group)s"))


@letter("round_results", choice=ROUNDS)
def round_results(letter: Letter) -> LetterWords | None:
    round_: Round | None = letter.about
    if round_ is None or letter.recipient is None:
        return None
    if not Round.objects.results_for(letter.recipient).filter(pk=round_.pk).exists():
        return None
    return round_letter(round_, _("The results of %(group)s are here"))


@letter("round_needs_more", choice=ROUNDS)
def round_needs_more(letter: Letter) -> LetterWords | None:
    round_: Round | None = letter.about
    if round_ is None or not round_.is_open or letter.occasion != str(round_.closes_on):
        return None
    if letter.recipient is None:
        return None
    runs_it = Round.objects.managed_by(letter.recipient).filter(pk=round_.pk).exists()
    if not runs_it or how_many_finished(round_):
        return None  # enough people have finished since
    return round_letter(round_, _("Few have finished the round of %(group)s"))
