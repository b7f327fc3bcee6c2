"""The tree keeps its promises: names, texts, migrations, secrets."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import locales
from store import migrate
from store.database import Database

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


def _tracked() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def test_no_installed_distribution_brings_a_package_of_our_name() -> None:
    clashes = [
        (package, name)
        for package, names in metadata.packages_distributions().items()
        if package in PACKAGES
        for name in names
        if name != "loi-ve"
    ]
    assert clashes == []


def test_the_lock_holds_hashes_and_no_addresses() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "--hash=sha256:" in lock
    assert "://" not in lock


def test_migrations_are_in_step_with_the_tables(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    migrate.upgrade(database)
    assert migrate.differences(database) == []


def test_every_setting_is_in_the_table_of_settings() -> None:
    names = set(re.findall(r'alias="(\w+)"', (ROOT / "hotline/settings.py").read_text()))
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", (ROOT / "docs/settings.md").read_text()))
    assert names <= documented, names - documented


def test_every_dependency_is_in_the_table_of_dependencies() -> None:
    table = (ROOT / "docs/dependencies.md").read_text()
    wanted = [
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["dev"],
    ]
    names = [re.split(r"[^\w-]", one)[0] for one in wanted]
    assert [name for name in names if f"`{name}`" not in table] == []


TEXT_ID = re.compile(r"^(first|ask|ack|staff|kind|call)\.[a-z_.]+$")


def _text_ids_in_code() -> set[str]:
    """Every string of the doors and the desk that has the shape of a text id."""
    found = set()
    for package in ("desk", "bot", "hotline", "flows"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                value = node.value if isinstance(node, ast.Constant) else None
                if isinstance(value, str) and TEXT_ID.match(value):
                    found.add(value)
    return found


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_text_that_the_code_names_is_in_the_catalogue(language: str) -> None:
    known = set(locales.catalogue(language).texts)
    assert _text_ids_in_code() - known == set()


def test_every_package_says_in_one_line_what_it_is_for() -> None:
    for package in PACKAGES:
        doc = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text()))
        assert doc, f"{package}/__init__.py needs its charter"


# Put together from halves, so that this file does not find itself.
FORBIDDEN = [
    "pypi" + ".org",
    "files.pythonhosted" + ".org",
    "registry.npmjs" + ".org",
    "farm" + "-bench",
    "farm" + "-studio",
]


def test_no_registry_and_no_workshop_tool_is_named() -> None:
    for path in _tracked():
        if path.suffix in (".png", ".ico", ".gz"):
            continue
        text = path.read_text(errors="replace")
        for word in FORBIDDEN:
            assert word not in text, f"{path.relative_to(ROOT)} names {word}"


def test_phone_numbers_in_the_tree_are_invented() -> None:
    """Vietnamese mobile numbers of fixtures come from the blocks that we keep for invention."""
    number = re.compile(r"(?<!\d)\+84[35789]\d{8}(?!\d)")
    allowed = re.compile(r"\+84(9(00|1[0-9]|8184|6541)|98184|96541)")
    for path in _tracked():
        if path.suffix in (".png", ".ico", ".gz") or "domain" in path.name:
            continue
        for found in number.findall(path.read_text(errors="replace")):
            assert allowed.match(found), f"{path.relative_to(ROOT)}: {found}"
