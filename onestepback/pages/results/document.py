"""The results of a round as PDF."""

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from onestepback.pages.results.reading import Results
from onestepback.publishing.downloads import Document, document_name
from onestepback.publishing.pdf import render_pdf
from reflections.who_sees_what import who_sees_what


def results_document(results: Results, *, large: bool = False) -> Document:
    """The results of a round as PDF, to put on a wall or to take to a meeting."""
    round_ = results.round
    context = {
        "title": _("Results: %(title)s") % {"title": round_.title},
        "person": str(round_.group),
        "made_at": timezone.localtime(timezone=round_.zone),
        "results": results,
        "round": round_,
        "large_print": large,
        "promises": who_sees_what(round_),
    }
    content = render_pdf("results/pdf.html", context, language=get_language())
    return Document(
        content, document_name(_("Results"), round_.group, round_.closes_on, large=large)
    )
