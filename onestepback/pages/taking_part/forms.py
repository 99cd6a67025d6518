"""Forms for joining a round, for sharing words, and for letting answers count."""

from django import forms
from django.utils.translation import gettext_lazy as _

from onestepback.pages.reflecting.forms import PerspectiveForm
from onestepback.pages.shared.forms import SaveForm, said_yes


class TakePartForm(PerspectiveForm):
    """A person chooses a perspective; in a named round, they also agree to names."""

    button = _("Start")
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


ALL, NONE, EACH = "all", "none", "each"


class SharingForm(SaveForm):
    """A person's texts at a level, each to share or to keep. Nothing is chosen beforehand."""

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
        """{(kind, key of the row): True to share it}, as `share_words` takes it."""
        choice = self.cleaned_data["choice"]
        return {
            (text.kind, text.pk): choice == ALL
            or (choice == EACH and self.cleaned_data[name] == "yes")
            for name, text in self.texts.items()
        }


class CountedForm(SaveForm):
    """A person says whether their answers at the Individual level may count in the round."""

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
