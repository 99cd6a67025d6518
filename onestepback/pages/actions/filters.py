"""A filter for lists of actions, read from the query string of an address."""

from urllib.parse import urlencode

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from actionplans.models import Action
from actionplans.querysets import ActionQuerySet
from onestepback.pages.shared.forms import PageForm
from reflections.models import Level

ANY_OPEN, NOT_OVER = "open", _("Open: planned, under way or stuck")
ACTION_ORDERS = {
    "level": _("By level, open ones first"),
    "due": _("By date"),
    "status": _("By status"),
    "title": _("By name"),
    "newest": _("Newest first"),
}


class ActionFilter(PageForm):
    """The choices for a list of actions and its order. A value that it does not know is ignored."""

    q = forms.CharField(label=_("Words in it"), required=False, max_length=100)
    status = forms.ChoiceField(
        label=_("Status"),
        choices=[("", _("All")), (ANY_OPEN, NOT_OVER), *Action.Status.choices],
        required=False,
    )
    level = forms.ChoiceField(
        label=_("Level"), choices=[("", _("All levels")), *Level.choices], required=False
    )
    owner = forms.ChoiceField(label=_("Who"), required=False)
    overdue = forms.ChoiceField(
        label=_("Dates"), choices=[("", _("All")), ("yes", _("Overdue"))], required=False
    )
    sort = forms.ChoiceField(label=_("In which order"), required=False)

    def __init__(self, data, *, owners=(), usual="level"):
        """`owners` are (value, name) to choose from; `usual` is the order if none is chosen."""
        super().__init__(data)
        self.usual = usual
        others = [(value, label) for value, label in ACTION_ORDERS.items() if value != usual]
        self.fields["sort"].choices = [("", ACTION_ORDERS[usual]), *others]
        everybody = [("", _("Everybody")), ("me", _("Me")), ("nobody", _("Nobody: needs an owner"))]
        self.fields["owner"].choices = [*everybody, *owners]

    @cached_property
    def wanted(self) -> dict[str, str]:
        """The values that are asked for and known: {name: value}."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def is_whole_plan(self) -> bool:
        """True if at most a level is chosen; then the plan's other parts are shown too."""
        return set(self.wanted) <= {"level"}

    @property
    def is_selection(self) -> bool:
        """True if the choices leave out actions; an order alone leaves out none."""
        return bool(set(self.wanted) - {"sort"})

    @property
    def query(self) -> str:
        """The chosen values as a query string, such as `?status=stuck`; empty if there are none."""
        return f"?{urlencode(self.wanted)}" if self.wanted else ""

    @property
    def in_words(self) -> list[str]:
        """The chosen values in words, for a file, which shows no form."""
        choices_in_words = []
        for name in self.fields:
            if value := self.wanted.get(name):
                choices = dict(getattr(self.fields[name], "choices", ()))
                choices_in_words.append(f"{self.fields[name].label}: {choices.get(value, value)}")
        return choices_in_words

    def of(self, actions: ActionQuerySet, *, reader, today) -> ActionQuerySet:
        """The chosen actions in the chosen order; the page, PDF, tables and calendar all ask this.

        `today` is the date where the plan is; None for actions of many plans.
        """
        wanted = self.wanted
        if words := wanted.get("q"):
            actions = actions.matching(words)
        if status := wanted.get("status"):
            actions = actions.open() if status == ANY_OPEN else actions.filter(status=status)
        if level := wanted.get("level"):
            actions = actions.filter(level=level)
        if owner := wanted.get("owner"):
            actions = actions.with_owner(owner, reader=reader)
        if wanted.get("overdue"):
            actions = actions.overdue(today) if today else actions.overdue_now()
        return actions.sorted_by(wanted.get("sort", self.usual))
