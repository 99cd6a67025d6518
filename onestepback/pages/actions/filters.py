"""Which actions somebody asks for, as the address of a list says it."""

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
    """What to list, and in which order; what it does not know, it leaves out."""

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
        """`owners` to choose from, as (value, name); `usual` is the order if none is asked for."""
        super().__init__(data)
        self.usual = usual
        others = [(value, label) for value, label in ACTION_ORDERS.items() if value != usual]
        self.fields["sort"].choices = [("", ACTION_ORDERS[usual]), *others]
        everybody = [("", _("Everybody")), ("me", _("Me")), ("nobody", _("Nobody: needs an owner"))]
        self.fields["owner"].choices = [*everybody, *owners]

    @cached_property
    def wanted(self) -> dict[str, str]:
        """What is asked for and known: {name: value}."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def is_whole_plan(self) -> bool:
        """Whether nothing but a level is asked for, so that the plan's other parts belong to it."""
        return set(self.wanted) <= {"level"}

    @property
    def is_selection(self) -> bool:
        """Whether it leaves out some actions, and does not only sort them."""
        return bool(set(self.wanted) - {"sort"})

    @property
    def query(self) -> str:
        """The same for an address: `?status=stuck`, or nothing."""
        return f"?{urlencode(self.wanted)}" if self.wanted else ""

    @property
    def in_words(self) -> list[str]:
        """What is asked for, as people read it: on a file, which has no form."""
        said = []
        for name in self.fields:
            if value := self.wanted.get(name):
                choices = dict(getattr(self.fields[name], "choices", ()))
                said.append(f"{self.fields[name].label}: {choices.get(value, value)}")
        return said

    def of(self, actions: ActionQuerySet, *, reader, today) -> ActionQuerySet:
        """Those of the actions that are asked for: page, PDF, tables and calendar all ask this.

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
