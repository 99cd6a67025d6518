"""The results of a round as spreadsheets, from the same contents as their page."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from onestepback.pages.results.reading import QuestionResult, Results, Row
from onestepback.publishing.spreadsheets import Sheet
from reflections.models import DONT_KNOW_LABEL, Rating


def results_sheets(results: Results) -> list[Sheet]:
    """The sheet of figures, and if there are any, sheets of shared texts and of named answers."""
    sheets = [Sheet(_("Answers"), figure_columns(), figure_rows(results))]
    words = list(word_rows(results))
    if words:
        sheets.append(Sheet(_("In people’s own words"), word_columns(results), words))
    if results.people:
        sheets.append(Sheet(_("Who said what"), person_columns(), list(person_rows(results))))
    return sheets


def figure_columns() -> list[str]:
    return [
        _("Level"),
        _("Question"),
        _("Who"),
        _("When"),
        *(str(label) for label in Rating.labels),
        str(DONT_KNOW_LABEL),
        _("Not answered"),
    ]


def figure_rows(results: Results) -> list[list]:
    rows = []
    for level in results.levels:
        for question in level.questions:
            for who, each in [(_("Everybody"), question.rows), *question.parts]:
                rows += [figure_row(question, who, row) for row in each]
        if level.barrier_counts:
            rows += barrier_rows(level)
    return rows


def figure_row(question: QuestionResult, who: str, row: Row) -> list:
    return [
        str(question.level.label),
        question.text,
        who,
        row.name,
        *row.counts,
        row.dont_know,
        row.unanswered,
    ]


def barrier_rows(level) -> list[list]:
    """One row for each of yes, no and no answer, because the columns are those of the scale."""
    return [
        [level.name, level.barrier_question, _("Everybody"), answer, people, *[None] * 6]
        for answer, people in level.barrier_counts
    ]


def word_columns(results: Results) -> list[str]:
    columns = [_("Level"), _("What it is"), _("Question"), _("Words")]
    return [*columns, _("Who")] if results.round.is_named else columns


def word_rows(results: Results) -> Iterator[list]:
    for level in results.levels:
        texts = {question.key: question for question in level.questions}
        shared = [text for question in level.questions for text in question.comments]
        for text in [*shared, *level.barriers, *level.visions, *level.ideas]:
            question = texts[text.question].text if text.question else ""
            row = [level.name, kind_name(text.kind), question, text.text]
            yield [*row, text.author] if results.round.is_named else row


def kind_name(kind: str) -> str:
    return {
        "comment": _("Comment"),
        "barrier": _("What gets in the way"),
        "vision": _("Where we want to be"),
        "idea": _("Idea"),
    }[kind]


def person_columns() -> list[str]:
    return [_("Who"), _("Level"), _("Question"), _("Now"), _("Want to be")]


def person_rows(results: Results) -> Iterator[list]:
    for person in results.people:
        for question, now, wanted in person.said:
            yield [person.name, str(question.level.label), question.text, now, wanted]
