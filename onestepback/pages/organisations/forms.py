"""Forms for creating an organisation, and for its settings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from onestepback.pages.shared.forms import SaveForm
from organisations.fields import NameField, WordsField, ZoneField
from organisations.models import (
    LARGEST_MINIMUM,
    SMALLEST_GROUP,
    YEARS,
)


class OrganisationForm(SaveForm):
    """The name and the time zone of a new organisation."""

    button = _("Create organisation")
    name = NameField(
        label=_("What is your organisation called?"),
        help_text=_("For example: Tamsel Valley Community Trust."),
        max_length=100,
        error_messages={"required": _("Enter what your organisation is called")},
    )
    time_zone = ZoneField(help_text=_("Dates and times of the organisation are as they are there."))


class SettingsForm(SaveForm):
    """An organisation's name, and the settings that its rounds follow."""

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
