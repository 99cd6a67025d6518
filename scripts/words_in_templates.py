"""Finds words in templates that do not go through gettext, and names their lines."""

import re
import subprocess
import sys
from pathlib import Path

TRANSLATED = re.compile(r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
NOT_WORDS = re.compile(
    r"{%\s*block page_class\s*%}[^{]*"
    r"|{#.*?#}|{%\s*comment.*?endcomment\s*%}|{%.*?%}|{{.*?}}|<!--.*?-->|<(script|style)\b.*?</\1>"
    r"|<!doctype[^>]*>|&\w+;",
    re.DOTALL | re.IGNORECASE,
)
TAG = re.compile(r"<[^>]*>", re.DOTALL)
SPOKEN = re.compile(r"\b(?:alt|title|placeholder|aria-label)\s*=\s*\"([^\"]*)\"")
OF_COMPONENT = re.compile(r"{%\s*(?:table|error_summary)\b.*?%}")  # whose words are given to it
NO_WORDS = re.compile(r"_\(\"[^\"]*\"\)|\bcss=\"[^\"]*\"")
LETTERS = re.compile(r"[^\W\d_]{2,}")
NAME = "One Step Back"  # a name is not translated


def blank(match: re.Match[str]) -> str:
    """As many empty lines as the match has, so that line numbers stay right."""
    return "\n" * match.group().count("\n")


def untranslated(text: str) -> list[tuple[int, str]]:
    """Lines with words outside gettext: (number, words)."""
    given = [
        (text.count("\n", 0, tag.start()) + 1, words)
        for tag in OF_COMPONENT.finditer(text)
        for words in re.findall(r"\"([^\"]*)\"", NO_WORDS.sub("", tag.group()))
    ]
    text = NOT_WORDS.sub(blank, TRANSLATED.sub(blank, text))
    spoken = [(m.start(), m.group(1)) for m in SPOKEN.finditer(text)]
    found = given + [(text.count("\n", 0, start) + 1, words) for start, words in spoken]
    found += enumerate(TAG.sub(blank, text).splitlines(), start=1)
    return [
        (number, words.strip())
        for number, words in found
        if LETTERS.search(words.replace(NAME, "").replace("(JSON)", ""))
    ]


def main() -> int:
    files = subprocess.run(
        ["git", "ls-files", "templates"], capture_output=True, text=True, check=True
    ).stdout.split()
    wrong = [
        f"{name}:{number}: {words}"
        for name in files
        for number, words in untranslated(Path(name).read_text(encoding="utf-8"))
    ]
    print("\n".join(wrong) or "Every word in the templates goes through gettext.")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
