"""Forms for making, changing, answering and taking back a proposal."""

from django import forms
from django.utils.translation import gettext_lazy as _

from actionplans.models import Action
from onestepback.pages.actions.forms import (
    ME,
    MEMBER,
    NOBODY,
    SOMEBODY_ELSE,
    ActionForm,
    SharedActionForm,
)
from onestepback.pages.shared.forms import SaveForm
from onestepback.pages.shared.free_text import free_text
from organisations.fields import WordsField
from reflections.answer_sheet import TEXT_LIMIT


class AcceptProposalForm(SharedActionForm):
    """A proposal that becomes an action needs an owner and a date."""

    button_of_change = _("Accept this action")
    may_keep_passed_date = False


class ProposalForm(ActionForm):
    """An action that a person proposes for a group's plan, under their own name."""

    button = _("Propose this action")

    def __init__(self, *args, plan, **kwargs):
        self.plan = plan
        super().__init__(*args, today=plan.today, **kwargs)
        self.fields["who"].choices = [
            (NOBODY, _("I do not know yet")),
            (ME, _("I would")),
            (SOMEBODY_ELSE, _("Somebody else")),
        ]
        self.fields["who"].label = _("Who could do this?")
        self.fields["owner_name"].help_text = _("A person or a group.")
        self.fields["due_on"].label = _("By when? (optional)")
        self.fields["due_on"].required = False

    def initial_values(self):
        return {**super().initial_values(), "who": NOBODY}

    @property
    def promise(self):
        named = self.cleaned_data["who"] == SOMEBODY_ELSE
        return {
            **super().promise,
            "owner_name": self.cleaned_data["owner_name"] if named else "",
            "status": Action.Status.PROPOSED,
            "proposed_by": self.person,
        }


class ProposalChangeForm(ProposalForm):
    """A proposal that its author changes while it waits for an answer."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.others_chose:
            self.fields["who"].choices += [(MEMBER, self.action.owner.public_name)]

    @property
    def others_chose(self):
        """True if those who look after the plan chose an owner whom the proposer cannot choose."""
        return self.action.owner not in (None, self.person)

    def initial_values(self):
        initial = ActionForm.initial_values(self)
        if self.others_chose:
            return {**initial, "who": MEMBER}
        named = initial["who"] == ME or initial["owner_name"]
        return {**initial, "who": initial["who"] if named else NOBODY}

    @property
    def promise(self):
        promise = super().promise
        unsaid = ["status", "proposed_by"]
        if self.cleaned_data["who"] == MEMBER:
            unsaid += ["owner", "owner_name"]
        return {name: value for name, value in promise.items() if name not in unsaid}

    def as_stored(self, action):
        return type(self)(person=self.person, plan=self.plan, action=action).initial


class DeclineProposalForm(SaveForm):
    """The reason for declining a proposal, which everybody who reads the plan can read."""

    button = _("Decline this proposal")
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = WordsField(
        label=_("Why?"),
        help_text=_("Whoever proposed it can read this, and so can everybody who reads the plan."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=TEXT_LIMIT,
        error_messages={"required": _("Say why, so that whoever proposed it can understand")},
    )


class TakeBackProposalForm(SaveForm):
    """A proposer takes back a proposal, and may give a reason."""

    button = _("Take it back")
    reason = free_text(
        _("Why? (optional)"), help_text=_("Everybody who reads the plan can read this.")
    )
