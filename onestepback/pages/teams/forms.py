"""Forms for a team, and for adding people to it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from onestepback.pages.shared.forms import PageForm, SaveForm
from organisations.fields import NameField, RowsField
from organisations.models import Membership, Team


class TeamForm(SaveForm):
    """The name and the kind of a team: a service, a project or a team."""

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


class PersonChoiceField(RowsField):
    def label_from_instance(self, membership):
        user = membership.user
        return f"{user.name} ({user.email})" if user.name else user.email


class PeopleSearch(forms.Form):
    """A search for people of an organisation. Words that it cannot look for find everybody."""

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


class AddPeopleForm(PageForm):
    """People who get a place in a team; those in `shown` are listed, of all `people`."""

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
