"""A crawler of the site, which follows every link, every search and every file."""

import io
import re
import unicodedata
from collections import deque
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import openpyxl
import pypdf
from django.urls import URLPattern, URLResolver, get_resolver

HERE = "http://testserver"
CANARY = """<script>canary()</script>"'><img src=x onerror=canary()>"""
SENTINEL = re.compile(r"sentinel_([a-z]+_[a-z]+_[a-z]+)_", re.IGNORECASE)
ESCAPED = re.compile(r"SENTINEL_([a-z]+_[a-z]+_[a-z]+)_&lt;script&gt;canary")
RAW = ("<script>canary", "<img src=x onerror=canary")
BREAKS = re.compile(r"[\s\u00ad\u2010\u2060-]+")  # what layout puts into a word
NOT_FOLLOWED = ("/static/", "/account/logout/")
# Where somebody came from, in what order rows stand, whether they are counted: the same words.
MAKES_NO_DIFFERENCE = {"next", "o", "_facets", "_changelist_filters", "sort", "print"}
# Files of a part of a plan: the page is asked for each part, and each kind of file for the whole.
FILES_OF_PLANS = re.compile(r"/plans/[0-9]+/(pdf/|actions\.)")
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def words(of):
    """Text that somebody typed about `of`, such as `a_team_name`; a page must never run it."""
    return f"SENTINEL_{of}_{CANARY}"


def plain(of):
    """Text like that of `words`, for fields that take only letters and digits."""
    return f"sentinel_{of}_"


def sentinels_in(text):
    whole = BREAKS.sub("", unicodedata.normalize("NFKC", text))
    return {found.lower() for found in SENTINEL.findall(whole)}


def our_pages(resolver=None, namespace=""):
    """Every named address of our own pages: (name, pattern), without allauth and the admin."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver) and pattern.namespace != "admin":
            yield from our_pages(pattern, f"{pattern.namespace}:" if pattern.namespace else "")
        elif isinstance(pattern, URLPattern) and not is_allauths(pattern):
            yield f"{namespace}{pattern.name}", pattern.pattern


def is_allauths(pattern):
    return pattern.lookup_str.startswith("allauth.")


class PageReader(HTMLParser):
    """A parser that collects a page's links, the names of its fields, and markup that would run."""

    def __init__(self, page):
        super().__init__()
        self.addresses, self.names, self.dangers = [], set(), []
        self.search, self.in_script = None, False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = {name: value or "" for name, value in attrs}
        self.dangers += [f"{tag} {name}={attrs[name]}" for name in attrs if name[:2] == "on"]
        self.dangers += [value for value in attrs.values() if value.startswith("javascript:")]
        self.in_script = tag == "script"
        if tag == "a" and "href" in attrs:
            self.addresses.append(attrs["href"])
        elif tag == "form" and attrs.get("method", "get").lower() == "get":
            self.search = Search(attrs.get("action", ""))
        elif tag in ("input", "select", "textarea", "button") and attrs.get("name"):
            self.names.add(attrs["name"])
            if self.search:
                self.search.add(tag, **attrs)
        elif tag == "option" and self.search:
            self.search.offer(attrs.get("value", ""))

    def handle_data(self, data):
        if self.in_script and "canary" in data:
            self.dangers.append(data)

    def handle_endtag(self, tag):
        self.in_script = False
        if tag == "form" and self.search:
            self.addresses += self.search.addresses
            self.search = None


class Search:
    """A form that searches; its addresses ask for our sentinels and for each of its choices."""

    def __init__(self, action):
        self.action, self.kept, self.searched, self.choices = action, {}, {}, []

    def add(self, tag, *, name, type="text", value="", **_attrs):  # noqa: A002
        self.name = name
        if type == "hidden":
            self.kept[name] = value
        elif tag == "input" and type in ("text", "search"):
            self.searched[name] = "SENTINEL"

    def offer(self, value):
        self.choices.append((self.name, value))

    @property
    def addresses(self):
        queries = [self.searched, *({name: value} for name, value in self.choices)]
        return [f"{self.action}?{urlencode(self.kept | query)}" for query in queries]


