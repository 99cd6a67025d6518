"""What people type about themselves, their organisations and teams."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from organisations.fields import NameField, RowsField, WordsField, ZoneField
from organisations.inviting import MOST_LINES, addresses_typed, addresses_uploaded
from organisations.models import (
    LARGEST_MINIMUM,
    SMALLEST_GROUP,
    YEARS,
    Membership,
    Team,
    TeamMembership,
    User,
)
from organisations.preferences import letter_choices


class PersonForm(forms.ModelForm):
    """Your details: what you are called, and how you read dates."""

    class Meta:
        model = User
        fields = ["name", "language", "time_zone"]

    name = NameField(
        label=_("Your name"),
        help_text=_("It is written on your action plan, and people in your teams see it."),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    time_zone = ZoneField(help_text=_("Times and due dates are shown as they are there."))
    one_question_a_page = forms.BooleanField(  # of no account: it is kept with the reflections
        label=_("Show me one question at a time when I reflect"), required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if len(settings.LANGUAGES) == 1:
            del self.fields["language"]

    @cached_property
    def helper(self):
        helper = FormHelper()
        helper.layout = Layout(*self.fields, Submit("save", _("Save your details")))
        return helper

    def save(self):
        """Store what was changed of the person, and nothing else of the account."""
        self.instance.save(
            update_fields=[name for name in self.changed_data if name in self.Meta.fields]
        )


class LettersForm(forms.Form):
    """Which letters somebody wants to get."""

    wanted = forms.MultipleChoiceField(
        label=_("Which letters do you want?"),
        choices=letter_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    @cached_property
    def helper(self):
        helper = FormHelper()
        helper.layout = Layout("wanted", Submit("save", _("Save your choice")))
        return helper


class AccountDeleteForm(forms.Form):
    """A tick, so that nobody deletes an account by a slip of the thumb."""

    sure = forms.BooleanField(
        label=_("Yes, delete my account and what I wrote"),
        error_messages={"required": _("Tick the box if you want to delete your account")},
    )

    @cached_property
    def helper(self):
        helper = FormHelper()
        helper.layout = Layout(
            "sure", Submit("delete", _("Delete my account"), css_class="nhsuk-button--warning")
        )
        return helper


# --- Organisations and teams ------------------------------------------------------------------


class SaveForm(forms.Form):
    """A form with one button, whose words may be about anything."""

    button = _("Save")

    @cached_property
    def helper(self):
        helper = FormHelper()
        helper.attrs = {"novalidate": True, "data-guard": True}
        helper.layout = Layout(*self.fields, Submit("save", self.button))
        return helper


class OrganisationForm(SaveForm):
    """A new organisation: what it is called, and where it is."""

    button = _("Create organisation")
    name = NameField(
        label=_("What is your organisation called?"),
        help_text=_("For example: Tamsel Valley Community Trust."),
        max_length=100,
        error_messages={"required": _("Enter what your organisation is called")},
    )
    time_zone = ZoneField(help_text=_("Dates and times of the organisation are as they are there."))


class SettingsForm(SaveForm):
    """What an organisation is called, and what its rounds keep to."""

    button = _("Save settings")
    name = NameField(
        label=_("Name"),
        max_length=100,
        error_messages={"required": _("Enter what your organisation is called")},
    )
    time_zone = ZoneField(help_text=_("Dates and times of the organisation are as they are there."))
    minimum_group = forms.TypedChoiceField(
        label=_("Minimum group"),
        help_text=_(
            "Nothing about a smaller group is ever shown, so that nobody can tell who said what. "
            "5 is the least. A round that is open keeps the number that it began with."
        ),
        choices=[(n, str(n)) for n in range(SMALLEST_GROUP, LARGEST_MINIMUM + 1)],
        coerce=int,
    )
    allows_named_rounds = forms.TypedChoiceField(
        label=_("May a team’s round be named?"),
        help_text=_(
            "In a named round those who take part, and the team’s facilitators, see who said "
            "what. Everybody is told before they begin. It is meant for groups smaller than the "
            "minimum."
        ),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda chosen: chosen == "yes",
        widget=forms.RadioSelect,
    )
    safeguarding_contact = WordsField(
        label=_("Whom to contact if somebody is at risk (optional)"),
        help_text=_("Pages on which people write say this. Give a name or a desk, and a number."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    retention_years = forms.TypedChoiceField(
        label=_("Years that names are kept"),
        help_text=_(
            "After that, rounds, the stories of actions and the history no longer say who "
            "somebody was. Figures stay."
        ),
        choices=[(n, str(n)) for n in range(YEARS[0], YEARS[1] + 1)],
        coerce=int,
    )

    @classmethod
    def initial_of(cls, organisation):
        kept = {name: getattr(organisation, name) for name in cls.base_fields}
        return kept | {"allows_named_rounds": "yes" if organisation.allows_named_rounds else "no"}


class TeamForm(SaveForm):
    """A service, project or team."""

    name = NameField(
        label=_("Name"),
        max_length=100,
        error_messages={"required": _("Enter the name of the service, project or team")},
    )
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=Team.Kind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is")},
    )

    def __init__(self, *args, button, **kwargs):
        super().__init__(*args, **kwargs)
        self.button = button


# --- People -----------------------------------------------------------------------------------


class PeopleFilter(forms.Form):
    """Which people of an organisation to list; what it does not know, it leaves out."""

    ROLES = [
        ("administrator", _("Administrators")),
        ("facilitator", _("Facilitators")),
        ("no_team", _("In no team")),
        ("not_reached", _("Letters do not reach them")),
    ]
    q = forms.CharField(label=_("Name or e-mail address"), required=False, max_length=100)
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("All teams")
    )
    role = forms.ChoiceField(label=_("Who"), choices=[("", _("Everybody")), *ROLES], required=False)

    def __init__(self, *args, teams, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams

    @property
    def wanted(self):
        """What is asked for and known: {name: value}."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class RoleForm(SaveForm):
    """What somebody may do in an organisation."""

    button = _("Save role")
    role = forms.ChoiceField(
        label=_("What may they do?"),
        choices=[
            (Membership.Role.MEMBER, _("Member: takes part in rounds and plans")),
            (
                Membership.Role.ADMINISTRATOR,
                _("Administrator: runs the organisation, its teams and its people"),
            ),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what they may do")},
    )


NOT_IN_TEAM = "none"
PLACES = [
    (TeamMembership.Role.MEMBER, _("Member")),
    (TeamMembership.Role.FACILITATOR, _("Facilitator")),
]


class PlacesForm(SaveForm):
    """Which teams somebody is in, and as what: a field for each place, and one for a new place."""

    button = _("Save teams")

    def __init__(self, *args, places, other_teams, is_me, **kwargs):
        super().__init__(*args, **kwargs)
        offered = [place for place in PLACES if place[0] not in self.not_for_oneself(is_me)]
        self.places = {f"place-{place.pk}": place for place in places}
        for name, place in self.places.items():
            self.fields[name] = forms.ChoiceField(
                label=place.team.name,
                choices=[
                    *(PLACES if place.is_facilitator else offered),
                    (NOT_IN_TEAM, _("Not in this team any more")),
                ],
                initial=place.role,
                widget=forms.RadioSelect,
            )
        self.fields["team"] = forms.ModelChoiceField(
            label=_("Add to another team (optional)"),
            queryset=other_teams,
            required=False,
            empty_label=_("No other team"),
            error_messages={"invalid_choice": _("Choose one of the teams")},
        )
        self.fields["team_role"] = forms.ChoiceField(
            label=_("As what?"),
            choices=offered,
            initial=TeamMembership.Role.MEMBER,
            required=False,
            widget=forms.RadioSelect,
        )

    @staticmethod
    def not_for_oneself(is_me):
        """What somebody else has to make one."""
        return {TeamMembership.Role.FACILITATOR} if is_me else set()

    @property
    def moved(self):
        """The places that are to change: (place, role), None for those that are to go."""
        for name, place in self.places.items():
            chosen = self.cleaned_data[name]
            if chosen != place.role:
                yield place, None if chosen == NOT_IN_TEAM else chosen

    @property
    def new_place(self):
        """The team that somebody comes into and as what; None if none was chosen."""
        team = self.cleaned_data["team"]
        return team and (team, self.cleaned_data["team_role"] or TeamMembership.Role.MEMBER)


class PersonChoiceField(RowsField):
    def label_from_instance(self, membership):
        user = membership.user
        return f"{user.name} ({user.email})" if user.name else user.email


class PeopleSearch(forms.Form):
    """Finds people of an organisation; what it cannot look for, it leaves out."""

    q = forms.CharField(
        label=_("Find by name or e-mail address"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    @property
    def words(self):
        self.is_valid()
        return self.cleaned_data.get("q", "")


class AddPeopleForm(forms.Form):
    """People of the organisation who come into a team."""

    people = PersonChoiceField(
        label=_("Who comes into the team?"),
        queryset=Membership.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Tick at least one person"),
            "invalid_choice": _("Somebody you ticked is in the team already, or has left"),
        },
    )

    def __init__(self, *args, people, shown, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people
        self.fields["people"].choices = [
            (membership.pk, self.fields["people"].label_from_instance(membership))
            for membership in shown
        ]


class InviteForm(forms.Form):
    """Whom to invite, and to what."""

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
        choices=RoleForm.base_fields["role"].choices,
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

    @cached_property
    def helper(self):
        helper = FormHelper()
        helper.attrs = {"novalidate": True, "data-guard": True}
        helper.layout = Layout(*self.fields, Submit("check", _("Check the list")))
        return helper

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
        """What people are invited to, as the plan of invitations takes it; not their teams."""
        names = [name for name in ("role", "team_role") if name in self.fields]
        return {name: self.cleaned_data[name] for name in names}


class AcceptForm(forms.Form):
    """Joining by an invitation; whoever is new here may say what to call them."""

    name = NameField(
        label=_("Your name (optional)"),
        help_text=_("People you work with in your teams see it."),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
