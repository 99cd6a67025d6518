"""Form fields that keep what people type as they typed it: words, dates, rows, time zones."""

import datetime
import re
import unicodedata
import zoneinfo
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.translation import gettext_lazy as _

# Unicode's control and format characters, among them those that change the direction of a text. The
# two joiners stay: names in Persian or Hindi are spelt with them.
HIDDEN, JOINERS = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}, "\u200c\u200d"


class DayMonthYearInput(forms.MultiWidget):
    template_name = "nhsuk/widgets/date.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__([forms.TextInput(), forms.TextInput(), forms.TextInput()], attrs)

    def decompress(self, value: str | datetime.date | None) -> list[str]:
        if isinstance(value, str):
            value = datetime.date.fromisoformat(value)
        return [str(value.day), str(value.month), str(value.year)] if value else ["", "", ""]


class DayMonthYearField(forms.MultiValueField):
    """A date in three boxes: 27 3 2027, 27 March 2027 or 27th Mar 2027."""

    widget = DayMonthYearInput
    default_error_messages = {
        "required": _("Enter the date by when, for example 27 3 2027"),
        "incomplete": _("Enter a day, a month and a year, for example 27 3 2027"),
        "not_a_day": _("The day must be a number, for example 27"),
        "not_a_month": _("The month must be a number or a name, for example 3 or March"),
        "not_a_year": _("The year must have 4 figures, for example 2027"),
        "no_such_date": _("That date does not exist: check the day and the month"),
    }

    def __init__(self, **kwargs: Any):
        parts = [forms.CharField(required=False) for _part in range(3)]
        super().__init__(parts, require_all_fields=False, **kwargs)

    def clean(self, value: Any) -> datetime.date | None:
        # Spaces in an otherwise empty box are not an answer.
        if isinstance(value, list | tuple):
            value = [(part or "").strip() for part in value]
        day: datetime.date | None = super().clean(value)
        return day

    def compress(self, data_list: list[str]) -> datetime.date | None:
        if not any(data_list):
            return None
        if not all(data_list):
            raise self._error("incomplete")
        day, month, year = data_list
        if not (day_number := re.fullmatch(r"([0-9]{1,2})(st|nd|rd|th)?", day, re.IGNORECASE)):
            raise self._error("not_a_day")
        if not re.fullmatch(r"[0-9]{4}", year):
            raise self._error("not_a_year")
        try:
            return datetime.date(int(year), self._month(month), int(day_number[1]))
        except ValueError as error:
            raise self._error("no_such_date") from error

    def _month(self, typed: str) -> int:
        if re.fullmatch(r"[0-9]{1,2}", typed):
            return int(typed)
        name = typed.casefold().rstrip(".")
        for number in range(1, 13):
            short, whole = str(MONTHS_3[number]).casefold(), str(MONTHS[number]).casefold()
            # Any beginning of at least three letters: “sept” is September.
            if name == short or (len(name) >= len(short) and whole.startswith(name)):
                return number
        raise self._error("not_a_month")

    def _error(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)


class WordsField(forms.CharField):
    """A text as it was typed, with one kind of line end. One that is too long is never cut."""

    default_error_messages = {
        "max_length": _(
            "Shorten this to %(limit)s characters or fewer. You have typed %(show_value)d"
        ),
        "null_characters_not_allowed": _(
            "Take out the hidden character that came with what you pasted"
        ),
    }

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        # Django's own message writes the limit as 10000, without a comma.
        others = [v for v in self.validators if not isinstance(v, MaxLengthValidator)]
        self.validators = [*others, self.check_length]

    def check_length(self, value: str) -> None:
        if self.max_length is not None and len(value) > self.max_length:
            counts = {"limit": f"{self.max_length:,}", "show_value": len(value)}
            raise ValidationError(self.error_messages["max_length"], "too_long", counts)

    def to_python(self, value: str | None) -> str | None:
        value = super().to_python(value)
        return one_line_end(value).strip() if value else value


class NameField(WordsField):
    """A name on one line, without invisible characters."""

    def to_python(self, value: str | None) -> str | None:
        value = super().to_python(value)
        return " ".join(without_hidden(value).split()) if value else value


def without_hidden(text: str) -> str:
    """The text with a space in place of every invisible character."""
    return "".join(
        " " if unicodedata.category(each) in HIDDEN and each not in JOINERS else each
        for each in text
    )


class RowField(forms.ModelChoiceField):
    """A row by its primary key. A key that no database could hold is an invalid choice."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError as error:
            raise ValidationError(
                self.error_messages["invalid_choice"], "invalid_choice"
            ) from error


class RowsField(RowField, forms.ModelMultipleChoiceField):
    """Rows by their primary keys, with the same care for keys that no database could hold."""


class ZoneField(forms.ChoiceField):
    """A time zone by its name, such as Europe/London."""

    def __init__(self, **kwargs: Any):
        super().__init__(choices=zone_choices, label=_("Time zone"), **kwargs)


def zone_choices() -> list[tuple[str, str]]:
    return [(zone, zone) for zone in sorted(zoneinfo.available_timezones())]


def one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
