"""Unsaved words, sent by somebody signed out or from a stale page, are shown and not lost.

A view marks itself with `@keeps_words` and the forms in which it takes words. A view without the
mark never shows again what was sent: pages about signing in hold passwords and codes.
"""

from urllib.parse import urlsplit

from django import forms
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers


def keeps_words(*form_classes, named=None):
    """Mark a view that takes words: in text fields of its forms, or in fields that `named` accepts.

    The page can send everything again, but shows people only the words that they wrote. The mark is
    an attribute of the view, like that of `login_not_required`, so this decorator may stand above
    or below any other.
    """
    texts = {name for form_class in form_classes for name in text_fields_of(form_class)}

    def mark(view):
        view.takes_words_in = named or texts.__contains__
        return view

    return mark


def text_fields_of(form_class):
    """The names of the form's fields in which people write."""
    return [
        name
        for name, field in form_class.base_fields.items()
        if isinstance(field.widget, forms.TextInput | forms.Textarea)
    ]


def takes_words_in(request):
    """The function that says of a field's name if it takes words; None if the view has no mark."""
    return getattr(request.resolver_match.func, "takes_words_in", None)


def wants_json(request):
    """True if the request comes from a page's script, which reads JSON, and not from its form."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def comes_from_us(request):
    """True if a page of this site sent the POST, so that its words may be shown again."""
    sender = request.headers.get("Origin") or request.headers.get("Referer") or ""
    try:
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(sender))
    except ValueError:
        return False
    return origin == f"{request.scheme}://{request.get_host()}"


def may_be_kept(request):
    """True if the words can be shown again: the view takes words, and our own page sent them."""
    return request.method == "POST" and takes_words_in(request) and comes_from_us(request)


def keep_words(request, *, status, finished=None):
    """Answer with a page that holds what was sent, so that it can be sent again after signing in.

    If the reflection was `finished` meanwhile, nothing can be sent again, only copied.
    """
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    is_text = takes_words_in(request)
    words = [value for name, value in sent if value.strip() and is_text(name)]
    context = {"sent": sent, "words": words, "finished": finished}
    response = render(request, "shared/unsaved_words.html", context, status=status)
    add_never_cache_headers(response)
    return response
