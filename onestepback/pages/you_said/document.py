"""The published page as PDF."""

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from actionplans.models import ActionPlan
from actionplans.you_said import public_page
from onestepback.publishing.downloads import Document, document_name
from onestepback.publishing.pdf import check_rows, render_pdf

PDF_KEPT = 60 * 60


def you_said_document(plan: ActionPlan, *, large: bool) -> Document:
    """The published page as PDF, cached for an hour, so that many readers cost no more than one."""
    page = public_page(plan)
    check_rows(len(page.telling.entries))
    language = get_language()
    key = f"telling-{plan.pk}-{page.published_at.timestamp()}-{language}-{large}"
    content = cache.get(key)
    if content is None:
        context = {
            "title": _("You said, we did"),
            "person": "",
            "made_at": timezone.localtime(),
            "page": page,
            "large_print": large,
        }
        content = render_pdf("you_said/pdf.html", context, language=language)
        cache.set(key, content, PDF_KEPT)
    day = timezone.localtime(page.published_at).date()
    return Document(
        content, document_name(_("You said, we did"), page.telling.whose, day, large=large)
    )
