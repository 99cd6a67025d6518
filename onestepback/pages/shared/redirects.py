"""Safe redirects: people go back to where they came from, if that is on this site."""

from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme


def next_page(request, *, otherwise):
    """The address in `next`, if it is a path of this site; else `otherwise`."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return otherwise


def named_link(thing):
    """A link with the name of a thing to its page, for use in a sentence."""
    return format_html('<a href="{}">{}</a>', thing.get_absolute_url(), thing)
