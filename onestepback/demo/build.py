"""Writes the demo people's stories through the services, then dates them back."""

import uuid
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from actionplans.models import Action, ActionUpdate
from actionplans.services.actions import add_action, change_action
from actionplans.services.plans import personal_plan
from actionplans.services.updates import record_update
from onestepback.demo.accounts import OPERATOR, add_account
from onestepback.demo.belonging import found_partnership
from onestepback.demo.days import Calendar
from onestepback.demo.stories import ActionStory, LevelStory, ReflectionStory, people
from organisations.models import User
from reflections.answer_sheet import AnswerSheet, Parts, SentField
from reflections.models import Participation, Reflection
from reflections.questions import ONE_STEP_BACK_1
from reflections.services import (
    finish_level,
    finish_participation,
    publish_question_set,
    save_answers,
    start_participation,
)

A_LEVEL_TAKES = timedelta(minutes=9)
AN_ACTION_TAKES = timedelta(minutes=2)


class NotEmpty(Exception):
    """Somebody already has an account on this site, so nothing was made."""


@transaction.atomic
def build_demo(*, today: date, password: str) -> None:
    """Make the partnership, its people and all that they wrote and did, as seen on `today`."""
    if User.objects.exists():
        raise NotEmpty
    publish_question_set(ONE_STEP_BACK_1)
    hashed = make_password(password)  # once, because it is slow on purpose
    operator = User(email=OPERATOR, name="Site operator", is_staff=True, is_superuser=True)
    add_account(operator, hashed, joined_at=Calendar(today, "staff").moment(940, "09:00"))
    for person in people():
        calendar = Calendar(today, person.perspective)
        user = User(email=person.email, name=person.name)
        add_account(user, hashed, joined_at=calendar.moment(person.joined, "12:10"))
        for story in person.reflections:
            reflect(user, person.perspective, story, calendar)
    found_partnership(today=today, hashed=hashed)
    count_rows()


def count_rows() -> None:
    """Have PostgreSQL count its rows (ANALYZE): it would plan queries as for empty tables."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def reflect(user: User, perspective: str, story: ReflectionStory, calendar: Calendar) -> None:
    """Add one sitting. If it is not finished, its last level stays open."""
    participation = start_participation(by=user, perspective=perspective)
    reflections = {reflection.level: reflection for reflection in participation.reflections.all()}
    for level in story.levels:
        answer_level(participation, level)
        if story.is_finished or level is not story.levels[-1]:
            finish_level(reflections[level.level])
    ended_at = calendar.moment(story.ago, story.at)
    if story.is_finished:
        finish_participation(participation)
        Participation.objects.filter(pk=participation.pk).update(finished_at=ended_at)
    level_at = ended_at - A_LEVEL_TAKES * len(story.levels)
    for level in story.levels:
        reflection = reflections[level.level]
        submitted = Reflection.objects.filter(pk=reflection.pk).exclude(submitted_at=None)
        submitted.update(submitted_at=level_at)
        for number, action in enumerate(level.actions, start=1):
            made_at = level_at + AN_ACTION_TAKES * number
            live_action(user, reflection, action, calendar, made_at=made_at)
        level_at += A_LEVEL_TAKES


def answer_level(participation: Participation, story: LevelStory) -> None:
    """Send a level's answers as its page would, so that an impossible answer is refused."""
    now, wanted = {}, {"vision": story.vision}
    for key, answer in story.answers.items():
        now[f"rating-{key}"] = as_sent(answer.now)
        now[f"comment-{key}"] = answer.comment
        wanted[f"target-{key}"] = as_sent(answer.wanted)
    if story.barriers is not None:
        now[f"has_barrier-{story.level}-barriers"] = "yes" if story.barriers else "no"
        now |= {f"barrier-{uuid.uuid4()}": text for text in story.barriers}
    for parts, typed in ((Parts.NOW, now), (Parts.WANTED, wanted)):
        sheet = AnswerSheet(participation, story.level, parts, "en-gb")
        outcome = save_answers(sheet, [SentField(name, value, "") for name, value in typed.items()])
        if not outcome.is_clean:
            raise ValueError(f"{participation.user}, {story.level}: {outcome}")


def as_sent(rating: int | None) -> str:
    return "" if rating is None else str(rating)


def live_action(
    user: User,
    reflection: Reflection,
    story: ActionStory,
    calendar: Calendar,
    *,
    made_at: datetime,
) -> None:
    """Add an action with its story, then give each update the moment at which it was made."""
    if story.added:
        made_at = calendar.moment(story.added.ago, story.added.at)
    barriers = list(reflection.barriers.all())
    questions = reflection.participation.question_set.questions
    action = add_action(
        personal_plan(user),
        by=user,
        made_with=uuid.uuid4(),
        level=reflection.level,
        barriers=[barriers[number - 1] for number in story.for_barriers],
        question=questions.get(key=story.question) if story.question else None,
        title=story.title,
        detail=story.detail,
        measure=story.measure,
        with_partners=story.with_partners,
        owner=None if story.who else user,
        owner_name=story.who,
        due_on=calendar.due_on(story.due),
        created_at=made_at,
    )
    moments = [made_at]
    for step in story.story:
        moments.append(calendar.moment(step.ago, step.at))
        if step.due is not None:
            due_on = calendar.due_on(step.due)
            action = change_action(action, by=user, version=action.version, due_on=due_on)
        else:
            action = record_update(
                action, by=user, version=action.version, status=step.status, note=step.note
            )
    updates = list(action.updates.order_by("pk"))
    for update, told_at in zip(updates, moments, strict=True):
        update.made_at = told_at
    ActionUpdate.objects.bulk_update(updates, ["made_at"])
    # Nobody in these stories writes about an action once it is done.
    Action.objects.filter(pk=action.pk, status=Action.Status.DONE).update(completed_at=moments[-1])
