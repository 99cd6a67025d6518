"""Forms for promising an action, and for telling how it goes."""

import uuid

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from actionplans.models import Action
from actionplans.services.actions import was_added_as
from onestepback.pages.actions.owners import MOST_TO_CHOOSE_FROM, PersonByNameField, possible_owners
from onestepback.pages.shared.forms import SaveForm
from onestepback.pages.shared.free_text import free_text, say_changed
from organisations.dates import long_date
from organisations.fields import DayMonthYearField, RowField, WordsField
from organisations.models import User
from reflections.models import Level

ME, MEMBER, SOMEBODY_ELSE, NOBODY = "me", "member", "else", "nobody"


class ActionForm(SaveForm):
    """An action in a person's own plan: its title, its owner and its date."""

    button = _("Add this action")
    button_of_change = _("Save changes")  # instead, if the action is there already
    may_keep_passed_date = True

    made_with = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    level = forms.ChoiceField(choices=Level, widget=forms.HiddenInput, required=False)
    title = WordsField(
        label=_("What will happen?"),
        help_text=_(
            "One thing that somebody can do. For example: ask people how they like to meet."
        ),
        max_length=200,
        error_messages={"required": _("Enter what will happen")},
    )
    who = forms.ChoiceField(
        label=_("Who will do this?"),
        choices=[(ME, _("I will")), (SOMEBODY_ELSE, _("Somebody else"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who will do this")},
    )
    owner_name = WordsField(
        label=_("Who is it, if not you?"),
        help_text=_("A person or a group. They get no letter: you tell them."),
        max_length=150,
        required=False,
    )
    due_on = DayMonthYearField(
        label=_("By when?"),
        error_messages={"required": _("Enter the date by which it will be done")},
    )
    measure = free_text(
        _("How will we know? (optional)"), help_text=_("What will be different when it is done.")
    )
    with_partners = free_text(
        _("Who with lived experience is part of this? (optional)"),
        help_text=_("People who draw on care and support, carers or family."),
        rows=2,
    )
    detail = free_text(_("Anything more about it (optional)"))

    def __init__(self, *args, person, action=None, today=None, **kwargs):
        self.person, self.action, self.today = person, action, today or person.today
        kwargs["initial"] = {**self.initial_values(), **kwargs.pop("initial", {})}
        super().__init__(*args, **kwargs)
        if action is not None:
            self.button = self.button_of_change
            self.fields["version"].required = True

    def initial_values(self):
        if self.action is None:
            return {"made_with": uuid.uuid4(), "who": ME}
        kept = ["title", "owner_name", "due_on", "measure", "with_partners", "detail", "version"]
        who = ME if self.action.owner_id == self.person.pk else SOMEBODY_ELSE
        return {"who": who, **{name: getattr(self.action, name) for name in kept}}

    def clean_made_with(self):
        return self.cleaned_data["made_with"] or uuid.uuid4()

    def clean_due_on(self):
        due_on = self.cleaned_data["due_on"]
        unchanged = self.action is not None and self.action.due_on == due_on
        kept = unchanged and self.may_keep_passed_date
        if due_on and not kept and due_on < self.today:
            raise forms.ValidationError(_("Due date must be today or later"))
        return due_on

    def clean(self):
        super().clean()
        if self.cleaned_data.get("who") == SOMEBODY_ELSE and not self.cleaned_data.get(
            "owner_name"
        ):
            self.add_error("owner_name", _("Enter who will do this"))

    @property
    def promise(self):
        """The fields of the action, as the services take them."""
        mine = self.cleaned_data["who"] == ME
        names = ["title", "due_on", "measure", "with_partners", "detail"]
        return {
            **{name: self.cleaned_data[name] for name in names},
            "owner": self.person if mine else None,
            "owner_name": "" if mine else self.cleaned_data["owner_name"],
        }

    def is_kept_in(self, action):
        """True if the action was added with these fields; False for an older, similar one."""
        return was_added_as(action, self.promise)

    def as_stored(self, action):
        """The initial values of a new form for this action."""
        return ActionForm(person=self.person, action=action).initial

    def show_conflict(self, conflict):
        """Add the stored value as an error to each field that both people changed.

        Saving again then overwrites it. A field that only the other person changed shows the stored
        value.
        """
        fresh, typed = self.as_stored(conflict.action), {**self.cleaned_data}
        self.put("version", conflict.action.version)
        for name in self.typed_in(conflict.others):
            self.put(name, fresh.get(name))
        for name in self.typed_in(conflict.fields):
            now = fresh.get(name)
            whose = {"owner": MEMBER, "owner_name": SOMEBODY_ELSE}.get(name)
            if whose and whose not in (typed["who"], fresh["who"]):
                continue  # nobody sees it
            if (typed.get(name) or "") != (now or ""):
                say_changed(self, name, self.as_read(name, now))
        if not self.errors:
            self.add_error(None, _("This was changed while you wrote. Read it again, then save it"))

    def typed_in(self, names):
        """The fields of this form that hold the given fields of an action."""
        if names & {"owner", "owner_name"}:
            names = names | {"who", "owner", "owner_name"}
        return [name for name in self.fields if name in names]

    def as_read(self, name, value):
        """The value of a field in words."""
        if name == "who":
            return dict(self.fields["who"].choices).get(value, _("Nobody yet"))
        if name == "owner" and value:
            return value.public_name
        return long_date(value) if name == "due_on" and value else value


class SharedActionForm(ActionForm):
    """An action in a group's plan, for a person who looks after the plan."""

    owner = RowField(
        label=_("Who in the group is it?"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Choose a person"),
    )
    field_order = ["made_with", "version", "level", "title", "who", "owner", "owner_name", "due_on"]

    def __init__(self, *args, plan, **kwargs):
        self.plan = plan
        super().__init__(*args, today=plan.today, **kwargs)
        self.fields["who"].choices = [
            (ME, _("I will")),
            (MEMBER, _("Somebody in %(group)s") % {"group": plan.group}),
            (SOMEBODY_ELSE, _("Somebody without an account here")),
        ]
        self.fields["owner_name"].label = _("Who is it, if they have no account here?")
        if self.action and self.action.status == Action.Status.DROPPED:
            self.fields["who"].required = self.fields["due_on"].required = False
        self.people = possible_owners(plan, self.action)
        # Whoever convenes a system is shown no list of the people of its organisations.
        if plan.system or self.people.count() > MOST_TO_CHOOSE_FROM:
            self.fields["owner"] = PersonByNameField(
                self.people,
                current=self.action and self.action.owner,
                shows_address=not plan.system,
                label=self.fields["owner"].label,
                required=False,
            )
        else:
            self.fields["owner"].queryset = self.people
        self.fields["owner"].help_text = self.help_with_owner

    @property
    def help_with_owner(self):
        told = _("They get a letter that says so.")
        if not settings.MAIL_IS_SENT:
            told = _("This site sends no e-mail, so tell them yourself.")
        if isinstance(self.fields["owner"], PersonByNameField):
            return _("Type their name or their e-mail address. %(told)s") % {"told": told}
        return told

    def initial_values(self):
        initial = super().initial_values()
        if self.action is None:
            return {**initial, "who": None}
        owner = self.action.owner
        if owner and owner != self.person:
            return {**initial, "who": MEMBER, "owner": owner}
        if owner is None and not self.action.owner_name:
            return {**initial, "who": None}
        return initial

    def clean(self):
        super().clean()
        chosen = self.cleaned_data.get("who")
        self.leave_unchecked(chosen)
        if chosen == MEMBER and not self.cleaned_data.get("owner") and "owner" not in self.errors:
            self.add_error("owner", _("Choose the person who will do this"))

    def leave_unchecked(self, chosen):
        """Ignore errors in those owner fields that the chosen answer does not use."""
        for name, whose in (("owner", MEMBER), ("owner_name", SOMEBODY_ELSE)):
            if chosen and chosen != whose and self.errors.pop(name, None):
                self.cleaned_data[name] = None

    @property
    def promise(self):
        who = self.cleaned_data["who"]
        names = ["title", "due_on", "measure", "with_partners", "detail"]
        owner = {ME: self.person, MEMBER: self.cleaned_data["owner"]}.get(who)
        return {
            **{name: self.cleaned_data[name] for name in names},
            "owner": owner,
            "owner_name": self.cleaned_data["owner_name"] if who == SOMEBODY_ELSE else "",
        }

    def as_stored(self, action):
        return type(self)(person=self.person, plan=self.plan, action=action).initial


class OwnersForm(ActionForm):
    """An action for its owner who does not look after the plan: they change all but the owner."""

    def __init__(self, *args, plan, **kwargs):
        self.plan = plan
        super().__init__(*args, today=plan.today, **kwargs)
        for name in ("who", "owner_name"):
            del self.fields[name]

    @property
    def promise(self):
        names = ["title", "due_on", "measure", "with_partners", "detail"]
        return {name: self.cleaned_data[name] for name in names}


class ActionUpdateForm(SaveForm):
    """An owner's update of an action: its status and a note."""

    button = _("Save update")
    version = forms.IntegerField(widget=forms.HiddenInput)
    status = forms.ChoiceField(
        label=_("How is it going?"),
        choices=[choice for choice in Action.Status.choices if choice[0] != Action.Status.PROPOSED],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it is going")},
    )
    note = free_text(
        _("What has changed?"),
        help_text=_(
            "If it is stuck, say what is in the way. If you drop it, say why. If it is done, say "
            "what you did: “We …”"
        ),
    )

    def show_conflict(self, conflict):
        """Add the stored status as an error; saving again then overwrites it."""
        say_changed(self, "status", conflict.action.get_status_display())
        self.put("version", conflict.action.version)
