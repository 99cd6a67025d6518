"""How a `MAIL_URL` becomes an entry of Django's MAILERS."""

from urllib.parse import unquote, urlsplit

from environs import EnvError

PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


def mailer_from(env):
    """A reader of a variable such as `smtp+tls://name:password@mail.example.org:587`."""

    def read(name):
        try:
            url = urlsplit(env.str(name))
            port = url.port
            if url.scheme not in PORTS or not url.hostname:
                raise ValueError(url.scheme)
        except ValueError as error:
            raise EnvError(
                f'Environment variable "{name}" must look like '
                "smtp+tls://name:password@host:587 (or smtps:// or smtp://)"
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
