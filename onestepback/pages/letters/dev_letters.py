"""The letters that a copy for development keeps in files instead of sending them."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

SEPARATOR = b"-" * 79 + b"\n"


@dataclass(frozen=True)
class DevLetter:
    """An e-mail as its reader would see it."""

    to: str
    subject: str
    date: str
    text: str


def letters_in(folder: Path, most: int = 50) -> list[DevLetter]:
    """The letters that Django's file backend wrote into a folder, the latest first."""
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return [
        read_letter(written)
        for path in files[:most]
        for written in path.read_bytes().split(SEPARATOR)
        if written.strip()
    ]


def read_letter(written: bytes) -> DevLetter:
    message = message_from_bytes(written, policy=policy.default)
    body = message.get_body(("plain", "html"))
    return DevLetter(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        date=str(message["Date"]),
        text=body.get_content() if body else "",
    )
