"""The people who can own an action in a group's plan, chosen from a list or typed by name."""

from django import forms
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from organisations.fields import WordsField
from organisations.models import Membership, User

MOST_TO_CHOOSE_FROM = 100  # in a larger group, whoever does it is named by typing


def possible_owners(plan, action=None):
    """The group's people, and the action's present owner, who may have left the group."""
    members = Q(pk__in=Membership.objects.of_group(plan.group).values("user"))
    if plan.system:
        members |= Q(pk__in=plan.system.conveners.values("pk"))
    current = Q(pk=action.owner_id) if action else Q()
    people = User.objects.filter(members & Q(is_active=True) | current)
    return people.order_by(Lower("name"), "email")


class PersonByNameField(WordsField):
    """A field for one of many people, who is typed by name or e-mail address.

    `current` is the present owner. They stay if the text is not changed, even where it is their
    name in place of the address.
    """

    def __init__(self, people, *, current=None, shows_address=True, **options):
        self.people, self.current, self.shows_address = people, current, shows_address
        super().__init__(max_length=254, **options)

    def prepare_value(self, value):
        if isinstance(value, User):
            return value.email if self.shows_address else value.public_name
        return value

    def clean(self, value):
        typed = super().clean(value)
        if not typed:
            return None
        if self.current and typed == self.prepare_value(self.current):
            return self.current
        found = list(self.people.filter(Q(email__iexact=typed) | Q(name__iexact=typed))[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(
                _("There is more than one %(name)s. Type their e-mail address instead")
                % {"name": typed}
            )
        raise forms.ValidationError(
            _("Nobody in the group is called %(name)s. Check the name or the e-mail address")
            % {"name": typed}
        )
