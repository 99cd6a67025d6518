"""The marks of statuses as pixels, for documents: one picture that all rows of a table share.

WeasyPrint draws a shape anew wherever it stands, which takes a fourteenth of the time of a long
plan. At the size of its words a mark has some 600 dots an inch.
"""

import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

SIZE = 96
LOOK = f"<style>body {{ margin: 0 }} svg {{ display: block; width: {SIZE}px }}</style>"
COLOURS = 64
CHROMIUM = ["chromium-headless-shell", "chromium", "chromium-browser"]


def main(source, target):
    with sync_playwright() as playwright:
        chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": SIZE, "height": SIZE})
        for shape in sorted(Path(source).glob("*.svg")):
            picture = Path(target) / f"{shape.stem}.png"
            page.set_content(LOOK + shape.read_text())
            page.screenshot(path=picture, omit_background=True)
            with Image.open(picture) as image:
                fewer = image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
            fewer.save(picture, optimize=True)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
