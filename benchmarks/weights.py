"""Weighs pages: their compressed bytes, and those of all files that a first visit loads."""

import http.client
import re
from contextlib import closing

from benchmarks.load import Unmeasured
from tests.faults.servers import CSRF

STATIC = re.compile(r'(?:href|src)="(/static/[^"]+)"')
FONT = re.compile(r"url\(\"?([^\")]+latin-(?:400|700)[^\")]+\.woff2)")
PAGE = 5000
FIRST_VIEW = 60_000
NEXT_PAGE = 6000


def weigh(report, server, pages):
    start = body_of(server, "/")
    linked = STATIC.findall(body_of(server, "/", encoding="identity").decode())
    files = {
        path: len(body_of(server, path, encoding="br, gzip")) for path in dict.fromkeys(linked)
    }
    css = next(path for path in files if path.endswith(".css"))
    for name in FONT.findall(body_of(server, css, encoding="identity").decode()):
        path = "/static/fonts/" + name.rpartition("/")[2]
        files[path] = len(body_of(server, path, encoding="br, gzip"))
    weights = {
        kind: sum(size for path, size in files.items() if path.endswith(endings))
        for kind, endings in {
            "style": (".css",),
            "script": (".js",),
            "fonts": (".woff2",),
            "images": (".svg", ".png", ".ico"),
        }.items()
    }
    for name, (path, reader) in {"start": ("/", None), **pages}.items():
        report.line("B1", f"{name} page, compressed", len(body_of(server, path, reader)), most=PAGE)
    for kind, size in weights.items():
        report.line("B1", f"{kind}, compressed", size)
    first_view = len(start) + weights["style"] + weights["script"] + weights["fonts"]
    report.line("B1", "first view with style, script and fonts", first_view, most=FIRST_VIEW)
    report.line("B1", "… and with images", first_view + weights["images"])
    path, reader = pages["level"]
    html = body_of(server, path, reader, encoding="identity").decode()
    new = [link for link in dict.fromkeys(STATIC.findall(html)) if link not in files]
    size = len(body_of(server, path, reader))
    size += sum(len(body_of(server, link, encoding="br, gzip")) for link in new)
    report.line("B1", f"next page (a level), new files: {len(new)}", size, most=NEXT_PAGE)


def body_of(server, path, person=None, encoding="gzip"):
    """The compressed bytes of the answer for one address."""
    cookie = f"csrftoken={CSRF}" + (f"; sessionid={person['session']}" if person else "")
    headers = {"Cookie": cookie, "Accept-Encoding": encoding}
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, 30)) as connection:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        body = response.read()
    if response.status != 200:
        raise Unmeasured(f"{path}: {response.status}")
    return body
