"""The form for a group's vision in its plan."""

from django import forms
from django.utils.translation import gettext_lazy as _

from onestepback.pages.shared.forms import SaveForm
from onestepback.pages.shared.free_text import free_text, say_changed
from organisations.fields import WordsField


class VisionForm(SaveForm):
    """A group's vision at a level; `before` is the text that its editor saw (optimistic lock)."""

    button = _("Save these words")
    before = WordsField(widget=forms.HiddenInput, required=False)
    words = free_text(_("Where do you want to be?"), rows=5)

    def show_conflict(self, words):
        """Add the stored words as an error; saving again then overwrites them."""
        say_changed(self, "words", words)
        self.put("before", words)