@lru_cache(maxsize=4)  # that there is no such page is said in the same words many times
def reading(page):
    return PageReader(page)


def dangers_in(page):
    """The parts of typed words that a browser would take for markup, or run."""
    return [raw for raw in RAW if raw in page] + reading(page).dangers


@dataclass(frozen=True)
class Answer:
    """A response, with all of its text that anybody could read."""

    response: object

    @property
    def kind(self):
        return self.response.headers.get("Content-Type", "").partition(";")[0]

    @cached_property
    def page(self):
        return self.response.text if self.kind == "text/html" else ""

    @cached_property
    def everything(self):
        headers = [f"{name}: {value}" for name, value in self.response.headers.items()]
        return "\n".join([*headers, self.body])

    @property
    def body(self):
        if self.response.content.startswith(b"%PDF"):
            return "\n".join(text_of_pdf(self.response.content))
        if self.kind == SPREADSHEET:
            return "\n".join(text_of_workbook(self.response.content))
        return self.response.content.decode()


def text_of_pdf(content):
    document = pypdf.PdfReader(io.BytesIO(content))
    yield from (str(value) for value in (document.metadata or {}).values())
    yield from (page.extract_text() for page in document.pages)


def text_of_workbook(content):
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    yield f"{workbook.properties.title} {workbook.properties.creator}"
    for sheet in workbook:
        yield sheet.title
        yield from (str(value) for row in sheet.values for value in row)


@dataclass
class Walk:
    """Everything that one person met on pages that they found, or whose address they guessed."""

    client: object
    most: int = 3500
    read: set = field(default_factory=set)  # the sentinels that were in anything
    escaped: set = field(default_factory=set)  # those whose canary was shown as words
    dangers: list = field(default_factory=list)
    links: dict = field(default_factory=dict)  # what a page leads to, and one page that does
    statuses: dict = field(default_factory=dict)
    kinds: set = field(default_factory=set)

    def through(self, guessed):
        """Go to the guessed addresses, and on to every address to which a page leads."""
        waiting = deque(["/", *guessed])
        while waiting:
            address = waiting.popleft()
            if identity(address) in self.statuses:
                continue
            assert len(self.statuses) < self.most, f"No end of pages: {list(self.statuses)[::20]}"
            found = self.visit(address)
            waiting.extend(found)
            if self.statuses[identity(address)] < 400:
                self.links |= {identity(to): address for to in found}
        return self

    @property
    def pages(self):
        return [address for address, status in self.statuses.items() if status == 200]

    @property
    def broken(self):
        """Links that lead nowhere, each with a page that has it."""
        return [
            f"{page} leads to {to[0]}, and that is {self.statuses[to]}"
            for to, page in self.links.items()
            if self.statuses[to] >= 400
        ]

    def visit(self, address):
        """Read a page, and return the addresses to which it leads."""
        answer = Answer(self.client.get(address))
        self.statuses[identity(address)] = status = answer.response.status_code
        assert status < 500, address
        if status == 200:
            self.kinds.add(answer.kind)
        # What somebody asks for may be said back: the address is theirs.
        self.read |= sentinels_in(answer.everything) - sentinels_in(address)
        self.escaped |= set(ESCAPED.findall(answer.page))
        self.dangers += [f"{address}: {danger}" for danger in dangers_in(answer.page)]
        leads_to = [answer.response["Location"]] if 300 <= status < 400 else []
        leads_to += reading(answer.page).addresses
        return [to for to in (followed(address, to) for to in leads_to) if to]


def followed(page, to):
    """The address to which a link leads; empty if it leaves this site, or signs out."""
    whole = urlsplit(urljoin(HERE + page, to))
    if f"{whole.scheme}://{whole.netloc}" != HERE or whole.path.startswith(NOT_FOLLOWED):
        return ""
    return whole._replace(scheme="", netloc="", fragment="").geturl()


def identity(address):
    """The parts of an address that make it a page of its own."""
    parts = urlsplit(address)
    if FILES_OF_PLANS.match(parts.path):
        return parts.path, ()
    asked = [(k, v) for k, v in parse_qsl(parts.query) if k not in MAKES_NO_DIFFERENCE]
    return parts.path, tuple(asked)
