"""Where somebody goes on to after a page: back where they came from, if that is on this site."""

from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme


def next_page(request, *, otherwise):
    """The address in `next`, if it is a path of this site; else `otherwise`."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return otherwise


def named_link(thing):
    """A link to the page of something, by its name: for a sentence that tells of it."""
    return format_html('<a href="{}">{}</a>', thing.get_absolute_url(), thing)
