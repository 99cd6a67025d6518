"""Helpers that run the demo, and read everything in it to compare."""

from io import StringIO

from django.core.management import call_command

from actionplans.models import Action, ActionBarrier, ActionPlan, ActionUpdate, Escalation
from onestepback.pages.account.personal_data import everything_of
from organisations.history import details_of, sentence_about
from organisations.models import AuditEvent, Invitation, Letter, Organisation, System, Team, User
from reflections.models import Round, TakenOut

PASSWORD = "a kettle and a jigsaw"


def run_demo(**options):
    """Run the command, and return what it printed."""
    out = StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


def everything():
    """Everything that anybody wrote and did, with its time, but without keys."""
    kept = [everything_of(user) for user in User.objects.order_by("email")]
    for each in kept:
        del each["made_at"]
    return {
        "people": kept,
        "places": places(),
        "history": history(),
        "letters": letters(),
        "rounds": rounds(),
        "plans": plans(),
    }


def plans():
    """All shared plans with their actions, with what was raised and with what is told of them."""
    actions = Action.objects.filter(plan__user=None).order_by("pk")
    barriers = ActionBarrier.objects.filter(action__plan__user=None).order_by("pk")
    return [
        *ActionPlan.objects.shared().values_list("visions", "previewed_at", "published"),
        *actions.values_list("title", "status", "owner__email", "due_on", "idea", "we_did"),
        *ActionUpdate.objects.filter(action__in=actions).values_list("made_at", "note"),
        *barriers.values_list("action__title", "text"),
        *Escalation.objects.values_list("title", "status", "reply", "raised_at", "answered_at"),
    ]


def rounds():
    """All rounds with their figures; those of a named round have no keys of people."""
    kept = []
    for round_ in Round.objects.order_by("pk").values():
        if round_["figures"]:
            people = [each["answers"] for each in round_["figures"].pop("people", [])]
            round_["people"] = sorted(sorted(each.items()) for each in people)
        kept.append({name: value for name, value in round_.items() if not name.endswith("id")})
    taken_out = TakenOut.objects.values_list("kind", "level", "reason", "taken_out_at")
    return [*kept, *taken_out]


def places():
    systems = System.objects.values_list("name", "minimum_group", "conveners__email")
    organisations = [
        {name: value for name, value in row.items() if name not in ("id", "system_id")}
        for row in Organisation.objects.order_by("slug").values()
    ]
    teams = Team.objects.values_list("organisation__name", "name", "kind", "archived_at")
    return [*systems.order_by("conveners__email"), *organisations, *teams.order_by("name")]


def history():
    events = AuditEvent.objects.order_by("pk").for_history()
    return [(event.at, sentence_about(event), details_of(event)) for event in events]


def letters():
    """All stored invitations and letters."""
    invitations = Invitation.objects.order_by("pk", "places__pk").values_list(
        *("email", "role", "places__team__name", "times_sent", "sent_at", "expires_at"),
        *("accepted_at", "cancelled_at"),
    )
    written = Letter.objects.order_by("pk").values_list(
        "kind", "address", "written_at", "attempts", "error", "sent_at"
    )
    return [*invitations, *written]


def rounds_of(team):
    return Round.objects.filter(team__name=team).order_by("opened_at")
