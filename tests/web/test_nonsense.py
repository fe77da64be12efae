"""Nonsense at every door: refused or answered, never a fault of ours."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

import pytest

from examapp.core.people import Role
from tests.conftest import DATABASES
from tests.web.standstill import frozen
from tests.web.whole_bureau import KEYS, World, addresses, make_app

CHANCE = random.Random(20261122)
HUGE = 10**30
ODD_TEXTS = (
    "", " ", "-1", "0", "1e9", "NaN", "2000000000", "true", "null", "A" * 70_000,
    "\u202e\ufeff𝔘\U0001f4a9",
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


T = TypeVar("T")
# What would shut the asker out, or end what the others ask about.
DISTURBS = {"admin.disable", "admin.reset_password", "sittings.submit", "sittings.take_over"}


def forms() -> Iterator[dict[str, Any]]:
    """Every known field with one odd text; then many fields with random ones."""
    for text in ODD_TEXTS:
        yield {"data": dict.fromkeys(FIELDS, text)}
    for _ in range(6):
        some = CHANCE.sample(FIELDS, 30)
        yield {"data": {name: CHANCE.choice(ODD_TEXTS[:-1]) for name in (*some, "reason")}}


def bodies() -> Iterator[dict[str, Any]]:
    """JSON of wrong shapes, and bytes that are nothing at all."""
    for value in ODD_JSON:
        if isinstance(value, dict):
            yield {"data": json.dumps(value), "content_type": "application/json"}
    kinds = (
        "application/x-www-form-urlencoded", "multipart/form-data",
        "multipart/form-data; boundary=x", "text/plain; charset=utf-7", "nonsense",
    )  # fmt: skip
    for kind in kinds:
        yield {"data": CHANCE.randbytes(900) + b"&reason=x", "content_type": kind}
    yield {"data": json.dumps({"choice": ["A" * 3_000_000]}), "content_type": "application/json"}


def odd_json() -> Iterator[dict[str, Any]]:
    """JSON that is no object, cut off, or nested without an end."""
    texts = [json.dumps(value).encode() for value in ODD_JSON]
    for text in (*texts, CHANCE.randbytes(900), b'{"a":' * 3000, b"[" * 3000, b'{"lease":', b""):
        yield {"data": text, "content_type": "application/json"}


def files() -> Iterator[dict[str, Any]]:
    for name, content in (("x.xlsx", CHANCE.randbytes(500)), ("x.csv", b"\xff\xfe\x00"),
                          ("x.xlsx", b"PK\x03\x04" + CHANCE.randbytes(90)), ("", b"")):  # fmt: skip
        yield {
            "data": {"file": (io.BytesIO(content), name), "sheet": (io.BytesIO(content), name)},
            "content_type": "multipart/form-data",
        }


def share(world: World, things: Iterable[T]) -> Iterable[T]:
    """Everything on SQLite; a third on PostgreSQL, where only what reaches the database differs."""
    sqlite = world.app.extensions["engine"].dialect.name == "sqlite"
    return things if sqlite else islice(things, 0, None, 3)


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
        mine = [a for a in addresses(world, role, "POST", mine=True) if a[0] not in DISTURBS]
        for endpoint, path in mine:
            found.setdefault(endpoint, (role, path))
    return list(found.values())


def half(world: World, turn: int) -> list[tuple[Role, str]]:
    """Every second address, the others the next time: each gets half of what is sent."""
    return posts(world)[turn % 2 :: 2]


def test_nonsense_in_forms_never_is_a_fault_of_ours(world):
    found = []
    for sent in share(world, forms()):
        for role, path in posts(world):
            found += faults(world, role, "POST", path, sent)
    assert found == []


def test_nonsense_in_bodies_never_is_a_fault_of_ours(world):
    found = []
    for turn, sent in enumerate(share(world, (*bodies(), *files()))):
        for role, path in half(world, turn):
            if "/retire" not in path:  # see below
                found += faults(world, role, "POST", path, fresh(sent))
    assert found == []


def test_nonsense_sent_to_the_exam_page_never_is_a_fault_of_ours(world):
    found = []
    for sitting in world.named["sitting"]:
        for sent in (*odd_json(), *bodies()):
            found += faults(world, Role.CADRE, "POST", f"/sittings/{sitting}/responses", sent)
    assert found == []


def test_json_sent_to_a_form_never_is_a_fault_of_ours(world):
    found = []
    for turn, sent in enumerate(share(world, odd_json())):
        for role, path in half(world, turn):
            if "/responses" not in path:
                found += faults(world, role, "POST", path, sent)
    assert found == []


def test_retiring_without_the_field_for_the_reason_is_refused(world):
    code = world.named["item"][0]
    sent = {"data": b"x=1", "content_type": "text/plain"}
    assert faults(world, Role.TRAINER, "POST", f"/bank/items/{code}/retire", sent) == []


def fresh(sent: dict[str, Any]) -> dict[str, Any]:
    """Files are read once: give every request its own."""
    if not isinstance(sent["data"], dict):
        return sent
    again = {k: (io.BytesIO(f.getvalue()), name) for k, (f, name) in sent["data"].items()}
    return {**sent, "data": again}


QUERIES = ("q", "page", "topic", "kind", "difficulty", "state", "event", "subject", "unit",
           "progress", "year", "from", "next", "serial", "code", "language", "on", "edition",
           "old", "new", "law", "whole", "words")  # fmt: skip


SHORT = [text for text in ODD_TEXTS if len(text) < 5000]


def test_nonsense_in_addresses_never_is_a_fault_of_ours(world):
    found = []
    for role in (Role.CADRE, Role.PERSONNEL, Role.TRAINER, Role.AUDITOR, Role.ADMIN):
        paths = dict(addresses(world, role, "GET", mine=True))
        for path in paths.values():
            for _ in share(world, range(4)):
                query = {"query_string": {name: CHANCE.choice(SHORT) for name in QUERIES}}
                found += faults(world, role, "GET", path, query)
    assert found == []


@pytest.mark.parametrize("number", [HUGE, 10**400])
@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.ADMIN, "/record/{}"),
        (Role.ADMIN, "/record?page={}"),
        (Role.TRAINER, "/bank?page={}"),
        (Role.CADRE, "/study/guides/g1/s1"),
    ],
)
def test_numbers_beyond_all_measure_never_are_a_fault_of_ours(world, role, path, number):
    sent: dict[str, Any] = {}
    if "{}" not in path:
        sent = {"data": {"body": "a note", "revision": str(number)}}
    assert faults(world, role, "POST" if sent else "GET", path.format(number), sent) == []


def test_a_zero_byte_never_is_a_fault_of_ours(request, world):
    """PostgreSQL keeps no text with a zero byte in it."""
    found = []
    for role, method, path, sent in (
        (Role.CADRE, "GET", "/exams/%00", {}),
        (Role.TRAINER, "GET", "/bank?q=%00", {}),
        (Role.AUDITOR, "GET", "/record?subject=%00", {}),
        (Role.CADRE, "POST", "/sign-in", {"data": {"username": "a\0", "password": "x"}}),
        (Role.CADRE, "POST", "/study/guides/g1/s1", {"data": {"body": "a\0b", "revision": "0"}}),
        (Role.ADMIN, "POST", "/people/units/new", {"data": {"code": "a\0", "name": "\0"}}),
    ):
        found += faults(world, role, method, path, sent)
    assert found == []
