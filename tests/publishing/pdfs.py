"""Readers of a PDF, with which tests say what a person would find in it."""

from io import BytesIO

import pikepdf
import pypdf


def words(content: bytes) -> str:
    """All text of a PDF, with line breaks as single spaces."""
    pages = pypdf.PdfReader(BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages]


def bookmarks(content: bytes) -> list[str]:
    def titles(items):
        for item in items:
            if isinstance(item, list):
                yield from titles(item)
            else:
                yield item.title

    return list(titles(pypdf.PdfReader(BytesIO(content)).outline))


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(content))


def dictionaries(document: pikepdf.Pdf, key: str, value: str) -> list[pikepdf.Dictionary]:
    """The PDF's objects with this entry, such as /S /TH. They live while the document is open."""
    return [
        item
        for item in document.objects
        if isinstance(item, pikepdf.Dictionary) and item.get(key) == value
    ]


def scopes(content: bytes) -> list[str]:
    with opened(content) as document:
        return [str(cell.A.get("/Scope")) for cell in dictionaries(document, "/S", "/TH")]


def alternatives(content: bytes) -> list[str]:
    with opened(content) as document:
        figures = dictionaries(document, "/S", "/Figure")
        return [str(figure.get("/Alt", "")) for figure in figures]


def link_flags(content: bytes) -> list[int]:
    with opened(content) as document:
        return [int(link.get("/F", 0)) for link in dictionaries(document, "/Subtype", "/Link")]


def fonts(content: bytes) -> dict[str, bool]:
    """The fonts of a PDF, by name, and whether each is embedded."""
    with opened(content) as document:
        return {
            str(font.FontName).partition("+")[2]: "/FontFile2" in font or "/FontFile3" in font
            for font in dictionaries(document, "/Type", "/FontDescriptor")
        }


def in_reading_order(content: bytes, tags: set[str]) -> list[str]:
    """The tags of the PDF's structure elements as they are read out, if they are among `tags`."""

    def walk(element):
        if not isinstance(element, pikepdf.Dictionary):
            return
        if element.get("/S") in tags:
            yield str(element.S)
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            yield from walk(kid)

    with opened(content) as document:
        return list(walk(document.Root.StructTreeRoot.K[0]))
