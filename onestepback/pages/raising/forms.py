"""Forms for raising an action, and for answering what was raised."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from onestepback.pages.actions.forms import SharedActionForm
from onestepback.pages.shared.forms import SaveForm
from onestepback.pages.shared.free_text import free_text
from organisations.fields import WordsField
from organisations.models import System


class RaiseForm(SaveForm):
    """A group's request to the group above. It starts empty, because it must be in new words."""

    button = _("Raise this to the organisation")
    made_with = forms.UUIDField(widget=forms.HiddenInput, required=False)
    title = WordsField(
        label=_("What is needed from the organisation?"),
        help_text=_("One thing that they can do. For example: pay for travel to meetings."),
        max_length=200,
        error_messages={"required": _("Enter what is needed")},
    )
    detail = free_text(
        _("Why, and what was tried? (optional)"),
        help_text=_("Write it so that nobody can be recognised."),
        rows=5,
    )

    def __init__(self, data=None, *, above):
        super().__init__(data, initial={"made_with": uuid.uuid4()})
        if isinstance(above, System):
            self.fields["title"].label = _("What is needed from the system?")
            self.button = _("Raise this to the system")

    def clean_made_with(self):
        return self.cleaned_data["made_with"] or uuid.uuid4()

    def refuse(self, error):
        """Say why the action was not raised; a new key lets the form be sent again."""
        self.add_error(None, error)
        self.put("made_with", uuid.uuid4())


class AcceptRaisedForm(SharedActionForm):
    """The new action for what was raised, with the words of the request, and a reply to it."""

    button = _("Accept and add to the plan")

    reply = free_text(
        _("A word to those who raised it (optional)"),
        help_text=_("They can read it, with your name."),
    )

    def __init__(self, *args, escalation, **kwargs):
        initial = {"title": escalation.title, "detail": escalation.detail}
        super().__init__(*args, initial=initial, plan=escalation.plan, **kwargs)


class DeclineRaisedForm(SaveForm):
    """The reason for declining what was raised; those who raised it read it."""

    button = _("Decline this")
    reply = free_text(
        _("Why do you decline it?"),
        help_text=_(
            "They can read it, with your name. Say what they could do instead, if you can."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reply"].required = True
        self.fields["reply"].error_messages["required"] = _("Say why you decline it")
