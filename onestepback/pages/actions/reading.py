"""An action as its reader sees it on one day: the same value for pages and files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from actionplans.models import Action, ActionPlan
from organisations.dates import long_date
from organisations.models import User
from reflections.questionnaire import words_of

ACTIONS_A_PAGE = 25


LONG = 800  # letters: some fifteen lines of a printed table


@dataclass(frozen=True)
class PlannedAction:
    """An action for one reader on one day, with its owner's name and whether it is overdue."""

    action: Action
    who: str
    is_overdue: bool

    def __getattr__(self, name):
        return getattr(self.action, name)

    def __str__(self):
        return self.action.title

    @property
    def is_closed(self) -> bool:
        return self.action.status in (Action.Status.DONE, Action.Status.DROPPED)

    @property
    def whose(self) -> str:
        """The owner's name, or words that say why there is none: a proposal needs none yet."""
        if self.who:
            return self.who
        if self.action.is_open:
            return _("Needs an owner")
        if self.action.owner_left:
            return _("Somebody whose name is not kept")
        return _("Nobody yet") if self.action.status == Action.Status.PROPOSED else _("Nobody")

    @property
    def when(self) -> str:
        """The date by which it is to be done, in words."""
        return long_date(self.action.due_on) if self.action.due_on else _("No date")

    @property
    def needs_somebody(self) -> bool:
        """True if the action needs an owner or a date before it can go on."""
        over = self.action.status == Action.Status.DONE
        return not over and not (self.who and self.action.due_on)

    @property
    def answers(self) -> list[str]:
        """The words of the barriers that the action answers, but not of those taken back."""
        return [link.text for link in self.action.action_barriers.all() if link.text]

    @property
    def more(self) -> list[str]:
        """Every text of the action besides its title, and the barriers that it answers."""
        texts = [self.action.detail, self.action.measure, self.action.with_partners]
        return [*filter(None, texts), *self.answers]

    @property
    def is_long(self) -> bool:
        """True if the action is so long that a printed table may break it across two pages."""
        return any(len(text) > LONG for text in [*self.more, *self.sources])

    @property
    def question(self) -> str:
        """The words of the question that the action answers; empty if it answers none."""
        asked = self.action.question
        return words_of(asked, get_language()) if asked else ""

    @property
    def sources(self) -> list[str]:
        """Everything that the action answers, in words: barriers, an idea and a question."""
        return [words for words in [*self.answers, self.action.idea, self.question] if words]


def planned_actions(actions, *, reader: User) -> list[PlannedAction]:
    """The reader's own actions as they are today: open ones by date first, then the others."""
    planned = [planned_action(action, reader=reader, today=reader.today) for action in actions]
    return sorted(planned, key=lambda a: (not a.is_open, a.due_on or date.max, a.pk))


def planned_action(action: Action, *, reader: User, today: date) -> PlannedAction:
    """An action as its reader sees it on a day, which is the date where its plan is."""
    return PlannedAction(action, who_does(action, reader=reader), action.is_overdue(today))


def planned_in(plan: ActionPlan, actions: Iterable[Action], *, reader: User) -> list[PlannedAction]:
    """Actions of one plan as they are today where the plan is, in the given order."""
    return [planned_action(action, reader=reader, today=plan.today) for action in actions]


def planned_anywhere(actions: Iterable[Action], *, reader: User) -> list[PlannedAction]:
    """Actions of several plans, fetched `with_plans`, each as it is today where its plan is."""
    planned = []
    for action in actions:
        if action.plan.user_id == reader.pk:
            action.plan.user = reader
        planned.append(planned_action(action, reader=reader, today=action.plan.today))
    return planned


def who_does(action: Action, *, reader: User) -> str:
    """The owner's name, empty if there is none. It is never the address of somebody else."""
    if action.owner_id == reader.pk:
        return str(reader)
    return action.owner.public_name if action.owner else action.owner_name
