"""What people type about a plan as a whole."""

from django import forms
from django.utils.translation import gettext_lazy as _

from onestepback.pages.shared.forms import SaveForm
from onestepback.pages.shared.free_text import free_text, say_changed
from organisations.fields import WordsField


class VisionForm(SaveForm):
    """Where a group wants to be at a level, in its own words."""

    button = _("Save these words")
    before = WordsField(widget=forms.HiddenInput, required=False)
    words = free_text(_("Where do you want to be?"), rows=5)

    def show_conflict(self, words):
        """Say what is there now, and let the next save be a choice."""
        say_changed(self, "words", words)
        self.put("before", words)
