"""What is sealed cannot be read from the database's files."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from examapp.core.people import Role
from examapp.store.engine import make_engine
from examapp.store.exams import Exam
from examapp.store.sealing import SealedWithoutKeyError
from tests.bureau import make_bank, make_exam, make_person
from tests.conftest import SEALING_KEY


@pytest.fixture
def url(fresh_databases):
    return fresh_databases.url("sqlite")


def engine_with(url, key=SEALING_KEY):
    return make_engine(url, sealing_key=key)


def seed_in(engine):
    with Session(engine) as db:
        return db.query(Exam.seed).scalar()


def publish_one(url):
    with Session(engine_with(url)) as db, db.begin():
        make_bank(db)
        make_exam(db, make_person(db, "trainer", Role.TRAINER))
    return seed_in(engine_with(url))


def test_the_seed_stands_nowhere_in_the_files(url, tmp_path):
    seed = publish_one(url)
    assert len(seed) == 32
    path = url.removeprefix("sqlite:///")
    for suffix in ("", "-wal"):
        try:
            with open(path + suffix, "rb") as file:
                content = file.read()
        except FileNotFoundError:
            continue
        assert seed not in content
        assert seed.hex().encode() not in content


def test_another_key_does_not_open_it(url):
    publish_one(url)
    with pytest.raises(InvalidTag):
        seed_in(engine_with(url, b"x" * 32))


def test_without_a_key_it_is_refused(url):
    publish_one(url)
    with pytest.raises(SealedWithoutKeyError):
        seed_in(make_engine(url))


def test_what_was_altered_is_not_taken_for_a_seed(url):
    publish_one(url)
    engine = engine_with(url)
    with engine.begin() as connection:
        sealed = connection.execute(text("SELECT seed FROM exams")).scalar()
        broken = sealed[:-1] + bytes([sealed[-1] ^ 1])
        connection.execute(text("UPDATE exams SET seed = :seed"), {"seed": broken})
    with pytest.raises(InvalidTag):
        seed_in(engine)


def test_the_same_seed_is_sealed_differently_each_time(url):
    publish_one(url)
    engine, found = engine_with(url), set()
    for _ in range(2):
        with engine.begin() as connection:
            connection.execute(update(Exam).values(seed=b"s" * 32))
            found.add(connection.execute(text("SELECT seed FROM exams")).scalar())
    assert len(found) == 2
    assert seed_in(engine) == b"s" * 32


def test_a_seed_from_before_sealing_is_read_as_it_stands(url):
    publish_one(url)
    engine = engine_with(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE exams SET seed = :seed"), {"seed": b"o" * 32})
    assert seed_in(engine) == b"o" * 32
