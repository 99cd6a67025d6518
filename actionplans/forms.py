"""What people promise, and how they tell how it goes."""

import uuid

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from actionplans.models import Action
from organisations.dates import long_date
from organisations.fields import DayMonthYearField, WordsField
from reflections.entries import TEXT_LIMIT
from reflections.models import Level

ME, SOMEBODY_ELSE = "me", "else"


def words(label, *, rows=3, help_text="", **options):
    """A field for free text, with a counter that nobody overruns unawares."""
    widget = forms.Textarea(attrs={"rows": rows})
    return WordsField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=TEXT_LIMIT,
        widget=widget,
        **options,
    )


class ActionForm(forms.Form):
    """An action in your own plan: what, who, by when."""

    made_with = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    level = forms.ChoiceField(choices=Level, widget=forms.HiddenInput, required=False)
    title = WordsField(
        label=_("What will happen?"),
        help_text=_(
            "One thing that somebody can do. For example: ask people how they like to meet."
        ),
        max_length=200,
        error_messages={"required": _("Enter what will happen")},
    )
    who = forms.ChoiceField(
        label=_("Who will do this?"),
        choices=[(ME, _("I will")), (SOMEBODY_ELSE, _("Somebody else"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who will do this")},
    )
    owner_name = WordsField(
        label=_("Who is it, if not you?"),
        help_text=_("A person or a group. They get no letter: you tell them."),
        max_length=150,
        required=False,
    )
    due_on = DayMonthYearField(
        label=_("By when?"), error_messages={"required": _("Enter the date by when")}
    )
    measure = words(
        _("How will we know? (optional)"), help_text=_("What will be different when it is done.")
    )
    with_partners = words(
        _("Who with lived experience is part of this? (optional)"),
        help_text=_("People who draw on care and support, carers or family."),
        rows=2,
    )
    detail = words(_("Anything more about it (optional)"))

    def __init__(self, *args, person, action=None, **kwargs):
        self.person, self.action = person, action
        kwargs["initial"] = {**self.initial_values(), **kwargs.pop("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["version"].required = action is not None

    def initial_values(self):
        if self.action is None:
            return {"made_with": uuid.uuid4(), "who": ME}
        kept = ["title", "owner_name", "due_on", "measure", "with_partners", "detail", "version"]
        who = ME if self.action.owner_id == self.person.pk else SOMEBODY_ELSE
        return {"who": who, **{name: getattr(self.action, name) for name in kept}}

    @cached_property
    def helper(self):
        helper = FormHelper()
        helper.attrs = {"novalidate": True, "data-guard": True}
        helper.layout = Layout(
            *self.fields, Submit("save", _("Save changes") if self.action else _("Add this action"))
        )
        return helper

    def clean_made_with(self):
        return self.cleaned_data["made_with"] or uuid.uuid4()

    def clean_due_on(self):
        due_on = self.cleaned_data["due_on"]
        unchanged = self.action is not None and self.action.due_on == due_on
        if not unchanged and due_on < self.person.today:
            raise forms.ValidationError(_("Due date must be today or later"))
        return due_on

    def clean(self):
        super().clean()
        if self.cleaned_data.get("who") == SOMEBODY_ELSE and not self.cleaned_data.get(
            "owner_name"
        ):
            self.add_error("owner_name", _("Enter who will do this"))

    @property
    def promise(self):
        """The fields of the action, as the services take them."""
        mine = self.cleaned_data["who"] == ME
        names = ["title", "due_on", "measure", "with_partners", "detail"]
        return {
            **{name: self.cleaned_data[name] for name in names},
            "owner": self.person if mine else None,
            "owner_name": "" if mine else self.cleaned_data["owner_name"],
        }

    def show_conflict(self, action):
        """Say beside each field what it says now, and let the next save be a choice."""
        fresh = ActionForm(person=self.person, action=action).initial
        for name, value in fresh.items():
            typed = self.cleaned_data.get(name)
            if name in ("version", "made_with", "level") or typed == value:
                continue
            if name == "owner_name" and self.cleaned_data["who"] == ME == fresh["who"]:
                continue  # nobody sees it
            if name == "who":
                value = dict(self.fields["who"].choices)[value]
            if name == "due_on" and value:
                value = long_date(value)
            self.add_error(
                name,
                _("This was changed somewhere else. There it says: %(value)s")
                % {"value": value or _("nothing")},
            )
        self.data = self.data.copy()
        self.data["version"] = action.version


class ActionUpdateForm(forms.Form):
    """How an action is going, in its owner's words."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    status = forms.ChoiceField(
        label=_("How is it going?"),
        choices=[choice for choice in Action.Status.choices if choice[0] != Action.Status.PROPOSED],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it is going")},
    )
    note = words(
        _("What has changed?"),
        help_text=_("If it is stuck, say what is in the way. If you drop it, say why."),
    )

    @cached_property
    def helper(self):
        helper = FormHelper()
        helper.attrs = {"novalidate": True, "data-guard": True}
        helper.layout = Layout("version", "status", "note", Submit("save", _("Save update")))
        return helper

    def show_conflict(self, action):
        """Say what the status is now, and let the next save be a choice."""
        self.add_error(
            "status",
            _("This was changed somewhere else. There it says: %(status)s")
            % {"status": action.get_status_display()},
        )
        self.data = self.data.copy()
        self.data["version"] = action.version
