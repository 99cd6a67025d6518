"""Reads a `MAIL_URL` and makes an entry of Django's MAILERS of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.mail.backends.filebased import EmailBackend as FolderOfFiles
from environs import Env, EnvError

type Mailer = dict[str, Any]  # an entry of MAILERS: its backend and options

OFF = "off"
PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


class KeptInFolder(FolderOfFiles):
    """The backend of a site that sends no e-mail: it writes letters into its operator's folder.

    Its own name shows that this is meant, and not a left-over from development.
    """


def mailer_from(env: Env, folder: Path) -> Callable[[str], Mailer]:
    """A function that reads a variable, such as `smtp+tls://name:password@host:587`, or `off`."""

    def read(name: str) -> Mailer:
        value = env.str(name)
        if value == OFF:
            return kept_in(folder)
        try:
            url = urlsplit(value)
            port = url.port
            if url.scheme not in PORTS or not url.hostname:
                raise ValueError(url.scheme)
        except ValueError as error:
            raise EnvError(
                f'Environment variable "{name}" must look like '
                "smtp+tls://name:password@host:587 (or smtps:// or smtp://), or be “off”"
            ) from error
        return {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": url.hostname,
                "port": port or PORTS[url.scheme],
                "username": unquote(url.username or ""),
                "password": unquote(url.password or ""),
                "use_tls": url.scheme == "smtp+tls",
                "use_ssl": url.scheme == "smtps",
                "timeout": 10,
            },
        }

    return read


def kept_in(folder: Path) -> Mailer:
    """A mailer that writes letters as files and sends them to nobody."""
    return {"BACKEND": "onestepback.mailing.KeptInFolder", "OPTIONS": {"file_path": folder}}


def is_sent(mailer: Mailer) -> bool:
    """True if this mailer sends letters to people."""
    return str(mailer["BACKEND"]).endswith("smtp.EmailBackend")
