"""Many windows at once, on both databases: an upload comes in once, a visit is noted once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examapp.core.people import Role
from examapp.services.laws import confirming, uploads, visits
from examapp.store.engine import make_engine
from examapp.store.laws import Edition, LawUpload, LawVisit
from tests.at_once import AT_ONCE, at_once
from tests.bureau import NOW, make_person
from tests.conftest import DATABASES, SEALING_KEY
from tests.services.test_law_uploads import text, waiting


@pytest.fixture(params=DATABASES)
def desk(request, fresh_databases):
    """A trainer with an upload that waits."""
    engine = make_engine(fresh_databases.url(request.param), sealing_key=SEALING_KEY)
    with Session(engine, expire_on_commit=False) as db, db.begin():
        person = make_person(db, "trainer", Role.TRAINER)
        kept = uploads.keep(db, person, waiting(text()), [], source="x", now=NOW)
    yield engine, person, kept.public_id
    engine.dispose()


def test_an_upload_confirmed_in_many_windows_comes_in_once(desk):
    engine, person, public_id = desk

    def confirm(db, _):
        return len(
            confirming.confirm(db, person, public_id, take={1}, replacing=(), now=NOW).imported
        )

    said = at_once(engine, confirm)
    assert sorted(map(str, said)) == ["1", *["not_found"] * (AT_ONCE - 1)]
    with Session(engine) as db:
        assert db.scalar(select(func.count()).select_from(Edition)) == 1
        assert db.scalar(select(func.count()).select_from(LawUpload)) == 0


def test_many_windows_that_open_the_news_are_one_visit(desk):
    engine, person, _ = desk
    assert at_once(engine, lambda db, _: visits.note(db, person, now=NOW)) == [None] * AT_ONCE
    later = NOW + timedelta(days=1)
    assert at_once(engine, lambda db, _: visits.note(db, person, now=later)) == [NOW] * AT_ONCE
    with Session(engine) as db:
        assert db.scalar(select(func.count()).select_from(LawVisit)) == 1
