"""Forms for planning a round, and for extending one that is open."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from onestepback.pages.shared.forms import YES_OR_NO, SaveForm, said_yes
from organisations.fields import DayMonthYearField, NameField
from reflections.models import Level, Round


class RoundForm(SaveForm):
    """The settings of a round before it opens. After that, only its last day can change."""

    title = NameField(
        label=_("Title"),
        help_text=_("What people see when they are asked. For example: Autumn 2026."),
        max_length=100,
        error_messages={"required": _("Enter a title")},
    )
    levels = forms.MultipleChoiceField(
        label=_("Which levels do you ask about?"),
        choices=Level,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one level")},
    )
    opens_on = DayMonthYearField(
        label=_("When does it open?"),
        help_text=_("On that day people get a letter. Today opens it at once."),
        error_messages={"required": _("Enter the day on which it opens")},
    )
    closes_on = DayMonthYearField(
        label=_("What is the last day?"),
        help_text=_("People can answer until the end of that day. Two to three weeks is usual."),
        error_messages={"required": _("Enter the last day")},
    )
    sharing = forms.ChoiceField(
        label=_("Confidential, or with names?"),
        choices=[
            (
                Round.Sharing.CONFIDENTIAL,
                _("Confidential: how many chose each answer, never who. Too few are not shown."),
            ),
            (
                Round.Sharing.NAMED,
                _("Named: whoever takes part, and the facilitators, see who said what."),
            ),
        ],
        widget=forms.RadioSelect,
    )
    compares_perspectives = forms.TypedChoiceField(
        label=_("Show staff and partners side by side?"),
        help_text=_("Only where there are enough of each. Otherwise they are shown together."),
        choices=YES_OR_NO,
        coerce=said_yes,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, group, allows_named, today, button, **kwargs):
        super().__init__(*args, **kwargs)
        self.group, self.today, self.button = group, today, button
        if not allows_named:
            del self.fields["sharing"]
        if not settings.MAIL_IS_SENT:
            told = _("This site sends no e-mail, so tell people that day. Today opens it at once.")
            self.fields["opens_on"].help_text = told

    @classmethod
    def initial_of(cls, round_):
        kept = ["title", "levels", "opens_on", "closes_on", "sharing"]
        compares = "yes" if round_.compares_perspectives else "no"
        return {name: getattr(round_, name) for name in kept} | {"compares_perspectives": compares}

    def clean_opens_on(self):
        opens_on = self.cleaned_data["opens_on"]
        if opens_on < self.today:
            raise forms.ValidationError(_("Choose today or a later day"))
        return opens_on

    def clean(self):
        super().clean()
        opens_on, closes_on = (self.cleaned_data.get(n) for n in ("opens_on", "closes_on"))
        if opens_on and closes_on and closes_on < opens_on:
            self.add_error("closes_on", _("The last day must be the day it opens, or later"))
        named = self.cleaned_data.get("sharing") == Round.Sharing.NAMED
        if named and self.cleaned_data.get("compares_perspectives"):
            self.add_error(
                "compares_perspectives", _("With names there is nothing to compare: choose No")
            )


class LastDayForm(SaveForm):
    """A later last day for a round that is open."""

    button = _("Let it go on until then")
    closes_on = DayMonthYearField(
        label=_("What is the new last day?"),
        error_messages={"required": _("Enter the new last day")},
    )
