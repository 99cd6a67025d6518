#!/bin/sh
# Makes what is in static/ from what is in this folder. Its results are kept in git, so that running
# and testing the product needs no Node. Run it with `make assets`.
set -eu
cd "$(dirname "$0")"
# fontTools and Pillow come with the product's own requirements, Playwright and Chromium with those of
# its tests.
python="${PYTHON:-../.venv/bin/python}"
[ -x "$python" ] || python=python3
static=../static
pdf_fonts=../onestepback/publishing/fonts

npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

mkdir -p "$static/css" "$static/js" "$static/fonts" "$static/img" "$static/nhsuk/images" "$pdf_fonts"
# --no-source-map: collecting static files stops at a map that is not there.
npx sass --pkg-importer=node --no-error-css --no-charset --no-source-map --style=compressed \
  app.scss "$static/css/app.css"
npx esbuild site.js --bundle --minify --format=esm --target=es2019 --legal-comments=none \
  --outfile="$static/js/site.js" --log-level=warning

atkinson=node_modules/@fontsource/atkinson-hyperlegible-next
for weight in 400 700; do
  for part in latin latin-ext; do
    cp "$atkinson/files/atkinson-hyperlegible-next-$part-$weight-normal.woff2" "$static/fonts/"
  done
done
cp "$atkinson/LICENSE" "$pdf_fonts/OFL.txt"

# Only the images that the stylesheet names: the package's other ones carry a mark that is not ours.
rm -f "$static"/nhsuk/images/*
grep -o 'nhsuk/images/[a-z0-9-]*\.svg' "$static/css/app.css" | sort -u | while read -r image; do
  cp "node_modules/nhsuk-frontend/dist/nhsuk/assets/images/$(basename "$image")" "$static/$image"
done
rmdir "$static/nhsuk/images" "$static/nhsuk" 2>/dev/null || true

"$python" fonts.py "$atkinson/files" "$pdf_fonts"
"$python" wordmark.py "$pdf_fonts/AtkinsonHyperlegibleNext-Bold.ttf" "$static/img"
"$python" marks.py marks ../onestepback/publishing/shapes
