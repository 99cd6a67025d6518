"""Forms for inviting people, and for joining by an invitation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from onestepback.pages.shared.forms import SaveForm
from onestepback.pages.shared.roles import PLACES, ROLES_TO_CHOOSE
from organisations.fields import NameField, RowsField, WordsField
from organisations.inviting import MOST_LINES, addresses_typed, addresses_uploaded
from organisations.models import Membership, Team, TeamMembership


class InviteForm(SaveForm):
    """The addresses to invite, typed or in a CSV file, with roles and teams."""

    button = _("Check the list")
    LARGEST_FILE = 1_000_000

    addresses = WordsField(
        label=_("E-mail addresses"),
        help_text=_("One a line, or with commas between them. You can paste them from a list."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "autocapitalize": "none", "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("Or a CSV file with their addresses"),
        help_text=_("Its column “email” is read. Nothing else in the file is kept."),
        required=False,
        error_messages={"empty": _("This file is empty. Choose another file")},
    )
    role = forms.ChoiceField(
        label=_("What may they do in the organisation?"),
        choices=ROLES_TO_CHOOSE,
        initial=Membership.Role.MEMBER,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what they may do")},
    )
    teams = RowsField(
        label=_("Which teams do they come into? (optional)"),
        queryset=Team.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the teams in the list")},
    )
    team_role = forms.ChoiceField(
        label=_("As what in these teams?"),
        choices=PLACES,
        initial=TeamMembership.Role.MEMBER,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose as what they come into the teams")},
    )

    def __init__(self, *args, teams, is_administrator, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["teams"].queryset = teams
        not_asked = []
        if not is_administrator:
            # A facilitator invites to the one team, as members.
            not_asked = ["role", "teams", "team_role"]
        elif "teams" not in self.data and not teams.exists():
            not_asked = ["teams", "team_role"]
        for name in not_asked:
            del self.fields[name]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > self.LARGEST_FILE:
            raise forms.ValidationError(_("This file is too large. Take one of less than 1 MB"))
        return file

    def clean(self):
        super().clean()
        if self.errors:
            return
        self.typed = addresses_typed(self.cleaned_data["addresses"])
        if self.cleaned_data["file"]:
            try:
                self.typed += addresses_uploaded(self.cleaned_data["file"].read())
            except forms.ValidationError as error:
                self.add_error("file", error)
                return
        if not self.typed:
            self.add_error("addresses", _("Enter at least one e-mail address, or choose a file"))
        elif len(self.typed) > MOST_LINES:
            self.add_error(
                "addresses",
                _("Invite at most %(most)s people at a time. These are %(count)s")
                % {"most": f"{MOST_LINES:,}", "count": f"{len(self.typed):,}"},
            )

    @property
    def offer(self):
        """The offered roles, as `draft_invitations` takes them beside the teams."""
        names = [name for name in ("role", "team_role") if name in self.fields]
        return {name: self.cleaned_data[name] for name in names}


class JoinForm(forms.Form):
    """A person who joins by an invitation and is new here may give a name."""

    name = NameField(
        label=_("Your name (optional)"),
        help_text=_("People you work with in your teams see it."),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
