"""The checks that stop a server from starting, and the headers that it sends with every page."""

from pathlib import Path

import pytest

from tests.faults.cast import PASSWORD
from tests.faults.servers import (
    NOTHING_LISTENS,
    Browser,
    own_database,
    production,
    run,
    running,
)

STRICT = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


# --- Refusing to start ------------------------------------------------------------------------


def last_line(done):
    return done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SECRET_KEY", None),
        ("ALLOWED_HOSTS", None),
        ("MAIL_URL", None),
        ("MAIL_URL", "mail.example.org"),
        ("MAIL_URL", "http://mail.example.org"),
        ("MAIL_URL", "smtp://mail.example.org:port"),
        ("DATABASE_URL", "here"),
        ("DATABASE_URL", "oracle-of-delphi://somewhere/data"),
        ("HTTPS", "perhaps"),
        ("TRUSTED_PROXY_COUNT", "one"),
        ("PORT", "eighty"),
    ],
)
def test_whoever_sets_a_server_up_is_told_which_variable_is_wrong(variable, value):  # W3
    env = production("sqlite:///:memory:", DEBUG="false")
    env.pop(variable, None)
    if value is not None:
        env[variable] = value

    done = run("manage.py", "check", env=env)

    assert done.returncode != 0
    assert last_line(done).startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert variable in last_line(done)
    assert "README" in last_line(done)


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("init_command", "PRAGMA journal_mode = DELETE", "SQLite's journal_mode is delete"),
        (
            "init_command",
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL",
            "SQLite's synchronous is 1, and must be 2.",
        ),
        ("transaction_mode", "DEFERRED", "SQLite must begin transactions IMMEDIATE"),
        ("timeout", 1, "SQLite must begin transactions IMMEDIATE and wait 5 seconds."),
    ],
)
def test_a_server_refuses_a_database_that_could_lose_words(tmp_path, option, value, sentence):  # W3
    (tmp_path / "weak_settings.py").write_text(
        "from onestepback.settings import *\n"
        f'DATABASES["default"]["OPTIONS"]["{option}"] = {value!r}\n'
    )
    weak = {"DJANGO_SETTINGS_MODULE": "weak_settings", "PYTHONPATH": str(tmp_path)}

    done = run(
        "-c", "import onestepback.wsgi", env=production(f"sqlite:///{tmp_path / 'db'}", **weak)
    )

    assert done.returncode != 0
    assert sentence in last_line(done)


def test_the_settings_of_a_server_pass_the_deployment_check():  # I9
    env = production(
        "sqlite:///:memory:",
        HTTPS="true",
        SECRET_KEY="0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        ALLOWED_HOSTS="example.org",
        MAIL_URL=NOTHING_LISTENS,
    )

    done = run("-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING", env=env)

    assert done.returncode == 0, done.stderr


def test_what_makes_pdfs_is_loaded_once_before_the_processes_are_made(server):  # Q3
    Browser(server).get("/healthz")

    loaded = Path(f"/proc/{server.process.pid}/maps").read_text()

    assert "libpango" in loaded  # in the first process, which answers nobody


# --- Headers ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def behind_https(ready, tmp_path_factory):
    """A server behind a proxy that speaks HTTPS."""
    folder = tmp_path_factory.mktemp("https")
    with (
        own_database(folder, copy_of=ready.url) as url,
        running(url, folder, HTTPS="true", TRUSTED_PROXY_COUNT="1") as server,
    ):
        yield server


SECURELY = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}


def test_every_page_says_what_browsers_may_do_with_it(behind_https, ready):  # I9
    replies = [
        Browser(behind_https).get("/", **SECURELY),
        Browser(behind_https).get("/account/login/", **SECURELY),
        Browser(behind_https, ready.people[1]).get("/plan/", **SECURELY),
        Browser(behind_https).get("/no/such/page/", **SECURELY),
    ]

    assert [reply.status for reply in replies] == [200, 200, 200, 404]
    for reply in replies:
        assert set(reply.headers["Content-Security-Policy"].split("; ")) == STRICT
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["X-Frame-Options"] == "DENY"
        assert reply.headers["Referrer-Policy"] == "same-origin"
        assert reply.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        hsts = reply.headers["Strict-Transport-Security"]
        assert hsts == "max-age=31536000; includeSubDomains; preload"


def test_pages_are_asked_for_again_over_https(behind_https):  # I9
    reply = Browser(behind_https).get("/plan/")

    assert reply.status == 301
    assert reply.url == f"https://127.0.0.1:{behind_https.port}/plan/"


def test_the_health_of_a_server_is_told_without_https(behind_https):
    assert Browser(behind_https).get("/healthz").status == 200


def test_signing_in_gives_cookies_that_only_https_sends(behind_https, ready):  # I9
    browser = Browser(behind_https)
    secure_origin = {"Origin": f"https://127.0.0.1:{behind_https.port}"}

    reply = browser.post(
        "/account/login/",
        {"login": ready.people[0]["email"], "password": PASSWORD},
        **SECURELY,
        **secure_origin,
    )

    assert (reply.status, reply.url) == (302, "/")
    cookies = {cookie.partition("=")[0]: cookie for cookie in reply.headers.get_all("Set-Cookie")}
    assert {"sessionid", "csrftoken"} <= set(cookies)
    assert all("; Secure" in cookie for cookie in cookies.values())
    assert all("; SameSite=Lax" in cookie for cookie in cookies.values())
    assert "; HttpOnly" in cookies["sessionid"]


def test_without_https_nothing_promises_it(server):
    reply = Browser(server).get("/account/login/")

    assert reply.status == 200
    assert "Strict-Transport-Security" not in reply.headers


def test_pages_for_developers_are_not_on_a_server(server, somebody):  # I9
    assert Browser(server, somebody).get("/dev/letters/").status == 404


def test_a_name_that_is_not_ours_is_refused(server):
    assert Browser(server).get("/", Host="evil.example.org").status == 400
