"""What people promise, and how they tell how it goes."""

import uuid

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from actionplans.models import Action
from actionplans.services.actions import was_added_as
from onestepback.pages.organisations.forms import SaveForm
from organisations.dates import long_date
from organisations.fields import DayMonthYearField, RowField, WordsField
from organisations.models import Membership, User
from reflections.answer_sheet import TEXT_LIMIT
from reflections.models import Level

ME, MEMBER, SOMEBODY_ELSE, NOBODY = "me", "member", "else", "nobody"
MOST_TO_CHOOSE_FROM = 100  # in a larger group, whoever does it is named by typing


def words(label, *, rows=3, help_text="", **options):
    """A field for free text, with a counter that nobody overruns unawares."""
    widget = forms.Textarea(attrs={"rows": rows})
    return WordsField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=TEXT_LIMIT,
        widget=widget,
        **options,
    )


def say_changed(form, name, now):
    """Tell an editor about a field that others changed too: what it says now, and the choice."""
    said = _(
        "“%(field)s” was changed while you wrote. It says now: %(value)s. To put yours in its "
        "place, save again"
    )
    form.add_error(name, said % {"field": form.fields[name].label, "value": now or _("nothing")})


class ActionForm(forms.Form):
    """An action in your own plan: what, who, by when."""

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
    measure = words(
        _("How will we know? (optional)"), help_text=_("What will be different when it is done.")
    )
    with_partners = words(
        _("Who with lived experience is part of this? (optional)"),
        help_text=_("People who draw on care and support, carers or family."),
        rows=2,
    )
    detail = words(_("Anything more about it (optional)"))

    def __init__(self, *args, person, action=None, today=None, **kwargs):
        self.person, self.action, self.today = person, action, today or person.today
        kwargs["initial"] = {**self.initial_values(), **kwargs.pop("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["version"].required = action is not None

    def initial_values(self):
        if self.action is None:
            return {"made_with": uuid.uuid4(), "who": ME}
        kept = ["title", "owner_name", "due_on", "measure", "with_partners", "detail", "version"]
        who = ME if self.action.owner_id == self.person.pk else SOMEBODY_ELSE
        return {"who": who, **{name: getattr(self.action, name) for name in kept}}

    @cached_property
    def helper(self):
        helper = FormHelper()
        helper.attrs = {"novalidate": True, "data-guard": True}
        helper.layout = Layout(*self.fields, Submit("save", self.button))
        return helper

    @property
    def button(self):
        return _("Save changes") if self.action else _("Add this action")

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
        """Whether an action was added with what is typed here; False for one in its place."""
        return was_added_as(action, self.promise)

    def as_stored(self, action):
        """What the fields of a fresh form about this action begin with."""
        return ActionForm(person=self.person, action=action).initial

    def show_conflict(self, conflict):
        """Say beside each field that both changed what it says now; the next save is a choice.

        What only others changed stands in its field then.
        """
        fresh, typed = self.as_stored(conflict.action), {**self.cleaned_data}
        self.data = self.data.copy()
        self.data["version"] = conflict.action.version
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
        """The fields of this form in which those of an action are typed."""
        if names & {"owner", "owner_name"}:
            names = names | {"who", "owner", "owner_name"}
        return [name for name in self.fields if name in names]

    def put(self, name, value):
        """Let a field hold something else than what was typed."""
        field = self.fields[name]
        value = field.prepare_value(value)
        if isinstance(field.widget, forms.MultiWidget):
            for place, part in enumerate(field.widget.decompress(value)):
                self.data[f"{name}_{place}"] = part
        else:
            self.data[name] = "" if value is None else value

    def as_read(self, name, value):
        """A field's value in words."""
        if name == "who":
            return dict(self.fields["who"].choices).get(value, _("Nobody yet"))
        if name == "owner" and value:
            return value.public_name
        return long_date(value) if name == "due_on" and value else value


class SharedActionForm(ActionForm):
    """An action in the plan of a group, for whoever looks after the plan."""

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
        self.people = people_of(plan, self.action)
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
        """What was left over in the fields for another answer to who does it is no mistake."""
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


class AcceptForm(SharedActionForm):
    """A proposal that becomes a promise: with who and by when."""

    button = _("Accept this action")
    may_keep_passed_date = False


class OwnersForm(ActionForm):
    """An action that somebody owns in a plan which others look after: all but who does it."""

    def __init__(self, *args, plan, **kwargs):
        self.plan = plan
        super().__init__(*args, today=plan.today, **kwargs)
        for name in ("who", "owner_name"):
            del self.fields[name]

    @property
    def promise(self):
        names = ["title", "due_on", "measure", "with_partners", "detail"]
        return {name: self.cleaned_data[name] for name in names}


class ProposalForm(ActionForm):
    """What somebody proposes for the plan of a group, under their name."""

    button = _("Propose this action")

    def __init__(self, *args, plan, **kwargs):
        self.plan = plan
        super().__init__(*args, today=plan.today, **kwargs)
        self.fields["who"].choices = [
            (NOBODY, _("I do not know yet")),
            (ME, _("I would")),
            (SOMEBODY_ELSE, _("Somebody else")),
        ]
        self.fields["who"].label = _("Who could do this?")
        self.fields["owner_name"].help_text = _("A person or a group.")
        self.fields["due_on"].label = _("By when? (optional)")
        self.fields["due_on"].required = False

    def initial_values(self):
        return {**super().initial_values(), "who": NOBODY}

    @property
    def promise(self):
        named = self.cleaned_data["who"] == SOMEBODY_ELSE
        return {
            **super().promise,
            "owner_name": self.cleaned_data["owner_name"] if named else "",
            "status": Action.Status.PROPOSED,
            "proposed_by": self.person,
        }


class ProposalChangeForm(ProposalForm):
    """What somebody has proposed, in other words, while it waits for an answer."""

    button = _("Save changes")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.others_chose:
            self.fields["who"].choices += [(MEMBER, self.action.owner.public_name)]

    @property
    def others_chose(self):
        """Whether those who look after the plan gave it to somebody whom nobody else can choose."""
        return self.action.owner not in (None, self.person)

    def initial_values(self):
        initial = ActionForm.initial_values(self)
        if self.others_chose:
            return {**initial, "who": MEMBER}
        named = initial["who"] == ME or initial["owner_name"]
        return {**initial, "who": initial["who"] if named else NOBODY}

    @property
    def promise(self):
        promise = super().promise
        unsaid = ["status", "proposed_by"]
        if self.cleaned_data["who"] == MEMBER:
            unsaid += ["owner", "owner_name"]
        return {name: value for name, value in promise.items() if name not in unsaid}

    def as_stored(self, action):
        return type(self)(person=self.person, plan=self.plan, action=action).initial


class DeclineForm(SaveForm):
    """Why a proposal is not taken up."""

    button = _("Decline this proposal")
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = WordsField(
        label=_("Why?"),
        help_text=_("Whoever proposed it can read this, and so can everybody who reads the plan."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=TEXT_LIMIT,
        error_messages={"required": _("Say why, so that whoever proposed it can understand")},
    )


class TakeBackForm(SaveForm):
    """That one does not propose something any more."""

    button = _("Take it back")
    reason = words(_("Why? (optional)"), help_text=_("Everybody who reads the plan can read this."))


class VisionForm(SaveForm):
    """Where a group wants to be at a level, in its own words."""

    button = _("Save these words")
    before = WordsField(widget=forms.HiddenInput, required=False)
    words = words(_("Where do you want to be?"), rows=5)

    def show_conflict(self, words):
        """Say what is there now, and let the next save be a choice."""
        say_changed(self, "words", words)
        self.data = self.data.copy()
        self.data["before"] = words


def people_of(plan, action=None):
    """Who can be given an action of a group's plan: the group's people, and who has it now."""
    members = Q(pk__in=Membership.objects.of_group(plan.group).values("user"))
    if plan.system:
        members |= Q(pk__in=plan.system.conveners.values("pk"))
    current = Q(pk=action.owner_id) if action else Q()
    people = User.objects.filter(members & Q(is_active=True) | current)
    return people.order_by(Lower("name"), "email")


class PersonByNameField(WordsField):
    """Somebody of many people, by their name or their e-mail address.

    Who it is now, `current`, stays if nothing else is typed: also where the address is not shown.
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


class ActionUpdateForm(forms.Form):
    """How an action is going, in its owner's words."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    status = forms.ChoiceField(
        label=_("How is it going?"),
        choices=[choice for choice in Action.Status.choices if choice[0] != Action.Status.PROPOSED],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it is going")},
    )
    note = words(
        _("What has changed?"),
        help_text=_(
            "If it is stuck, say what is in the way. If you drop it, say why. If it is done, say "
            "what you did: “We …”"
        ),
    )

    @cached_property
    def helper(self):
        helper = FormHelper()
        helper.attrs = {"novalidate": True, "data-guard": True}
        helper.layout = Layout("version", "status", "note", Submit("save", _("Save update")))
        return helper

    def show_conflict(self, conflict):
        """Say what the status is now, and let the next save be a choice."""
        say_changed(self, "status", conflict.action.get_status_display())
        self.data = self.data.copy()
        self.data["version"] = conflict.action.version
