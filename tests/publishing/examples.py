"""Plans to print, as onestepback/pages/plans/document.py hands them to a template."""

from datetime import UTC, date, datetime
from types import SimpleNamespace as Row

from onestepback.publishing.charts import now_and_wanted

SCALE = ["Not yet", "A little", "Partly", "Mostly", "Fully"]
TODAY = date(2026, 11, 22)
QUESTIONS = {
    "individual": [
        "Do you treat people as equal partners, valuing their input?",
        "Are you empowering individuals to contribute effectively?",
        (
            "Do you have mutual interactions with both professionals and people with Patient and "
            "Public partners?"
        ),
    ],
    "team": [
        "Do you involve Patient and Public partners in design and delivery?",
        "Is their input given equal weight alongside staff members?",
    ],
    "organisation": [
        "Is co-production part of everyone's day-to-day work within your organisation?",
        "Are power dynamics shared equally between staff and Patient and Public partners?",
        "Are you supported and encouraged to do co-production?",
    ],
    "system": ["As a system, do you feel co-production is supported and encouraged?"],
}
NAMES = {
    "individual": "Individual",
    "team": "Service, project or team",
    "organisation": "Organisation",
    "system": "System",
}


def question(text, now=2, wanted=4, before="", hint="", comment=""):
    now_label = SCALE[now - 1] if now else "I don’t know, or it does not apply"
    wanted_label = SCALE[wanted - 1] if wanted else ""
    title = f"{text} Now: {now_label}. Wanted: {wanted_label or 'not answered'}."
    return Row(
        question=Row(text=text, hint=hint),
        comment=comment,
        now_label=now_label,
        wanted_label=wanted_label,
        before_label=before,
        chart=now_and_wanted(now, wanted, labels=SCALE, title=title),
    )


def action(title="Ask people what works for them", **more):
    texts = [more.get(name) for name in ("detail", "measure", "with_partners")]
    return Row(
        **{
            "title": title,
            "detail": "",
            "measure": "",
            "with_partners": "",
            "who": "Sam Okoro",
            "whose": "Needs an owner",
            "due_on": date(2027, 1, 15),
            "status": "planned",
            "status_label": "Planned",
            "is_overdue": False,
            "is_long": False,
            "answers": [],
            "more": [*filter(None, texts), *more.get("answers", [])],
            **more,
        }
    )


def level(name="individual", **more):
    return Row(
        **{
            "level": name,
            "name": NAMES[name],
            "reflected_on": date(2026, 11, 20),
            "vision": "",
            "questions": [],
            "barriers": [],
            "more_barriers": 0,
            "actions": [],
            **more,
        }
    )


def plan(levels=(), **more):
    return {
        "title": "My action plan",
        "person": "Sam Okoro",
        "made_at": datetime(2026, 11, 22, 14, 5, tzinfo=UTC),
        "today": TODAY,
        "summary": [("Actions", "0"), ("Done", "0"), ("Overdue", "0")],
        "asked": [],
        "levels": list(levels),
        "is_shared": False,
        "large_print": False,
        **more,
    }


