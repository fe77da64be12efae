"""The floors of the house: who may import whom, with no exceptions."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent / "examapp"
MODULES = sorted(p for p in HOUSE.rglob("*.py") if "versions" not in p.parts)
FLOORS = {
    "core": {"core"},
    "library": {"library", "core"},
    "store": {"store"},
    "services": {"services", "store", "core", "clock"},
}
OUTSIDE = {
    "core": {"fsrs"},
    "services": {"sqlalchemy", "argon2"},
    "store": {"sqlalchemy", "alembic", "pysqlite3", "cryptography"},
}
QUERY = {
    "select",
    "insert",
    "update",
    "delete",
    "text",
    "func",
    "exists",
    "union",
    "case",
    "literal",
}
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}
COMMITTERS = {"web/transaction.py", "caretaker.py"}


def name(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def imports(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}: say the whole name of what you import"
            yield node.module or "", tuple(alias.name for alias in node.names)


def by_floor(floor: str) -> list[Path]:
    return [path for path in MODULES if name(path).startswith(f"{floor}/")]


@pytest.mark.parametrize("floor", FLOORS)
def test_a_floor_imports_only_the_floors_below_it(floor):
    wrong = []
    for path in by_floor(floor):
        for module, names in imports(path):
            if module.split(".")[0] != "examapp":
                continue
            parts = module.split(".")
            used = {parts[1]} if len(parts) > 1 else set(names)
            wrong += [
                (name(path), module) for used_floor in used if used_floor not in FLOORS[floor]
            ]
    assert not wrong


@pytest.mark.parametrize("floor", OUTSIDE)
def test_the_inner_floors_use_few_things_from_outside(floor):
    allowed = OUTSIDE[floor] | set(sys.stdlib_module_names) | {"examapp", "__future__"}
    wrong = [
        (name(path), module)
        for path in by_floor(floor)
        for module, _ in imports(path)
        if module.split(".")[0] not in allowed
    ]
    assert not wrong


def test_the_core_knows_neither_clock_nor_chance_nor_files():
    banned = {"random", "secrets", "time", "os", "pathlib", "io", "tempfile", "socket"}
    wrong = [
        (name(path), module)
        for path in by_floor("core")
        for module, _ in imports(path)
        if module.split(".")[0] in banned
    ]
    called = [
        name(path) for path in by_floor("core")
        if any(word in path.read_text(encoding="utf-8") for word in ("datetime.now", "date.today"))
    ]  # fmt: skip
    assert not wrong
    assert not called


def test_the_web_writes_no_query():
    wrong = [
        (name(path), sorted(set(names) & QUERY))
        for path in by_floor("web")
        for module, names in imports(path)
        if module.startswith("sqlalchemy") and set(names) & QUERY
    ]
    assert not wrong


def test_only_the_transaction_and_the_commands_commit():
    wrong = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            commits = isinstance(node, ast.Attribute) and node.attr == "commit"
            if commits and name(path) not in COMMITTERS and not name(path).startswith("commands/"):
                wrong.append((name(path), node.lineno))
    assert not wrong


def test_files_are_named_for_what_they_do():
    assert not [name(path) for path in MODULES if path.stem in BANNED_NAMES]


def test_no_file_is_a_crowd():
    assert not [
        (name(path), lines)
        for path in MODULES
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 250
    ]


def test_every_module_says_in_one_sentence_what_it_is():
    wrong = []
    for path in MODULES:
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        if not docstring.split("\n\n")[0].rstrip().endswith((".", "?", '."')):
            wrong.append(name(path))
    assert not wrong
