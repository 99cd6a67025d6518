"""The wordmark and the icons: a person on a stair, one step back from the top.

The words are drawn as paths, so that they look the same before and without the typeface.
"""

import sys
from pathlib import Path

from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw

PLUM, TEAL, PAPER, AMBER = "#6a1b4d", "#0b5563", "#fdf9f4", "#ffc24d"

# On a grid of 64: left, top, width, height of each stair.
STAIRS = [(4, 47, 17, 13), (23.5, 36, 17, 24), (43, 25, 17, 35)]
ROUNDING = 3
HEAD = (32, 11, 7)
# The body ends where its stair begins.
BODY = (21.5, 20, 42.5, 36)


def mark(stairs, person):
    left, top, right, bottom = BODY
    radius = (right - left) / 2
    parts = [
        f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{ROUNDING}" fill="{stairs}"/>'
        for x, y, w, h in STAIRS
    ]
    parts.append(f'<circle cx="{HEAD[0]}" cy="{HEAD[1]}" r="{HEAD[2]}" fill="{person}"/>')
    parts.append(
        f'<path d="M{left} {bottom - 2}V{top + radius}a{radius} {radius} 0 0 1 {2 * radius} 0'
        f'V{bottom - 2}z" fill="{person}"/>'
    )
    return "".join(parts)


def words(font, text, *, height, left, baseline):
    """The text's outline, with capitals of that height."""
    glyphs, cmap = font.getGlyphSet(), font.getBestCmap()
    bounds = BoundsPen(glyphs)
    glyphs[cmap[ord("O")]].draw(bounds)
    scale = height / bounds.bounds[3]
    pen = SVGPathPen(glyphs, ntos=lambda number: f"{number:.1f}".rstrip("0").rstrip("."))
    x = left
    for character in text:
        name = cmap[ord(character)]
        glyphs[name].draw(TransformPen(pen, (scale, 0, 0, -scale, x, baseline)))
        x += glyphs[name].width * scale
    return pen.getCommands(), x


def wordmark(font):
    path, right = words(font, "One Step Back", height=32, left=76, baseline=50)
    width = round(right + 2)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="64" '
        f'viewBox="0 0 {width} 64">{mark(TEAL, PLUM)}<path d="{path}" fill="{PLUM}"/></svg>\n'
    )


def favicon():
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        f'<rect width="64" height="64" rx="14" fill="{PLUM}"/>'
        f'<g transform="translate(7 6.5) scale(.78)">{mark(PAPER, AMBER)}</g></svg>\n'
    )


def picture(size, *, corners):
    """The icon as pixels, drawn eight times too large for smooth edges."""
    big = size * 8
    unit = big / 64
    image = Image.new("RGBA", (big, big))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, big - 1, big - 1), radius=corners * unit, fill=PLUM)

    def at(*values):
        return tuple((value * 0.78 + (7, 6.5)[i % 2]) * unit for i, value in enumerate(values))

    for x, y, w, h in STAIRS:
        draw.rounded_rectangle(at(x, y, x + w, y + h), radius=ROUNDING * 0.78 * unit, fill=PAPER)
    x, y, r = HEAD
    draw.ellipse(at(x - r, y - r, x + r, y + r), fill=AMBER)
    left, top, right, bottom = BODY
    radius = (right - left) / 2
    draw.pieslice(at(left, top, right, top + 2 * radius), 180, 360, fill=AMBER)
    draw.rectangle(at(left, top + radius, right, bottom - 2), fill=AMBER)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def main(font_file, target):
    target = Path(target)
    (target / "wordmark.svg").write_text(wordmark(TTFont(font_file)))
    (target / "favicon.svg").write_text(favicon())
    picture(48, corners=14).save(target / "favicon.ico", sizes=[(16, 16), (32, 32), (48, 48)])
    picture(180, corners=0).convert("RGB").save(target / "apple-touch-icon.png", optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
