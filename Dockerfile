# One image for every part: the web server, `manage.py tick` and `manage.py prepare`.
FROM python:3.13-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /app

# What changes least comes first: system libraries, then Python packages, then the product.
COPY requirements/debian.txt requirements/
RUN apt-get update \
    && grep -v '^#' requirements/debian.txt \
    | DEBIAN_FRONTEND=noninteractive xargs apt-get install -y --no-install-recommends \
    && rm -rf /var/lib/apt/lists/*

COPY requirements/base.txt requirements/
RUN pip install --require-hashes -r requirements/base.txt

# A home, because Fontconfig keeps what it learns of the fonts there.
RUN useradd --create-home --uid 1000 onestepback \
    && install -d -o onestepback -g onestepback var
COPY . .

# Collecting static files wants settings, and none of these is used again.
RUN DEBUG=false SECRET_KEY=only-while-building ALLOWED_HOSTS=localhost MAIL_URL=smtp://localhost \
    python manage.py collectstatic --noinput -v 0

USER onestepback

# Never a place for development, whichever of its commands runs.
ENV DEBUG=false

# The SQLite database, where that is used. With PostgreSQL nothing is kept here.
VOLUME /app/var
EXPOSE 8000

# Django answers only to its own names, so the question is asked by the first of them.
HEALTHCHECK --interval=30s --timeout=6s --start-period=30s --start-interval=2s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as ask; name = os.environ['ALLOWED_HOSTS'].split(',')[0].strip().lstrip('.').replace('*', 'localhost'); port = os.environ.get('PORT', '8000'); ask.urlopen(ask.Request(f'http://127.0.0.1:{port}/healthz', headers={'Host': name}), timeout=5)"]

CMD ["gunicorn", "--bind", "0.0.0.0:8000", "onestepback.wsgi"]
