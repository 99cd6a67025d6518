"""Forms for the words that everybody will be able to read in “You said, we did”."""

from django import forms
from django.utils.translation import gettext_lazy as _

from actionplans.you_said import words_version
from onestepback.pages.shared.forms import SaveForm
from onestepback.pages.shared.free_text import say_changed
from organisations.fields import WordsField

MOST_PUBLIC_CHARACTERS = 1000  # a page for everybody is short


def public_words(label, *, rows, **options):
    widget = forms.Textarea(attrs={"rows": rows})
    return WordsField(
        label=label, required=False, max_length=MOST_PUBLIC_CHARACTERS, widget=widget, **options
    )


class YouSaidForm(SaveForm):
    """New words about one action. Both fields start empty, and one alone can be saved."""

    button = _("Save these words")
    version = forms.CharField(widget=forms.HiddenInput, required=False)
    you_said = public_words(
        _("You said"),
        rows=3,
        help_text=_(
            "What people told you, in your own words. For example: our meetings are hard to get to."
        ),
    )
    we_did = public_words(
        _("We did"),
        rows=4,
        help_text=_(
            "What came of it, and what is still to come. If you could not do it, say why. For "
            "example: we now meet online and in the evening."
        ),
    )

    def __init__(self, data=None, *, action):
        self.action = action
        super().__init__(data, initial=self.initial_of(action))

    @staticmethod
    def initial_of(action):
        return {
            "version": words_version(action),
            "you_said": action.you_said,
            "we_did": action.we_did,
        }

    def show_conflict(self, action):
        """Add the stored words as errors; saving again then overwrites them."""
        fresh = self.initial_of(action)
        for name in ("you_said", "we_did"):
            if self.cleaned_data[name] != fresh[name]:
                say_changed(self, name, fresh[name])
        self.put("version", fresh["version"])


class ShowForm(SaveForm):
    """The introduction, and the button that shows everything to the plan's readers."""

    button = _("Show it to the plan’s readers")
    version = forms.CharField(widget=forms.HiddenInput, required=False)
    introduction = public_words(
        _("A few words to begin with (optional)"),
        rows=3,
        help_text=_("For example: thank you to all who took part this spring."),
    )

    def show_conflict(self, *, introduction, version):
        """Say what somebody else showed meanwhile. The editor may press again to replace it."""
        self.add_error(
            None,
            _(
                "Somebody else changed what readers are shown. Read it below. To show your words "
                "in its place, press the button again."
            ),
        )
        if self.cleaned_data["introduction"] != introduction:
            say_changed(self, "introduction", introduction)
        self.put("version", version)
