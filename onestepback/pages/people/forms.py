"""Forms for finding people, and for changing their roles and teams."""

from django import forms
from django.utils.translation import gettext_lazy as _

from onestepback.pages.shared.forms import PageForm, SaveForm
from onestepback.pages.shared.roles import PLACES, ROLES_TO_CHOOSE
from organisations.models import Team, TeamMembership


class PeopleFilter(PageForm):
    """A filter for the list of people. A value that it does not know is ignored."""

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
        """The values that are asked for and known: {name: value}."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class RoleForm(SaveForm):
    """A person's role in the organisation. Their roles in teams are in `PlacesForm`."""

    button = _("Save role")
    role = forms.ChoiceField(
        label=_("What may they do?"),
        choices=ROLES_TO_CHOOSE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what they may do")},
    )


NOT_IN_TEAM = "none"


class PlacesForm(SaveForm):
    """A person's teams: a field for the role in each of them, and one for a new place."""

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
        """The team roles that people cannot give to themselves."""
        return {TeamMembership.Role.FACILITATOR} if is_me else set()

    @property
    def moved(self):
        """The places that change, as (place, new role); None for a place that ends."""
        for name, place in self.places.items():
            chosen = self.cleaned_data[name]
            if chosen != place.role:
                yield place, None if chosen == NOT_IN_TEAM else chosen

    @property
    def new_place(self):
        """The chosen team and role, as (team, role); None if no team was chosen."""
        team = self.cleaned_data["team"]
        return team and (team, self.cleaned_data["team_role"] or TeamMembership.Role.MEMBER)
