"""The documents tell the truth about the product: names, commands, links and files."""

import ast
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.urls import get_resolver

from scripts.draw_models import APPS, with_drawings

ROOT = Path(__file__).resolve().parents[1]
IGNORED = {"node_modules", "var", "static-collected", "test-results"}
DOCUMENTS = sorted(
    path.relative_to(ROOT)
    for path in ROOT.rglob("*.md")
    if not any(part in IGNORED or part[0] == "." for part in path.relative_to(ROOT).parts)
)
DECISIONS = [path for path in DOCUMENTS if re.match(r"docs/decisions/\d", path.as_posix())]
HISTORIES = {Path("CHANGELOG.md")}  # which name files as they were
REQUIREMENTS = [Path("requirements/base.txt"), Path("requirements/dev.txt")]
READS = {"env", "environ", "setting", "getenv"}


def text_of(path):
    return (ROOT / path).read_text(encoding="utf-8")


def committed_texts():
    """The text files that are in git, or would be: (path, text)."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    for name in filter(None, listed):
        path = ROOT / name
        content = path.read_bytes() if path.is_file() else b""
        if b"\0" not in content:
            yield name, content.decode("utf-8", errors="replace")


def classes_of(package):
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / package).rglob("*.py")]
    return set(re.findall(r"^class (\w+)", "\n".join(sources), re.MULTILINE))


# --- Settings ---------------------------------------------------------------------------------


def variables_read(path):
    """The names given to `env…(…)`, `os.environ…(…)` and `setting(…)`, but not to other calls."""
    for call in ast.walk(ast.parse(text_of(path))):
        if isinstance(call, ast.Call) and READS & set(re.findall(r"\w+", ast.unparse(call.func))):
            yield from (
                argument.value
                for argument in call.args
                if isinstance(argument, ast.Constant)
                and re.fullmatch(r"[A-Z][A-Z_]+", str(argument.value))
            )


def variables_of_the_readme():
    table = text_of("README.md").partition("| Variable |")[2].partition("\n\n")[0]
    return set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))


def test_the_readme_names_every_variable_that_is_read_and_no_other():
    read = {*variables_read("onestepback/settings.py"), *variables_read("gunicorn.conf.py")}

    assert variables_of_the_readme() == read


def test_docker_compose_sets_only_variables_that_are_read():
    environment = text_of("docker-compose.yml").partition("environment:")[2].partition("\n\n")[0]
    names = set(re.findall(r"^    ([A-Z_]+): ", environment, re.MULTILINE))

    assert {"SECRET_KEY", "ALLOWED_HOSTS", "MAIL_URL", "DATABASE_URL"} <= names
    assert names <= variables_of_the_readme()


# --- Commands and files -----------------------------------------------------------------------


@pytest.mark.parametrize("document", [Path("README.md"), Path("CONTRIBUTING.md")], ids=str)
def test_every_make_command_that_is_named_exists(document):
    code = " ".join(re.findall(r"`[^`\n]+`|^make .*$", text_of(document), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)", code))
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))

    assert named
    assert named <= targets


@pytest.mark.parametrize("document", ["README.md", "Dockerfile", "docker-compose.yml"])
def test_every_command_of_manage_py_that_is_named_exists(document):
    text = text_of(document)
    named = {
        *re.findall(r"manage\.py\s+([a-z]+)", text),
        *re.findall(r'"manage\.py", "([a-z]+)"', text),
    }
    ours = {path.stem for path in ROOT.glob("*/management/commands/*.py")}
    djangos = {"clearsessions", "collectstatic", "createsuperuser"}

    assert named
    assert named <= ours | djangos


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_link_and_picture_leads_somewhere(document):
    text = re.sub(r"^```.*?^```", "", text_of(document), flags=re.MULTILINE | re.DOTALL)
    links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
    files = [link.partition("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    missing = [file for file in files if not (ROOT / document.parent / unquote(file)).exists()]

    assert missing == []


@pytest.mark.parametrize("file", ["Dockerfile", ".dockerignore"])
def test_every_file_that_goes_into_the_image_exists(file):
    text = text_of(file)
    named = re.findall(r"^COPY (\S+) ", text, re.MULTILINE)
    named += re.findall(r"^!(\S+)", text, re.MULTILINE)
    missing = [name for name in named if not (ROOT / name).exists()]

    assert named
    assert missing == []


def test_all_that_the_image_installs_or_runs_is_let_into_it():
    named = set(re.findall(r"requirements/\w+\.txt|manage\.py", text_of("Dockerfile")))
    packages = {path.parent.name for path in ROOT.glob("*/apps.py")} | {"onestepback"}
    let_in = set(re.findall(r"^!(\S+)", text_of(".dockerignore"), re.MULTILINE))

    assert named | packages | {"gunicorn.conf.py", "static", "templates"} <= let_in


def test_every_picture_is_small_and_made_by_the_script_that_makes_them():
    pictures = list((ROOT / "docs/images").glob("*.png"))
    made = re.findall(r'keep.*, "([a-z-]+)"\)$', text_of("scripts/screenshots.py"), re.MULTILINE)

    assert sorted(path.stem for path in pictures) == sorted(made)
    assert max(path.stat().st_size for path in pictures) < 150_000


def named_paths(document):
    """The paths that stand between backticks, such as `tests/access/` or `onestepback/urls.py`."""
    text = re.sub(r"^```.*?^```", "", text_of(document), flags=re.MULTILINE | re.DOTALL)
    named = re.findall(r"`((?:[\w-]+/)+(?:[\w.-]+\.\w+)?)`", text)
    return [name for name in named if name.split("/")[0] not in IGNORED]


@pytest.mark.parametrize("document", sorted({*DOCUMENTS} - HISTORIES), ids=str)
def test_every_file_and_folder_that_is_named_exists(document):
    missing = [name for name in named_paths(document) if not (ROOT / name).exists()]

    assert missing == []


def test_the_layout_of_the_readme_names_every_folder():
    layout = text_of("README.md").partition("## Layout")[2].split("```")[1]
    named = re.findall(r"^([\w./-]+/) ", layout, re.MULTILINE)
    folders = {f"{name.split('/')[0]}/" for name, _text in committed_texts() if "/" in name}

    assert [name for name in named if not (ROOT / name).is_dir()] == []
    assert {name for name in folders if name[0] != "."} <= set(named)


def test_every_function_that_the_architecture_names_exists():
    named = set(re.findall(r"`(\w+)\(\)`", text_of("docs/architecture.md")))
    code = [text for name, text in committed_texts() if re.match(r"[a-z]+/.*\.py$", name)]
    defined = set(re.findall(r"^ *def (\w+)", "\n".join(code), re.MULTILINE))

    assert named
    assert named <= defined


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_address_that_is_named_exists(document):
    rooms = get_resolver().namespace_dict
    named = re.findall(r"`([a-z_]+):([a-z_]+)`", text_of(document))
    missing = [
        f"{room}:{name}"
        for room, name in named
        if room not in rooms or name not in rooms[room][1].reverse_dict
    ]

    assert missing == []


# --- The domain -------------------------------------------------------------------------------


def test_the_data_model_is_drawn_as_it_is():
    drawn = text_of("docs/architecture.md")

    assert drawn.count("<!-- drawing of ") == len(APPS)
    assert with_drawings(drawn) == drawn


def test_every_model_has_its_word_and_every_word_leads_to_what_is_there():
    rows = [line.strip("|").split("|") for line in text_of("docs/words.md").splitlines()]
    in_the_code = " ".join(row[2] for row in rows if len(row) == 4)
    named = set(re.findall(r"`([A-Z]\w+)(?:\.(\w+))?`", in_the_code))
    models = {
        model.__name__: model for app in APPS for model in apps.get_app_config(app).get_models()
    }
    others = {name for app in APPS for name in classes_of(app)}

    assert set(models) - {name for name, _part in named} == set()
    assert {name for name, _part in named} - set(models) - others == set()
    assert [f"{n}.{part}" for n, part in named if part and not hasattr(models.get(n), part)] == []


# --- Decisions --------------------------------------------------------------------------------


@pytest.mark.parametrize("decision", DECISIONS, ids=str)
def test_every_decision_says_when_it_was_made_and_whether_it_holds(decision):
    _title, line, _rest = text_of(decision).split("\n\n", 2)

    assert re.fullmatch(r"Date: \d{4}-\d\d-\d\d · Status: (accepted|superseded by \d+)", line)


def test_the_list_of_decisions_has_them_all():
    row = r"^\| (\d+) \| \[(.+)\]\((\S+)\) \| (.+), (\S+) \|$"
    listed = re.findall(row, text_of("docs/decisions/README.md"), re.MULTILINE)
    head = r"# (\d+)\. (.+)\n\nDate: (\S+) · Status: (.+)\n"
    heads = [(re.match(head, text_of(path)).groups(), path.name) for path in DECISIONS]

    assert listed == [
        (number, title, name, status, date) for (number, title, date, status), name in heads
    ]


# --- Where packages come from, and where the code was written ---------------------------------


@pytest.mark.parametrize("file", REQUIREMENTS, ids=str)
def test_every_requirement_is_one_version_with_hashes(file):
    joined = text_of(file).replace("\\\n", " ").splitlines()
    lines = [line for line in joined if line.strip() and not line.startswith("#")]
    loose = [
        line.split()[0]
        for line in lines
        if not re.match(r"[\w.\[\],-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)
    ]

    assert len(lines) > 10
    assert loose == []


@pytest.mark.parametrize("file", REQUIREMENTS, ids=str)
def test_requirements_name_no_host(file):
    assert "://" not in text_of(file)
    options = r"^\s*-(-index|-extra-index|-find|-trusted|i|f)\b"
    assert not re.search(options, text_of(file), re.MULTILINE)


# Written in pieces, so that this file does not find itself.
HOSTS = [
    r"pypi\." + "org",
    r"python" + r"hosted\.org",
    r"registry\." + r"(npmjs|yarnpkg)",
    r"deb\." + r"debian\.org",
    r"registry-1\." + r"docker",
    r"--(extra-)?index" + "-url",
]
DEVELOPERS_PATHS = [r"/(home|Users)/" + r"[a-z][\w.-]*/", "/ro" + "ot/", r"[A-Z]:\\" + r"Users"]


@pytest.mark.parametrize("pattern", [*HOSTS, *DEVELOPERS_PATHS])
def test_nothing_tells_where_packages_or_developers_were(pattern):
    found = [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}"
        for name, text in committed_texts()
        for match in re.finditer(pattern, text)
    ]

    assert found == []


@pytest.mark.parametrize("name", ["uv.lock", "pylock.toml", "poetry.lock", "Pipfile.lock"])
def test_there_is_no_lock_file_that_names_hosts(name):
    assert name not in {Path(path).name for path, _text in committed_texts()}


def test_the_lock_file_of_the_assets_names_no_host():
    assert '"resolved"' not in text_of("assets/package-lock.json")