def believable_plan():
    scores = iter([(3, 5), (2, 4), (None, 4), (3, 3), (2, 4), (1, 3), (4, 2), (2, None), (1, 2)])
    asked = {
        name: [
            question(text, *next(scores), before="A little" if name == "team" else "")
            for text in texts
        ]
        for name, texts in QUESTIONS.items()
    }
    return plan(
        [
            level(
                vision="People I work with tell me that we decide things together, "
                "and that I changed my mind because of them.",
                questions=asked["individual"],
                barriers=[
                    Row(
                        text="I run out of time at the end of a visit, and then I decide alone.",
                        actions=["Start each visit with “what matters to you today?”"],
                    ),
                    Row(text="I am not sure what I am allowed to change.", actions=[]),
                ],
                actions=[
                    action(
                        "Start each visit with “what matters to you today?”",
                        detail="Write it at the top of my notes, before anything else.",
                        measure="Somebody says so without being asked.",
                        with_partners="Maya, who draws on our service",
                        answers=[
                            "I run out of time at the end of a visit, and then I decide alone."
                        ],
                        status="under_way",
                        status_label="Under way",
                        due_on=date(2026, 11, 1),
                        is_overdue=True,
                    ),
                    action("Read the notes of the last three meetings with Maya"),
                    action("Go to the carers’ evening", status="done", status_label="Done"),
                    action(
                        "Swap roles for a day",
                        status="dropped",
                        status_label="Dropped",
                        due_on=None,
                    ),
                ],
            ),
            level(
                "team",
                vision="Nothing about our service is planned in a room that partners are not in.",
                questions=asked["team"],
                barriers=[
                    Row(
                        text="Meetings are at 10 on a weekday, in a building with steps.",
                        actions=[
                            "Hold every second meeting in the evening, online",
                            "Find a room without steps",
                        ],
                    ),
                    Row(
                        text="We ask people after we have decided.",
                        actions=["Bring two open questions to each partners’ meeting"],
                    ),
                    Row(text="Nobody is paid for their time but staff.", actions=[]),
                ],
                actions=[
                    action("Hold every second meeting in the evening, online", who="Priya Nair"),
                    action(
                        "Find a room without steps",
                        status="stuck",
                        status_label="Stuck",
                        who="The estates team",
                        due_on=date(2026, 10, 3),
                        is_overdue=True,
                    ),
                    action("Bring two open questions to each partners’ meeting"),
                    action("Send papers in easy read, a week before", who="Tom and Ayesha"),
                ],
            ),
            level(
                "organisation",
                questions=asked["organisation"],
                barriers=[
                    Row(
                        text="The forms for paying partners take four months.",
                        actions=["Ask finance for one page and two weeks"],
                    ),
                    Row(
                        text="Co-production is in the strategy, and in nobody’s job description.",
                        actions=[],
                    ),
                ],
                actions=[
                    action(
                        "Ask finance for one page and two weeks",
                        detail="Dana in finance has offered to help.",
                    ),
                    action(
                        "Propose a partner on every interview panel",
                        status="proposed",
                        status_label="Proposed",
                        who="",
                        due_on=None,
                    ),
                    action("Tell the board one story at each meeting"),
                ],
            ),
            level(
                "system",
                vision="One place to join in, whoever runs the service.",
                questions=asked["system"],
                barriers=[
                    Row(
                        text="Each organisation asks the same people the same things.",
                        actions=["Share a calendar of who asks what"],
                    )
                ],
                actions=[
                    action("Share a calendar of who asks what", who="Kerry (the council)"),
                    action("Meet the two other co-production leads"),
                    action(
                        "Write down what we mean by “partner”", status="done", status_label="Done"
                    ),
                ],
            ),
        ],
        summary=[("Actions", "14"), ("Done", "2"), ("Overdue", "2"), ("Next date", "15 January")],
    )


def long_plan(rows):
    """A plan of many actions, with the words that people usually write."""
    return plan(
        [
            level(
                questions=[question(text) for text in QUESTIONS["individual"]],
                actions=[
                    action(
                        f"{number}. Ask people what works for them, and write it down",
                        detail="Twice a month, with somebody who has been here for a while.",
                        due_on=date(2027, 1 + number % 12, 1 + number % 28),
                    )
                    for number in range(1, rows + 1)
                ],
            )
        ],
        summary=[("Actions", str(rows))],
    )


def finished_reflection():
    scores = iter([(3, 5), (2, 4), (None, 4), (3, 3), (2, 4), (1, 3), (4, 2), (None, None), (1, 2)])
    return {
        "title": "My reflection",
        "person": "Sam Okoro",
        "made_at": datetime(2026, 11, 22, 14, 5, tzinfo=UTC),
        "finished_on": date(2026, 11, 20),
        "large_print": False,
        "perspective_label": "I work or volunteer in a service",
        "levels": [
            level(
                name,
                text="Reflect on your own practice",
                questions=[
                    question(
                        text,
                        *next(scores),
                        hint="Mutual means that both sides give, and both gain."
                        if "mutual" in text
                        else "",
                        comment="It went better when we met in the café."
                        if "equal" in text
                        else "",
                    )
                    for text in texts
                ],
                barrier_question=Row(
                    text="Do you feel there is anything that prevents you from doing co-production?"
                ),
                barrier_answer="Yes" if name == "individual" else "No",
                barriers=[
                    Row(text="I run out of time."),
                    Row(text="I am not sure what I may change."),
                ]
                if name == "individual"
                else [],
                vision="We decide together." if name == "team" else "",
            )
            for name, texts in QUESTIONS.items()
        ],
    }
