"""The configuration of gunicorn: its processes share what was loaded before they were forked."""

import gc
import os

# Only this machine reaches it: a proxy that holds back slow senders stands in front.
bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
worker_class = "gthread"
preload_app = True  # WeasyPrint and the pages' templates are in memory once
max_requests = 5000
max_requests_jitter = 500
timeout = 30
graceful_timeout = 20
accesslog = None


def when_ready(_server):
    """Keep what is loaded out of garbage collection, so that its memory stays shared."""
    gc.collect()
    gc.freeze()
