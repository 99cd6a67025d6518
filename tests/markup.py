"""A reader of pages that finds the fields of their forms with their values, as a browser does."""

from html.parser import HTMLParser


class FormReader(HTMLParser):
    """A parser that collects the fields that a browser would send with the form's button."""

    def __init__(self):
        super().__init__()
        self.fields = {}
        self.textarea = None
        self.in_template = False

    def handle_starttag(self, tag, attrs):
        self.in_template |= tag == "template"
        if self.in_template:
            return
        attrs = {name: value or "" for name, value in attrs}
        name = attrs.get("name")
        if tag == "textarea" and name:
            self.textarea, self.fields[name] = name, ""
        if tag != "input" or not name:
            return
        if attrs.get("type") not in ("radio", "checkbox") or "checked" in attrs:
            self.fields[name] = attrs.get("value", "")

    def handle_data(self, data):
        if self.textarea:
            self.fields[self.textarea] += data

    def handle_endtag(self, tag):
        self.in_template &= tag != "template"
        if tag == "textarea" and self.textarea:
            # A browser drops the line break that opens a textarea.
            self.fields[self.textarea] = self.fields[self.textarea].removeprefix("\n")
            self.textarea = None


def fields_of(response):
    """The fields of a page's forms as they would be sent."""
    reader = FormReader()
    reader.feed(response.text)
    return reader.fields
