"""The house rules that no linter knows."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOP_LEVEL = {
    "envoy_app",
    "ui",
    "solver",
    "resources",
    "tests",
    "pyproject.toml",
    "README.md",
    "requirements.lock",
    "run",
    "run.cmd",
}
MAX_LINES = 500


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def product_sources() -> list[Path]:
    return [
        path
        for path in tracked_files()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] != "tests"
    ]


def test_top_level_holds_what_was_agreed() -> None:
    names = {path.relative_to(ROOT).parts[0] for path in tracked_files()}
    assert {name for name in names if not name.startswith(".")} == TOP_LEVEL


def test_files_stay_short() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in product_sources()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }
    assert not long


def test_lock_holds_names_versions_markers_and_hashes_only() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    requirement = re.compile(r"^[a-z0-9][a-z0-9._-]*==\S+( ; [^\\]+)? \\$")
    digest = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
    wrong = [
        line for line in lock.splitlines() if not (requirement.match(line) or digest.match(line))
    ]
    assert lock
    assert not wrong


def test_lock_holds_every_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = project["dependencies"] + project["optional-dependencies"]["test"]
    names = {re.split(r"[<>=\[ ]", item)[0].lower().replace("_", "-") for item in declared}
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {line.split("==")[0] for line in lock.splitlines() if "==" in line}
    assert names <= locked


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"/(?:home|root|Users)/\w+", id="machine path"),
        pytest.param(r"\.\./shared|/work/", id="workplace path"),
        pytest.param(r"pypi\.org|pythonhosted|deb\.debian\.org|npmjs", id="registry host"),
    ],
)
def test_no_file_names_the_place_it_was_made(pattern: str) -> None:
    found = []
    for path in tracked_files():
        if path == Path(__file__) or path.suffix in {".xlsx", ".png", ".gz"}:
            continue
        if re.search(pattern, path.read_text(encoding="utf-8", errors="replace")):
            found.append(str(path.relative_to(ROOT)))
    assert not found


def test_silenced_checks_say_why() -> None:
    """A `# type: ignore` or `# noqa` names its rule; a bare one hides everything."""
    bare = re.compile(r"# type: ignore(?!\[)|# noqa(?!: )")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in product_sources()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if bare.search(line)
    ]
    assert not found


def test_pictures_of_the_readme_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", readme)
    assert pictures
    assert all((ROOT / name).is_file() for name in pictures)
