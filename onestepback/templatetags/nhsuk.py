"""Filters for the form templates. They never change the widget, which all requests share."""

from django import forms, template
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def error_target(bf):
    """The id of the control that a link in the error summary puts the focus on."""
    id_ = bf.field.widget.attrs.get("id") or bf.auto_id
    return f"{id_}_0" if bf.use_fieldset else id_


@register.filter
def sentences(bf):
    """A field's errors, in which Django's sentence for an empty field says what to do instead."""
    stock = forms.Field.default_error_messages["required"]
    chosen = isinstance(bf.field.widget, forms.Select | forms.RadioSelect)
    empty = _("Choose an answer for “%(label)s”") if chosen else _("Fill in “%(label)s”")
    return [empty % {"label": bf.label} if error == stock else error for error in bf.errors]


@register.filter
def label_size(bf):
    """The size of a label: the field's own `label_size`, s, m, l or xl, or else m."""
    return getattr(bf.field, "label_size", "m")


@register.filter
def character_limit(bf):
    """The most characters of a large text box. A script counts them, and the browser cuts none."""
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
    attrs: dict[str, str | bool] = {"maxlength": False, "placeholder": False}
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
    return plain_select(bf, attrs) if type(widget) is forms.Select else bf.as_widget(attrs=attrs)


def plain_select(bf, attrs):
    """The same as Django's templates make, which render two more for each option."""
    attrs = bf.build_widget_attrs(attrs)
    attrs.setdefault("id", bf.field.widget.attrs.get("id", bf.auto_id))
    box = bf.field.widget.get_context(bf.html_name, bf.value(), attrs)["widget"]
    if any(group_name for group_name, _options, _index in box["optgroups"]):
        return bf.as_widget(attrs=attrs)
    options = "".join(
        f'\n  <option value="{escape(option["value"])}"{attributes(option["attrs"])}>'
        f"{conditional_escape(option['label'])}</option>"
        for _group_name, options, _index in box["optgroups"]
        for option in options
    )
    name = escape(box["name"])
    return SafeString(f'<select name="{name}"{attributes(box["attrs"])}>{options}\n</select>')


def attributes(attrs):
    """HTML attributes in their order; True needs no value, and False is none."""
    return "".join(
        f" {name}" if value is True else f' {name}="{escape(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


@register.filter
def own_classes(css_class):
    """A button's classes without those that crispy-forms adds for another design system."""
    added = {"btn", "btn-primary", "btn-inverse", "button", "submit", "reset"}
    return " ".join(name for name in (css_class or "").split() if name not in added)


# A link of the menu leads to pages whose addresses begin in another way, too.
ELSEWHERE = {
    "/reflections/": ("/rounds/",),
    "/plan/": ("/plans/", "/actions/"),
    "/organisations/": ("/teams/", "/systems/", "/invitations/"),
}


@register.filter
def current(request, url):
    """The attribute that marks the link to the reader's page, or to a page above it."""
    if not request or not url or not request.path.startswith((url, *ELSEWHERE.get(url, ()))):
        return ""
    return format_html(' aria-current="{}"', "page" if request.path == url else "true")
