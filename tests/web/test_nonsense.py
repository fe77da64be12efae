"""Nonsense at every door: refused or answered, never a fault of ours."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from examapp.core.people import Role
from tests.conftest import DATABASES
from tests.web.standstill import frozen
from tests.web.whole_bureau import KEYS, World, addresses, make_app

CHANCE = random.Random(20261122)
HUGE = 10**30
ODD_TEXTS = (
    "", " ", "-1", "0", "1e9", "NaN", str(HUGE), "true", "null", "A" * 70_000, "\u202e\ufeff𝔘\U0001f4a9",
    "'; DROP TABLE items; --", "<script>alert(1)</script>", "{{ 7 * 7 }}", "../../etc/passwd",
    "2026-02-30T25:61", "%s%n%x", "=1+1", "一二三", "\r\nSet-Cookie: x=y",
)  # fmt: skip
ODD_JSON: tuple[Any, ...] = (
    None, 0, -1, HUGE, 1.5, "x", [], {}, [[[[]]]], {"lease": {}},
    {"lease": -1, "seq": -1, "position": -1, "choice": []},
    {"lease": 1, "seq": HUGE, "position": 1, "choice": []},
    {"lease": 1, "seq": 2**31, "position": 2**63, "choice": ["A"]},
    {"lease": True, "seq": True, "position": True, "choice": ["A"]},
    {"lease": 1, "seq": 1, "position": 1, "choice": "A"},
    {"lease": 1, "seq": 1, "position": 1, "choice": [None, 1, {}]},
    {"lease": 1, "seq": 1, "position": 1, "choice": ["A"] * 5000},
    {"lease": 1, "seq": 1, "position": 1, "choice": ["A,B", "", "\u202e"]},
    {"lease": 1, "seq": 1, "position": 999, "choice": ["\ud800"]},
    {"lease": "1", "seq": [1], "position": {"a": 1}, "choice": {"b": 2}},
)  # fmt: skip
FIELDS = (
    "username", "password", "old", "new", "again", "code", "next", "name", "name_en", "unit",
    "unit_id", "parent", "post", "roles", "rank_band", "audience", "body", "revision", "choice",
    "place-1", "item-1", "item-2", "then", "because", "reason", "remark", "decision", "confirm",
    "on", "minutes", "hours", "what", "title_zh", "title_en", "edit_no", "lines-0-topic",
    "lines-0-kind", "lines-0-count", "lines-0-points", "lines-9999999-count", "cut_score",
    "tries", "counts", "opens_at", "closes_at", "units", "audiences", "release",
    "certificate_years", "add_line", "remove_line", "stem_zh", "stem_en", "kind", "topic",
    "difficulty", "use", "asks", "key", "options-0-zh", "options-0-en", "cites", "enemies",
    "note", "started_from", "number", "token", "digest", "people", "serial", "position",
)  # fmt: skip


@pytest.fixture(scope="module", params=DATABASES)
def world(request, fresh_databases, tmp_path_factory) -> Iterator[World]:
    with frozen():
        app = make_app(fresh_databases.url(request.param), tmp_path_factory.mktemp("instance"))
        app.config["PROPAGATE_FAULTS"] = False
        yield World(app, KEYS[0]).make()
        app.extensions["engine"].dispose()


def forms() -> Iterator[dict[str, Any]]:
    """Every known field with one odd text; then many fields with random ones."""
    for text in ODD_TEXTS:
        yield {"data": dict.fromkeys(FIELDS, text)}
    for _ in range(6):
        some = CHANCE.sample(FIELDS, 30)
        yield {"data": {name: CHANCE.choice(ODD_TEXTS[:-1]) for name in some}}


def bodies() -> Iterator[dict[str, Any]]:
    """JSON of wrong shapes, and bytes that are nothing at all."""
    for value in ODD_JSON:
        yield {"data": json.dumps(value), "content_type": "application/json"}
    kinds = (
        "application/json", "application/x-www-form-urlencoded", "multipart/form-data",
        "multipart/form-data; boundary=x", "text/plain; charset=utf-7", "nonsense",
    )  # fmt: skip
    for kind in kinds:
        yield {"data": CHANCE.randbytes(900), "content_type": kind}
    yield {"data": b'{"a":' * 3000, "content_type": "application/json"}
    yield {"data": json.dumps({"choice": ["A" * 3_000_000]}), "content_type": "application/json"}


def files() -> Iterator[dict[str, Any]]:
    for name, content in (("x.xlsx", CHANCE.randbytes(500)), ("x.csv", b"\xff\xfe\x00"),
                          ("x.xlsx", b"PK\x03\x04" + CHANCE.randbytes(90)), ("", b"")):  # fmt: skip
        yield {
            "data": {"file": (io.BytesIO(content), name), "sheet": (io.BytesIO(content), name)},
            "content_type": "multipart/form-data",
        }


def faults(world: World, role: Role, method: str, path: str, sent: dict[str, Any]) -> list[str]:
    client = world.client(role, "en")
    answer = client.open(path, method=method, **sent)
    answer.close()
    if answer.status_code < 500:
        return []
    return [f"{answer.status_code} {role} {method} {path} {str(sent)[:300]}"]


def posts(world: World) -> list[tuple[Role, str]]:
    """Each address once, asked for by somebody who may."""
    found: dict[str, tuple[Role, str]] = {}
    for role in (Role.CADRE, Role.PERSONNEL, Role.TRAINER, Role.ADMIN):
        mine = [a for a in addresses(world, role, "POST", mine=True) if "disable" not in a[0]]
        for endpoint, path in mine:
            found.setdefault(endpoint, (role, path))
    return list(found.values())


def test_nonsense_in_forms_never_is_a_fault_of_ours(world):
    found = []
    for sent in forms():
        for role, path in posts(world):
            found += faults(world, role, "POST", path, sent)
    assert found == []


def test_nonsense_in_bodies_never_is_a_fault_of_ours(world):
    found = []
    for sent in (*bodies(), *files()):
        for role, path in posts(world):
            found += faults(world, role, "POST", path, fresh(sent))
    assert found == []


def fresh(sent: dict[str, Any]) -> dict[str, Any]:
    """Files are read once: give every request its own."""
    if not isinstance(sent["data"], dict):
        return sent
    again = {k: (io.BytesIO(f.getvalue()), name) for k, (f, name) in sent["data"].items()}
    return {**sent, "data": again}


QUERIES = ("q", "page", "topic", "kind", "difficulty", "state", "event", "subject", "unit",
           "progress", "year", "from", "next", "serial", "code", "language")  # fmt: skip


def test_nonsense_in_addresses_never_is_a_fault_of_ours(world):
    found = []
    for role in (Role.CADRE, Role.PERSONNEL, Role.TRAINER, Role.AUDITOR, Role.ADMIN):
        paths = {endpoint: path for endpoint, path in addresses(world, role, "GET", mine=True)}
        for text in ODD_TEXTS[:-1]:
            if len(text) > 5000:
                continue
            for path in paths.values():
                query = {"query_string": dict.fromkeys(QUERIES, text)}
                found += faults(world, role, "GET", path, query)
    assert found == []


@pytest.mark.parametrize("number", ["0", "99999999999999999999999", "1" * 400])
@pytest.mark.parametrize("path", ["/record/{}", "/record?page={}", "/bank?page={}"])
def test_numbers_beyond_all_measure_are_not_found(world, path, number):
    role = Role.ADMIN if "record" in path else Role.TRAINER
    assert faults(world, role, "GET", path.format(number), {}) == []


@pytest.mark.parametrize(
    ("role", "method", "path", "sent"),
    [
        (Role.CADRE, "GET", "/exams/%00", {}),
        (Role.CADRE, "GET", "/study?q=%00", {}),
        (Role.TRAINER, "GET", "/bank?q=%00", {}),
        (Role.CADRE, "POST", "/sign-in", {"data": {"username": "a\0", "password": "x"}}),
        (Role.CADRE, "POST", "/study/guides/g1/s1", {"data": {"body": "a\0b", "revision": "0"}}),
        (Role.ADMIN, "POST", "/people/units/new", {"data": {"code": "a\0", "name": "\0"}}),
    ],
)
def test_a_zero_byte_never_is_a_fault_of_ours(world, role, method, path, sent):
    """PostgreSQL keeps no text with a zero byte in it."""
    assert faults(world, role, method, path, sent) == []
