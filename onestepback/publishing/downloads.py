"""Files for download: each has a safe name, and no proxy on the way may store a copy."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _


def file_response(
    content: bytes, *, filename: str, extension: str, content_type: str
) -> HttpResponse:
    """A file to download, which no browser or proxy may store. `filename` may be people's words."""
    words = re.sub(r"[^\w]+", "-", filename.removesuffix(f".{extension}"))[:100].strip("-")
    plain = f"{slugify(words) or 'document'}.{extension}"
    disposition = content_disposition_header(True, plain)
    if words and not words.isascii():
        # Django sends one name or the other; old software reads only the first.
        disposition = f"{disposition}; filename*=utf-8''{quote(words)}.{extension}"
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": disposition,
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


@dataclass(frozen=True)
class Document:
    """A finished file and what to call it."""

    content: bytes
    filename: str


def document_name(what: str, whose: object, day: date, *, large: bool = False) -> str:
    """A file name for people: the kind of file, its owner, its day, and “in large print” if so."""
    parts = [what, str(whose), f"{day:%Y-%m-%d}", _("in large print") if large else ""]
    return " ".join(filter(None, parts))
