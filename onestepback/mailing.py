"""How a `MAIL_URL` becomes an entry of Django's MAILERS."""

from urllib.parse import unquote, urlsplit

from django.core.mail.backends.filebased import EmailBackend as FolderOfFiles
from environs import EnvError

OFF = "off"
PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


class KeptInFolder(FolderOfFiles):
    """For a site that sends no e-mail: whoever runs it finds the letters in a folder.

    A name of its own tells that this is meant, and was not left from development.
    """


def mailer_from(env, folder):
    """A reader of a variable such as `smtp+tls://name:password@mail.example.org:587`, or `off`."""

    def read(name):
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


def kept_in(folder):
    """Letters as files, which nobody is sent."""
    return {"BACKEND": "onestepback.mailing.KeptInFolder", "OPTIONS": {"file_path": folder}}


def is_sent(mailer):
    """Whether letters go to anybody."""
    return mailer["BACKEND"].endswith("smtp.EmailBackend")
