"""Words sent by somebody who is signed out, or from a stale page: handed back, not lost.

A page says of itself that it takes words, with `@keeps_words` and the forms it takes them in. What
says nothing is never shown again: pages about signing in hold passwords and codes.
"""

from urllib.parse import urlsplit

from django import forms
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers


def keeps_words(*form_classes, named=None):
    """Mark a view that takes words: in the text fields of its forms, or in fields so `named`.

    All that was sent is sent again, but people are shown only what they wrote. A mark on the view,
    as `login_not_required` makes one, so it may stand above or below any other decorator.
    """
    texts = {name for form_class in form_classes for name in text_fields_of(form_class)}

    def mark(view):
        view.takes_words_in = named or texts.__contains__
        return view

    return mark


def text_fields_of(form_class):
    """The names of the fields of a form in which people write."""
    return [
        name
        for name, field in form_class.base_fields.items()
        if isinstance(field.widget, forms.TextInput | forms.Textarea)
    ]


def takes_words_in(request):
    """The test by name that the asked view was marked with; None if it takes no words."""
    return getattr(request.resolver_match.func, "takes_words_in", None)


def wants_json(request):
    """Whether this comes from a page's script, which reads JSON, and not from its form."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def comes_from_us(request):
    """Whether a POST was sent by a page of this site, so that its words may be shown again."""
    sender = request.headers.get("Origin") or request.headers.get("Referer") or ""
    try:
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(sender))
    except ValueError:
        return False
    return origin == f"{request.scheme}://{request.get_host()}"


def may_be_kept(request):
    """Whether what was sent can be shown again: people's own words, sent by a page of ours."""
    return request.method == "POST" and takes_words_in(request) and comes_from_us(request)


def keep_words(request, *, status, finished=None):
    """Answer with a page that holds what was sent, to send it again after signing in.

    If its reflection is `finished` meanwhile, nothing can be sent again, only copied.
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
