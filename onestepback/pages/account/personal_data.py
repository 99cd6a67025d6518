"""A person's data: collect everything that they wrote, and erase it with the account."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from actionplans.models import Action, ActionPlan
from actionplans.services.leaving import disown
from organisations.models import Invitation, Letter, User
from organisations.services import check_not_needed
from reflections.answered import participation_records
from reflections.forgetting import forget_author
from reflections.models import Participation


def everything_of(user: User) -> dict:
    """Everything that a person has written, as values for JSON, with the questions they read."""
    return {
        "made_at": timezone.now(),
        "account": {
            "email": user.email,
            "name": user.name,
            "language": user.language,
            "time_zone": user.time_zone,
            "joined_at": user.date_joined,
            "letters_not_wanted": user.unwanted_letters,
        },
        "organisations": [
            {
                "organisation": str(membership.organisation),
                "role": membership.role,
                "joined_at": membership.joined_at,
                "ended_at": membership.ended_at,
                "teams": [
                    {"team": str(place.team), "role": place.role}
                    for place in membership.team_memberships.all()
                ],
            }
            for membership in user.memberships.select_related("organisation")
            .prefetch_related("team_memberships__team")
            .order_by("joined_at")
        ],
        "reflections": [
            reflection_of(participation)
            for participation in user.participations.select_related("round").latest_first()
        ],
        "action_plan": [
            action_of(action)
            for action in Action.objects.in_own_plan(user)
            .for_plan()
            .prefetch_related("updates")
            .order_by("pk")
        ],
        "proposed_to_groups": [
            {
                "plan": str(action.plan),
                "what": action.title,
                "more_about_it": action.detail,
                "how_will_we_know": action.measure,
                "who_with_lived_experience": action.with_partners,
                "proposed_at": action.created_at,
                "status": action.get_status_display(),
            }
            for action in user.proposed_actions.for_list().order_by("pk")
        ],
        "notes_in_plans_of_groups": [
            {"action": update.action.title, "at": update.made_at, "note": update.note}
            for update in user.action_updates.exclude(note="")
            .filter(action__plan__user=None)
            .select_related("action")
            .order_by("pk")
        ],
        "raised": [
            {
                "to": str(raised.plan),
                "what_is_needed": raised.title,
                "why": raised.detail,
                "raised_at": raised.raised_at,
                "status": raised.get_status_display(),
            }
            for raised in user.escalations.with_words().with_groups().order_by("pk")
        ],
        "answers_to_what_was_raised": [
            {"raised": raised.title, "reply": raised.reply, "answered_at": raised.answered_at}
            for raised in user.answered_escalations.order_by("pk")
        ],
    }


def reflection_of(participation: Participation) -> dict:
    return {
        "round": participation.round and str(participation.round),
        "finished_at": participation.finished_at,
        "questions_for": participation.perspective,
        "question_set": str(participation.question_set),
        "levels": [
            {
                "level": record.level.value,
                "introduction": record.text,
                "finished_at": record.reflection.submitted_at,
                "vision": record.vision,
                "vision_shared": record.reflection.vision_shared,
                "idea": record.reflection.idea,
                "idea_shared": record.reflection.idea_shared,
                "counted": record.reflection.counted,
                "answers": [
                    {
                        "question": answer.question.text,
                        "now": answer.now_label,
                        "want_to_be": answer.wanted_label,
                        "comment": answer.comment,
                    }
                    for answer in record.questions
                ],
                "barrier_question": record.barrier_question.text,
                "anything_in_the_way": record.barrier_answer,
                "barriers": [barrier.text for barrier in record.reflection.barriers.all()],
                "barriers_shared": [barrier.shared for barrier in record.reflection.barriers.all()],
            }
            for record in participation_records(participation)
        ],
    }


def action_of(action: Action) -> dict:
    return {
        "level": action.level,
        "what": action.title,
        "more_about_it": action.detail,
        "how_will_we_know": action.measure,
        "who": action.owner_name or str(action.owner or ""),
        "who_with_lived_experience": action.with_partners,
        "by_when": action.due_on,
        "status": action.get_status_display(),
        "barriers": [link.text for link in action.action_barriers.all()],
        "added_at": action.created_at,
        "done_at": action.completed_at,
        "story": [
            {"at": update.made_at, "note": update.note, "changes": update.changes}
            for update in action.updates.all()
        ],
    }


@transaction.atomic
def erase(user: User) -> None:
    """Delete an account, its plan, the reflections outside rounds, and all that names the person.

    StillNeeded if an organisation in use would be left without an administrator.
    """
    check_not_needed(user)
    addresses = [
        user.email,
        *EmailAddress.objects.filter(user=user).values_list("email", flat=True),
    ]
    for address in addresses:
        Letter.objects.filter(address__iexact=address).delete()
        Invitation.objects.filter(email__iexact=address).delete()
    ActionPlan.objects.filter(user=user).delete()
    disown(Action.objects.owned_by(user), by=user)
    forget_author(user)
    user.participations.all().delete()
    user.delete()
