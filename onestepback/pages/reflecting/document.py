"""A finished reflection as PDF."""

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from onestepback.publishing.downloads import Document, document_name
from onestepback.publishing.pdf import render_pdf
from organisations.models import User
from reflections.answered import participation_records
from reflections.models import Participation


def participation_document(
    participation: Participation, *, reader: User, large: bool = False
) -> Document:
    finished_on = timezone.localdate(participation.finished_at)
    context = {
        "title": _("My reflection"),
        "person": str(reader),
        "made_at": timezone.localtime(),
        "finished_on": finished_on,
        "perspective_label": participation.get_perspective_display(),
        "levels": participation_records(participation),
        "large_print": large,
    }
    content = render_pdf("reflecting/pdf.html", context, language=get_language())
    return Document(content, document_name(_("Reflection"), reader.name, finished_on, large=large))
