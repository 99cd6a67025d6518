"""A copy for development shows the letters that it does not send."""

from django.core.mail import EmailMessage
from django.test import RequestFactory

from onestepback.pages.letters import views


def test_letters_are_shown_whole_with_the_latest_first(settings, tmp_path):
    settings.LETTERS_DIR = tmp_path
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": tmp_path},
        }
    }
    for number, words in enumerate(["Code: ABCD-EFGH", "Zoë <b>& Siobhán</b>"], start=1):
        EmailMessage(f"Letter {number}", words, to=["maya@example.org"]).send()

    request = RequestFactory().get("/dev/letters/")
    request.user = None
    page = views.dev(request).text

    assert page.index("Letter 2") < page.index("Letter 1")
    assert "maya@example.org" in page
    assert "ABCD-EFGH" in page
    assert "Zoë &lt;b&gt;&amp; Siobhán&lt;/b&gt;" in page


def test_it_says_so_when_there_are_none(settings, tmp_path):
    settings.LETTERS_DIR = tmp_path / "not-made-yet"
    request = RequestFactory().get("/dev/letters/")
    request.user = None

    assert "No letters yet." in views.dev(request).text
