"""What people type about rounds: planning one, taking part, and what of their words to share."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from onestepback.pages.organisations.forms import SaveForm
from onestepback.pages.reflecting.forms import PerspectiveForm
from organisations.fields import DayMonthYearField, NameField, WordsField
from reflections.models import Level, Round

YES_OR_NO = [("yes", _("Yes")), ("no", _("No"))]


def said_yes(chosen):
    return chosen == "yes"


class RoundForm(SaveForm):
    """A round before it opens. Once it has, nothing here changes but the last day."""

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


class TakePartForm(PerspectiveForm):
    """Which questions fit somebody; in a named round, also that they agree to names."""

    agrees = forms.BooleanField(
        label=_("I agree that those who take part, and the facilitators, see who said what"),
        error_messages={
            "required": _("Tick the box if you agree. If not, you can reflect for yourself")
        },
    )

    def __init__(self, *args, is_named, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_named:
            del self.fields["agrees"]

    @cached_property
    def helper(self):
        helper = FormHelper()
        helper.layout = Layout(*self.fields, Submit("save", _("Start")))
        return helper


ALL, NONE, EACH = "all", "none", "each"


class SharingForm(SaveForm):
    """What of one's words at a level others may read. Nothing is chosen beforehand."""

    button = _("Save what you chose")
    choice = forms.ChoiceField(
        label=_("What may others read?"),
        choices=[
            (ALL, _("Share all of it, without my name")),
            (NONE, _("Keep all of it to myself")),
            (EACH, _("Choose for each")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what others may read")},
    )

    def __init__(self, *args, texts, is_named=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.texts = {f"text-{number}": text for number, text in enumerate(texts)}
        if is_named:
            self.fields["choice"].choices = [
                (ALL, _("Share all of it, with my name")),
                *self.fields["choice"].choices[1:],
            ]
        for name, text in self.texts.items():
            self.fields[name] = forms.ChoiceField(
                label=text.text,
                help_text=text.label,
                choices=[("yes", _("Share this")), ("no", _("Keep this to myself"))],
                required=False,
                widget=forms.RadioSelect,
                initial={True: "yes", False: "no"}.get(text.shared),
            )
            self.fields[name].label_size = "s"

    def clean(self):
        super().clean()
        if self.cleaned_data.get("choice") == EACH:
            for name in self.texts:
                if not self.cleaned_data.get(name):
                    self.add_error(name, _("Choose whether to share this"))

    @property
    def chosen(self):
        """{(kind, key of the row): whether to share it}, as the service takes it."""
        choice = self.cleaned_data["choice"]
        return {
            (text.kind, text.pk): choice == ALL
            or (choice == EACH and self.cleaned_data[name] == "yes")
            for name, text in self.texts.items()
        }


class CountedForm(SaveForm):
    """Whether answers about oneself count among the others."""

    button = _("Save what you chose")
    counted = forms.TypedChoiceField(
        label=_("May your answers about yourself count?"),
        help_text=_(
            "They are added to those of the others, without your name. Your words at this level "
            "are never shared."
        ),
        choices=[("yes", _("Yes, count my answers")), ("no", _("No, keep them to myself"))],
        coerce=said_yes,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether your answers may count")},
    )


class TakeOutForm(SaveForm):
    """Why a text is taken out of the results. The page says so."""

    button = _("Take this text out")
    reason = WordsField(
        label=_("Why?"),
        help_text=_("Everybody who sees the results can read this. Do not repeat the text."),
        max_length=300,
        error_messages={"required": _("Say why you take it out")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
