"""What the form templates ask of a field, without changing the widget that all requests share."""

from django import forms, template
from django.utils.html import format_html
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def error_target(bf):
    """The id of the control that a link in the error summary puts the focus on."""
    id_ = bf.field.widget.attrs.get("id") or bf.auto_id
    return f"{id_}_0" if bf.use_fieldset else id_


@register.filter
def sentences(bf):
    """A field's errors; Django's own words for an empty field become ones that say what to do."""
    stock = forms.Field.default_error_messages["required"]
    chosen = isinstance(bf.field.widget, forms.Select | forms.RadioSelect)
    empty = _("Choose an answer for “%(label)s”") if chosen else _("Fill in “%(label)s”")
    return [empty % {"label": bf.label} if error == stock else error for error in bf.errors]


@register.filter
def label_size(bf):
    """How large a field's label is: its own `label_size`, s, m, l or xl, or else m."""
    return getattr(bf.field, "label_size", "m")


@register.filter
def character_limit(bf):
    """How much fits in a large text box: said and counted, never cut off by the browser."""
    if not isinstance(bf.field.widget, forms.Textarea):
        return None
    return bf.field.widget.attrs.get("maxlength")


@register.filter
def thousands(number):
    """A large number as people read it, such as 10,000."""
    return f"{int(number):,}"


@register.filter
def control(bf):
    """The widget with the design system's classes, described by its hint, error and limit."""
    widget = bf.field.widget
    kind = getattr(widget, "input_type", None)
    base = {
        "select": "nhsuk-select",
        "checkbox": "nhsuk-checkboxes__input",
        "file": "nhsuk-file-upload__input",
        None: "nhsuk-textarea",
    }.get(kind, "nhsuk-input")
    classes = [base, widget.attrs.get("class", "")]
    if bf.errors and kind != "checkbox":
        classes.append(f"{base}--error")
    # A placeholder vanishes when people type, and maxlength would cut what they paste.
    attrs = {"maxlength": False, "placeholder": False}
    if kind == "password":
        classes.append("nhsuk-password-input__input nhsuk-js-password-input-input")
        attrs |= {"spellcheck": "false", "autocapitalize": "none"}
    if widget.attrs.get("autocomplete") == "one-time-code":
        classes.append("nhsuk-input--width-10")
    if character_limit(bf):
        classes.append("nhsuk-js-character-count")
        described_by = widget.attrs.get("aria-describedby") or bf.aria_describedby
        attrs["aria-describedby"] = f"{described_by or ''} {bf.id_for_label}-info".strip()
    attrs["class"] = " ".join(name for name in classes if name)
    return bf.as_widget(attrs=attrs)


@register.filter
def own_classes(css_class):
    """A button's classes without those that crispy-forms adds for another design system."""
    added = {"btn", "btn-primary", "btn-inverse", "button", "submit", "reset"}
    return " ".join(name for name in (css_class or "").split() if name not in added)


# Pages below other addresses than that of the link which leads to them.
ELSEWHERE = {
    "/reflections/": ("/rounds/",),
    "/plan/": ("/plans/", "/actions/"),
    "/organisations/": ("/teams/", "/systems/", "/invitations/"),
}


@register.filter
def current(request, url):
    """Marks the link to where the reader is."""
    if not request or not url or not request.path.startswith((url, *ELSEWHERE.get(url, ()))):
        return ""
    return format_html(' aria-current="{}"', "page" if request.path == url else "true")


CHOICES = (
    *("was-", "rating-", "target-", "has_barrier-", "go", "asked", "save"),
    *("who", "status", "version", "made_with", "perspective", "next"),
)


@register.filter
def typed_words(held):
    """What somebody typed, of the (name, value) pairs of a form that could not be saved.

    Choices and buttons are sent again too, but their values are no words to show.
    """
    return [value for name, value in held if value.strip() and not name.startswith(CHOICES)]
