"""The questions of the paper, as data: question set 1.

The staff wording is exactly the paper's own. The partner wording asks the same of a person who
draws on care and support, a carer or a citizen. A published set never changes: other words are a
new set with the next version.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class AskedOf:
    """The same text in two wordings, for staff and for partners."""

    staff: str
    partner: str


@dataclass(frozen=True)
class PaperQuestion:
    key: str
    kind: str
    text: AskedOf
    hint: AskedOf | None = None


@dataclass(frozen=True)
class PaperLevel:
    level: str
    text: AskedOf
    questions: tuple[PaperQuestion, ...]


@dataclass(frozen=True)
class PaperSet:
    name: str
    version: int
    language: str
    levels: tuple[PaperLevel, ...]


def both(text: str) -> AskedOf:
    return AskedOf(staff=text, partner=text)


ONE_STEP_BACK_1 = PaperSet(
    name="One Step Back",
    version=1,
    language="en-gb",
    levels=(
        PaperLevel(
            "individual",
            AskedOf(
                staff="Reflect on your own practice",
                partner="Reflect on your own experience",
            ),
            (
                PaperQuestion(
                    "individual-equal-partners",
                    "scale",
                    AskedOf(
                        staff="Do you treat people as equal partners, valuing their input?",
                        partner="Are you treated as an equal partner, and is your input valued?",
                    ),
                    both(
                        "Equal partners decide together. Input means ideas, views and experience."
                    ),
                ),
                PaperQuestion(
                    "individual-empowering",
                    "scale",
                    AskedOf(
                        staff="Are you empowering individuals to contribute effectively?",
                        partner="Are you given what you need to contribute effectively?",
                    ),
                    AskedOf(
                        staff="Empowering means that people get what they need to take part: "
                        "time, information, support, confidence.",
                        partner="For example time, information, support, or your costs paid.",
                    ),
                ),
                PaperQuestion(
                    "individual-mutual",
                    "scale",
                    AskedOf(
                        staff="Do you have mutual interactions with both professionals and people "
                        "with Patient and Public partners?",
                        partner="Are your interactions with professionals and with other Patient "
                        "and Public partners mutual?",
                    ),
                    both("Mutual means that both sides give, and both gain."),
                ),
                PaperQuestion(
                    "individual-barriers",
                    "barrier",
                    AskedOf(
                        staff="Do you feel there is anything that prevents you from doing "
                        "co-production?",
                        partner="Do you feel there is anything that prevents you from taking part "
                        "in co-production?",
                    ),
                    both("Co-production means working together and sharing power."),
                ),
            ),
        ),
        PaperLevel(
            "team",
            AskedOf(
                staff="Evaluate your current service or project",
                partner="Think about the service or project you take part in",
            ),
            (
                PaperQuestion(
                    "team-involve",
                    "scale",
                    AskedOf(
                        staff="Do you involve Patient and Public partners in design and delivery?",
                        partner="Are you, and people like you, involved in design and delivery?",
                    ),
                    both(
                        "Design is deciding what a service is like. "
                        "Delivery is running it from day to day."
                    ),
                ),
                PaperQuestion(
                    "team-equal-weight",
                    "scale",
                    AskedOf(
                        staff="Is their input given equal weight alongside staff members?",
                        partner="Is your input given equal weight alongside staff members?",
                    ),
                    both("Equal weight means that it counts as much when things are decided."),
                ),
                PaperQuestion(
                    "team-barriers",
                    "barrier",
                    AskedOf(
                        staff="Do you feel there is anything that prevents your service from doing "
                        "co-production?",
                        partner="Do you feel there is anything that prevents this service from "
                        "doing co-production?",
                    ),
                ),
            ),
        ),
        PaperLevel(
            "organisation",
            AskedOf(
                staff="Assess the prevailing culture of your organisation",
                partner="Think about the culture of this organisation",
            ),
            (
                PaperQuestion(
                    "organisation-everyday",
                    "scale",
                    AskedOf(
                        staff="Is co-production part of everyone's day-to-day work within your "
                        "organisation?",
                        partner="Is co-production part of everyone's day-to-day work within this "
                        "organisation?",
                    ),
                ),
                PaperQuestion(
                    "organisation-power",
                    "scale",
                    AskedOf(
                        staff="Are power dynamics shared equally between staff and Patient and "
                        "Public partners?",
                        partner="Is power shared equally between staff and you and other Patient "
                        "and Public partners?",
                    ),
                    both("Power means who decides, and whose word counts in the end."),
                ),
                PaperQuestion(
                    "organisation-support",
                    "scale",
                    AskedOf(
                        staff="Are you supported and encouraged to do co-production?",
                        partner="Are you supported and encouraged to take part in co-production?",
                    ),
                ),
                PaperQuestion(
                    "organisation-barriers",
                    "barrier",
                    AskedOf(
                        staff="Do you feel there is anything that prevents your organisation from "
                        "doing co-production?",
                        partner="Do you feel there is anything that prevents this organisation "
                        "from doing co-production?",
                    ),
                ),
            ),
        ),
        PaperLevel(
            "system",
            AskedOf(
                staff="Assess the co-production culture within our system",
                partner="Think about how organisations work together here",
            ),
            (
                PaperQuestion(
                    "system-support",
                    "scale",
                    both("As a system, do you feel co-production is supported and encouraged?"),
                    both(
                        "The system is all the organisations that work together here: "
                        "health, care, councils and charities."
                    ),
                ),
                PaperQuestion(
                    "system-barriers",
                    "barrier",
                    both(
                        "Do you feel there is anything that prevents the system from doing "
                        "co-production?"
                    ),
                ),
            ),
        ),
    ),
)
