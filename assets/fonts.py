"""The typeface for PDFs: one TrueType file a weight, from the two halves that web pages load.

WeasyPrint reads TrueType faster than woff2, and a name with an accent must keep its face.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

NAMES = {400: "Regular", 700: "Bold"}
FAMILY = "Atkinson Hyperlegible Next"


def merged(weight, halves):
    with TemporaryDirectory() as folder:
        files = []
        for number, half in enumerate(halves):
            font = TTFont(half)
            font.flavor = None
            files.append(Path(folder) / f"{number}.ttf")
            font.save(files[-1])
        font = Merger().merge([str(file) for file in files])
    style = NAMES[weight]
    for name_id, text in (
        (1, FAMILY),
        (2, style),
        (4, f"{FAMILY} {style}"),
        (6, f"{FAMILY.replace(' ', '')}-{style}"),
    ):
        font["name"].setName(text, name_id, 3, 1, 0x409)
    # The same input gives the same file, so that a rebuild changes nothing in git.
    font.recalcTimestamp = False
    font["head"].modified = font["head"].created
    return font


def main(source, target):
    for weight, style in NAMES.items():
        halves = [
            Path(source) / f"atkinson-hyperlegible-next-{part}-{weight}-normal.woff2"
            for part in ("latin", "latin-ext")
        ]
        merged(weight, halves).save(
            Path(target) / f"{FAMILY.replace(' ', '')}-{style}.ttf", reorderTables=True
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
