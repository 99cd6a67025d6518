"""The level page as Django's own forms make it."""

from django import forms

SCALE = [
    ("1", "Not yet"),
    ("2", "A little"),
    ("3", "Partly"),
    ("4", "Mostly"),
    ("5", "Fully"),
    ("0", "I don’t know, or it does not apply"),
]
YES_OR_NO = [("yes", "Yes"), ("no", "No")]


class LevelForm(forms.Form):
    """Every field of a level with its value, and the hidden value that its editor saw."""

    def __init__(self, rows, barriers, **kwargs):
        super().__init__(**kwargs)
        for row in rows:
            question, rating, comment = row["question"], row["rating"], row["comment"]
            if question.is_scale:
                self.add_choice(f"rating-{question.key}", question, SCALE, rating)
                self.add_words(f"comment-{question.key}", "Your comment (optional)", comment)
            else:
                self.add_choice(f"has_barrier-{question.key}", question, YES_OR_NO, rating)
        for number, (key, text) in enumerate(barriers, start=1):
            self.add_words(f"barrier-{key}", f"Barrier {number}", text)

    def add_choice(self, name, question, choices, value):
        self.fields[name] = forms.ChoiceField(
            label=question.text,
            help_text=question.hint,
            choices=choices,
            widget=forms.RadioSelect(attrs={"class": "nhsuk-radios__input"}),
            initial=value,
            required=False,
        )
        self.add_was(name, value)

    def add_words(self, name, label, value):
        attrs = {"rows": "3", "class": "nhsuk-textarea nhsuk-js-character-count"}
        self.fields[name] = forms.CharField(
            label=label,
            help_text="You can type up to 10,000 characters",
            widget=forms.Textarea(attrs=attrs),
            initial=value,
            required=False,
        )
        self.add_was(name, value)

    def add_was(self, name, value):
        self.fields[f"was-{name}"] = forms.CharField(
            widget=forms.HiddenInput, initial=value, required=False
        )
