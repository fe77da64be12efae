"""Whoever changes one byte behind the platform's back is named; what was left alone is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import Engine, delete, inspect, select, text, update
from sqlalchemy.orm import Session

from examapp.core.ledger import GENESIS, entry_digest
from examapp.core.people import Role
from examapp.library import checkpoint_files
from examapp.services.certificates.issuing import revoke
from examapp.services.exams.setting import release
from examapp.services.ledger import entries
from examapp.services.people.accounts import NewPerson, OneTime, add
from examapp.services.people.persons import Person, by_id
from examapp.services.sittings import closing, saving
from examapp.services.verification.whole import checkpoint_facts, verify
from examapp.store.bank import ItemRevision
from examapp.store.certificates import Certificate
from examapp.store.engine import make_engine
from examapp.store.exams import Exam, Paper, PaperItem, PoolItem
from examapp.store.ledger import LedgerEntry
from examapp.store.people import UserRole
from examapp.store.sittings import Response, Score, Sitting
from tests.bureau import HOUR, MINUTE, NOW, make_bank, make_exam, make_unit
from tests.conftest import DATABASES, SEALING_KEY, FreshDatabases
from tests.hall import begin, sit

GUARDED = (
    "item_revisions", "item_readings", "pool_items", "papers", "paper_items", "responses",
    "scores", "ledger_entries", "roster_entries", "item_tallies", "late_responses", "extra_times",
    "hold_decisions", "citation_moves", "pool_withdrawals",
)  # fmt: skip


@dataclass
class Made:
    """What stands in the database before anybody tampers with it."""

    engine: Engine
    exam: str
    passed: str
    lapsed: str
    cadre: Person
    other: Person
    serial: str


def add_person(db: Session, username: str, *roles: Role) -> Person:
    """Added as administrators add people, so that the ledger knows the roles."""
    new = NewPerson(
        username, username, make_unit(db).id, "", "staff", "civil-servants", frozenset(roles)
    )
    user, _ = add(db, new, by=None, now=NOW - 9 * HOUR, given=OneTime("spare", "no hash"))
    person = by_id(db, user.id)
    assert person
    return person


def history(db: Session) -> tuple[str, str, str, Person, Person]:
    """One passes after a change of mind, one lets the time run out; all is released."""
    make_bank(db)
    trainer = add_person(db, "trainer", Role.TRAINER)
    cadre, other = add_person(db, "cadre", Role.CADRE), add_person(db, "other", Role.CADRE)
    exam = make_exam(db, trainer)
    passing = begin(db, cadre, exam)
    seq = 0
    for wavering in (True, False):
        for place in closing.scored_items(db, passing.paper_id):
            if wavering and place.position > 2:
                continue
            seq += 1
            choice = frozenset() if wavering else place.key
            saving.save(
                db, cadre, passing.public_id, lease_no=1, seq=seq, position=place.position,
                choice=choice, now=NOW + seq * timedelta(seconds=1),
            )  # fmt: skip
    closing.submit(db, cadre, passing.public_id, now=NOW + 5 * MINUTE)
    lapsing = begin(db, other, exam, now=NOW + MINUTE)
    saving.save(
        db, other, lapsing.public_id, lease_no=1, seq=1, position=1,
        choice=closing.scored_items(db, lapsing.paper_id)[0].key, now=NOW + 2 * MINUTE,
    )  # fmt: skip
    release(db, exam, by=trainer, now=NOW + 6 * HOUR)
    return exam.public_id, passing.public_id, lapsing.public_id, cadre, other


@pytest.fixture(scope="module", params=DATABASES)
def made(request: pytest.FixtureRequest, fresh_databases: FreshDatabases) -> Iterator[Made]:
    engine = make_engine(fresh_databases.url(request.param), sealing_key=SEALING_KEY)
    with Session(engine, expire_on_commit=False) as db, db.begin():
        facts = history(db)
        serial = db.scalars(select(Certificate.serial)).one()
    yield Made(engine, *facts, serial=serial)
    engine.dispose()


@pytest.fixture
def db(made: Made) -> Iterator[Session]:
    """The record with its guards off, as somebody with the database's password has it."""
    with made.engine.connect() as connection:
        outer = connection.begin()
        drop_guards(connection)
        with Session(connection, join_transaction_mode="create_savepoint") as db:
            yield db
        outer.rollback()


def drop_guards(connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    for table in GUARDED:
        for verb in ("update", "delete"):
            on = "" if sqlite else f" ON {table}"
            connection.execute(text(f"DROP TRIGGER {table}_no_{verb}{on}"))


def first(db: Session, **kept) -> str:
    """What `./run verify` names: the first thing that does not fit."""
    return str(next(verify(db, **kept), "nothing"))


def sitting_of(db: Session, public_id: str) -> Sitting:
    return db.scalars(select(Sitting).where(Sitting.public_id == public_id)).one()


def flip(text_: str) -> str:
    """The text with one character changed."""
    return text_[:-1] + ("甲" if text_[-1] != "甲" else "乙")


def test_nothing_is_found_in_a_record_left_alone(made, db):
    assert list(verify(db)) == []
    assert len(list(entries(db))) > 30


def a_response(db: Session, made: Made) -> str:
    row = sitting_of(db, made.passed)
    newest = select(Response.id).where(Response.sitting_id == row.id, Response.choice == "B")
    db.execute(
        update(Response)
        .where(Response.id == newest.order_by(Response.seq.desc()).limit(1).scalar_subquery())
        .values(choice="C")
    )
    return f"sitting {made.passed}: its saved responses were altered"


def a_response_that_was_overwritten_later(db: Session, made: Made) -> str:
    row = sitting_of(db, made.passed)
    earlier = Response.sitting_id == row.id, Response.seq == 1
    assert db.scalars(select(Response.choice).where(*earlier)).one() == ""
    db.execute(update(Response).where(*earlier).values(choice="A"))
    return f"sitting {made.passed}: its saved responses were altered"


def the_moment_of_a_response(db: Session, made: Made) -> str:
    row = sitting_of(db, made.lapsed)
    late = NOW + 2 * MINUTE + timedelta(microseconds=1)
    db.execute(update(Response).where(Response.sitting_id == row.id).values(received_at=late))
    return f"sitting {made.lapsed}: its saved responses were altered"


def a_response_slipped_in_after_the_end(db: Session, made: Made) -> str:
    row = sitting_of(db, made.lapsed)
    db.add(
        Response(
            sitting_id=row.id, lease_no=1, seq=2, position=2, choice="B", received_at=NOW + MINUTE
        )
    )
    db.flush()
    return f"sitting {made.lapsed}: its saved responses were altered"


def a_score(db: Session, made: Made) -> str:
    row = sitting_of(db, made.lapsed)
    db.execute(update(Score).where(Score.sitting_id == row.id).values(points=Fraction(8)))
    return f"score of sitting {made.lapsed}: points is 8, computed again it is 2"


def an_outcome(db: Session, made: Made) -> str:
    row = sitting_of(db, made.lapsed)
    db.execute(update(Score).where(Score.sitting_id == row.id).values(outcome="passed"))
    return f"score of sitting {made.lapsed}: outcome is passed, computed again it is failed"


def what_a_place_earned(db: Session, made: Made) -> str:
    row = sitting_of(db, made.lapsed)
    score = db.scalars(select(Score).where(Score.sitting_id == row.id)).one()
    earned = {**score.earned, "2": "2"}
    db.execute(update(Score).where(Score.sitting_id == row.id).values(earned=earned))
    return f"score of sitting {made.lapsed}: earned is"


def a_score_written_over_by_a_second_one(db: Session, made: Made) -> str:
    row = sitting_of(db, made.lapsed)
    score = db.scalars(select(Score).where(Score.sitting_id == row.id)).one()
    db.add(
        Score(
            sitting_id=row.id, number=2, points=Fraction(13), most=score.most, outcome="passed",
            band="excellent", earned=score.earned, reason="", scored_at=NOW + 7 * HOUR,
        )
    )  # fmt: skip
    db.flush()
    return f"score of sitting {made.lapsed}: number 2 is not on the ledger"


def the_owner_of_a_sitting(db: Session, made: Made) -> str:
    mine, theirs = sitting_of(db, made.passed), sitting_of(db, made.lapsed)
    db.execute(update(Sitting).where(Sitting.id == mine.id).values(try_no=9))
    db.execute(update(Sitting).where(Sitting.id == theirs.id).values(user_id=made.cadre.id))
    db.execute(update(Sitting).where(Sitting.id == mine.id).values(user_id=made.other.id, try_no=1))
    return f"sitting {made.passed}: its candidate or exam is not the paper's"


def a_revision(db: Session, made: Made, change: Callable[[dict], None]) -> str:
    code = "single-000"
    where = ItemRevision.item.has(code=code), ItemRevision.number == 1
    revision = db.scalars(select(ItemRevision).where(*where)).one()
    content = dict(revision.content)
    change(content)
    assert content != revision.content
    db.execute(update(ItemRevision).where(ItemRevision.id == revision.id).values(content=content))
    return f"item {code}, revision 1: its content"


def a_key(db: Session, made: Made) -> str:
    return a_revision(db, made, lambda content: content.update(key=["C"]))


def a_stem(db: Session, made: Made) -> str:
    return a_revision(db, made, lambda c: c.update(stem={**c["stem"], "zh": flip(c["stem"]["zh"])}))


def a_rationale(db: Session, made: Made) -> str:
    return a_revision(
        db, made, lambda c: c.update(rationale={**c["rationale"], "en": flip(c["rationale"]["en"])})
    )


def a_key_with_its_digest(db: Session, made: Made) -> str:
    """The intruder knows how digests are made; the ledger has the old one."""
    from examapp.core.canonical import digest

    a_key(db, made)
    db.expire_all()
    revision = db.scalars(
        select(ItemRevision).where(ItemRevision.item.has(code="single-000"))
    ).one()
    db.execute(
        update(ItemRevision)
        .where(ItemRevision.id == revision.id)
        .values(digest=digest(revision.content))
    )
    return "item single-000, revision 1: its digest is not the one on the ledger"


def the_difficulty_of_an_item(db: Session, made: Made) -> str:
    db.execute(
        update(ItemRevision)
        .where(ItemRevision.item.has(code="single-001"))
        .values(difficulty="hard")
    )
    return "item single-001, revision 1: its difficulty was altered"


def a_row_of_the_pool(db: Session, made: Made) -> str:
    row = db.scalars(select(PoolItem)).first()
    db.execute(
        delete(PoolItem).where(
            PoolItem.exam_id == row.exam_id, PoolItem.revision_id == row.revision_id
        )
    )
    return f"exam {made.exam}: pool is"


def the_seed(db: Session, made: Made) -> str:
    db.execute(update(Exam).where(Exam.public_id == made.exam).values(seed=b"s" * 32))
    return f"exam {made.exam}: seed_commitment is"


def the_cut_score(db: Session, made: Made) -> str:
    exam = db.scalars(select(Exam).where(Exam.public_id == made.exam)).one()
    spec = {**exam.spec, "cut_score": "2"}
    db.execute(update(Exam).where(Exam.id == exam.id).values(spec=spec))
    return f"exam {made.exam}: spec is"


def the_close_of_the_window(db: Session, made: Made) -> str:
    late = NOW + 5 * HOUR + MINUTE
    db.execute(update(Exam).where(Exam.public_id == made.exam).values(closes_at=late))
    return f"exam {made.exam}: closes_at is"


def the_order_of_options(db: Session, made: Made) -> str:
    place = PaperItem.paper_id == sitting_of(db, made.passed).paper_id, PaperItem.position == 1
    order = db.scalars(select(PaperItem.option_order).where(*place)).one()
    db.execute(update(PaperItem).where(*place).values(option_order=order[::-1]))
    return f"paper of sitting {made.passed}: its items, their order or their points were altered"


def the_points_of_a_place(db: Session, made: Made) -> str:
    place = PaperItem.paper_id == sitting_of(db, made.passed).paper_id, PaperItem.position == 1
    db.execute(update(PaperItem).where(*place).values(points=Fraction(3)))
    return f"paper of sitting {made.passed}: its items, their order or their points were altered"


def a_paper_with_its_digest(db: Session, made: Made) -> str:
    """Everything about the paper is consistent, but nobody drew it."""
    from examapp.core.papers import paper_digest
    from examapp.services.verification.exams import _stored

    the_order_of_options(db, made)
    paper = sitting_of(db, made.passed).paper_id
    digest = paper_digest(_stored(db, paper))
    db.execute(update(Paper).where(Paper.id == paper).values(digest=digest))
    return f"paper of sitting {made.passed}: drawn again from pool and seed, it is another paper"


def a_deadline(db: Session, made: Made) -> str:
    row = sitting_of(db, made.lapsed)
    db.execute(update(Sitting).where(Sitting.id == row.id).values(deadline=row.deadline + MINUTE))
    return f"sitting {made.lapsed}: its deadline is"


def the_receipt(db: Session, made: Made) -> str:
    db.execute(
        update(Sitting).where(Sitting.public_id == made.passed).values(responses_digest="0" * 64)
    )
    return f"sitting {made.passed}: its receipt was altered"


def when_it_was_handed_in(db: Session, made: Made) -> str:
    db.execute(
        update(Sitting)
        .where(Sitting.public_id == made.lapsed)
        .values(submitted_at=NOW + 3 * MINUTE)
    )
    return f"sitting {made.lapsed}: submitted_at is"


def a_release_taken_back(db: Session, made: Made) -> str:
    db.execute(update(Exam).where(Exam.public_id == made.exam).values(released_at=None))
    return f"exam {made.exam}: its released_at is not as the ledger has it"


def a_score_that_is_gone(db: Session, made: Made) -> str:
    row = sitting_of(db, made.lapsed)
    db.execute(delete(Score).where(Score.sitting_id == row.id))
    return f"score of sitting {made.lapsed}: it is missing"


def a_sitting_that_is_gone(db: Session, made: Made) -> str:
    row = sitting_of(db, made.lapsed)
    for table in (Response, Score):
        db.execute(delete(table).where(table.sitting_id == row.id))
    paper = row.paper_id
    db.execute(delete(Sitting).where(Sitting.id == row.id))
    db.execute(delete(PaperItem).where(PaperItem.paper_id == paper))
    db.execute(delete(Paper).where(Paper.id == paper))
    return f"sitting {made.lapsed}: its paper was drawn but is gone"


def a_sitting_reopened(db: Session, made: Made) -> str:
    db.execute(update(Sitting).where(Sitting.public_id == made.lapsed).values(closed_at=None))
    return f"sitting {made.lapsed}: it was closed on the ledger but is open or gone"


def the_facts_of_an_entry(db: Session, made: Made) -> str:
    entry = db.scalars(select(LedgerEntry).where(LedgerEntry.event == "sitting.scored")).first()
    facts = {**entry.facts, "points": "12"}
    db.execute(update(LedgerEntry).where(LedgerEntry.number == entry.number).values(facts=facts))
    return f"ledger entry {entry.number}: entry {entry.number} (sitting.scored) was altered"


def an_entry_that_is_gone(db: Session, made: Made) -> str:
    entry = db.scalars(select(LedgerEntry).where(LedgerEntry.event == "paper.drawn")).first()
    db.execute(delete(LedgerEntry).where(LedgerEntry.number == entry.number))
    return f"ledger entry {entry.number}: entry {entry.number} is missing"


def the_newest_entry_gone(db: Session, made: Made) -> str:
    newest = db.scalars(select(LedgerEntry).order_by(LedgerEntry.number.desc())).first()
    assert newest.event == "certificate.issued"
    db.execute(delete(LedgerEntry).where(LedgerEntry.number == newest.number))
    return f"certificate {made.serial}: the ledger has no entry for it"


def how_long_a_certificate_holds(db: Session, made: Made) -> str:
    kept = db.scalars(select(Certificate)).one()
    until = kept.valid_until + timedelta(days=1)
    db.execute(update(Certificate).values(valid_until=until))
    return f"certificate {made.serial}: valid_until is '{until}'"


def a_certificate_out_of_thin_air(db: Session, made: Made) -> str:
    kept = db.scalars(select(Certificate)).one()
    db.add(
        Certificate(
            serial="2026-FORGE-DFORG-0", user_id=made.other.id, exam_id=kept.exam_id,
            sitting_id=sitting_of(db, made.lapsed).id, valid_from=kept.valid_from,
            valid_until=kept.valid_until, issued_at=NOW,
        )
    )  # fmt: skip
    db.flush()
    return "certificate 2026-FORGE-DFORG-0: the ledger has no entry for it"


def a_certificate_revoked_in_silence(db: Session, made: Made) -> str:
    db.execute(update(Certificate).values(revoked_at=NOW, revoked_because="x"))
    return f"certificate {made.serial}: its revocation is not as the ledger has it"


def a_role(db: Session, made: Made) -> str:
    db.execute(update(UserRole).where(UserRole.user_id == made.cadre.id).values(role="admin"))
    return f"user {made.cadre.public_id}: holds ['admin'], the ledger has ['cadre']"


def a_role_taken_away(db: Session, made: Made) -> str:
    db.execute(delete(UserRole).where(UserRole.user_id == made.cadre.id))
    return f"user {made.cadre.public_id}: holds [], the ledger has ['cadre']"


TAMPERINGS = (
    a_response, a_response_that_was_overwritten_later, the_moment_of_a_response,
    a_response_slipped_in_after_the_end, a_score, an_outcome, what_a_place_earned,
    a_score_written_over_by_a_second_one, the_owner_of_a_sitting, a_key, a_stem, a_rationale,
    a_key_with_its_digest, the_difficulty_of_an_item, a_row_of_the_pool, the_seed, the_cut_score,
    the_close_of_the_window, the_order_of_options, the_points_of_a_place, a_paper_with_its_digest,
    a_deadline, the_receipt, when_it_was_handed_in, a_release_taken_back,
    a_score_that_is_gone, a_sitting_that_is_gone, a_sitting_reopened, the_facts_of_an_entry,
    an_entry_that_is_gone, the_newest_entry_gone, how_long_a_certificate_holds,
    a_certificate_out_of_thin_air, a_certificate_revoked_in_silence, a_role, a_role_taken_away,
)  # fmt: skip


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda t: t.__name__)
def test_tampering_is_named(made, db, tampering):
    expected = tampering(db, made)
    db.expire_all()
    assert first(db).startswith(expected)


def test_the_guards_stand_on_everything_that_is_append_only(made):
    """The list above must not fall behind the schema."""
    with made.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            query = "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'"
        else:
            query = "SELECT DISTINCT event_object_table FROM information_schema.triggers"
        assert set(connection.execute(text(query)).scalars()) == set(GUARDED)
        assert set(GUARDED) <= set(inspect(connection).get_table_names())


def test_changes_that_the_platform_itself_makes_leave_nothing_to_find(made, db):
    """Roles changed and a certificate revoked as they should be."""
    from examapp.services.people.accounts import change_roles
    from examapp.store.people import User

    admin = add_person(db, "admin", Role.ADMIN)
    user = db.get_one(User, made.other.id)
    change_roles(db, user, {Role.CADRE, Role.PERSONNEL}, by=admin, now=NOW + 7 * HOUR)
    revoke(db, admin, made.serial, because="issued in error", now=NOW + 7 * HOUR)
    db.flush()
    assert list(verify(db)) == []


def test_a_sitting_still_running_is_nothing_to_find(made, db):
    trainer = add_person(db, "trainer-2", Role.TRAINER)
    exam = make_exam(db, trainer, opens_at=NOW + 6 * HOUR, closes_at=NOW + 9 * HOUR)
    begin(db, made.cadre, exam, now=NOW + 7 * HOUR)
    assert list(verify(db)) == []


# ---- checkpoints: small signed files kept where the database is not ----


@pytest.fixture
def checkpoint(db, tmp_path):
    """A signed checkpoint of the record as it stands."""
    key = checkpoint_files.signing_key(tmp_path / "keys")
    path = tmp_path / "checkpoint.json"
    path.write_text(checkpoint_files.signed(checkpoint_facts(db, now=NOW), key))
    return path


def rewrite_chain(db: Session, number: int, facts: dict) -> None:
    """What an intruder does who knows the algorithm: every later digest made anew."""
    rows = list(entries(db))
    db.execute(delete(LedgerEntry))
    previous = GENESIS
    for e in rows:
        said = facts if e.number == number else e.facts
        digest = entry_digest(e.number, e.event, e.at, e.actor, e.subject, said, previous)
        db.add(
            LedgerEntry(
                number=e.number, event=e.event, at=e.at, actor=e.actor, subject=e.subject,
                facts=said, previous=previous, digest=digest,
            )
        )  # fmt: skip
        previous = digest
    db.flush()


def test_a_true_checkpoint_finds_nothing_in_a_record_left_alone(made, db, checkpoint, tmp_path):
    kept = checkpoint_files.read(checkpoint, key=checkpoint_files.signing_key(tmp_path / "keys"))
    assert list(verify(db, checkpoint=kept)) == []


def test_the_record_may_grow_after_a_checkpoint(made, db, checkpoint):
    add_person(db, "newcomer", Role.CADRE)
    assert list(verify(db, checkpoint=checkpoint_files.read(checkpoint))) == []


def test_a_checkpoint_notices_a_chain_written_anew(made, db, checkpoint):
    """A role given and the entry about it forged: all fits, but for the checkpoint."""
    entry = db.scalars(
        select(LedgerEntry).where(LedgerEntry.subject == made.cadre.public_id)
    ).first()
    newest = max(e.number for e in entries(db))
    a_role(db, made)
    rewrite_chain(db, entry.number, {**entry.facts, "roles": ["admin"]})
    assert list(verify(db)) == []
    kept = checkpoint_files.read(checkpoint)
    assert first(db, checkpoint=kept) == (
        f"ledger entry {newest}: it is not the entry that the checkpoint saw"
    )


def test_a_checkpoint_notices_a_chain_cut_short(made, db, checkpoint):
    newest = max(e.number for e in entries(db))
    db.execute(delete(LedgerEntry).where(LedgerEntry.number == newest))
    kept = checkpoint_files.read(checkpoint)
    assert first(db, checkpoint=kept) == f"ledger entry {newest}: it is gone"


def test_a_score_forged_together_with_its_entry_is_computed_again(made, db):
    entry = db.scalars(
        select(LedgerEntry).where(
            LedgerEntry.event == "sitting.scored", LedgerEntry.subject == made.lapsed
        )
    ).one()
    forged = {**entry.facts, "points": "8", "outcome": "passed"}
    expected = a_score(db, made)
    rewrite_chain(db, entry.number, forged)
    db.expire_all()
    assert first(db).startswith(expected)


def test_two_exams_do_not_hide_each_other(made, db):
    """Noise: a second, sound exam, so that no check stops at the first row."""
    trainer = add_person(db, "trainer-3", Role.TRAINER)
    exam = make_exam(db, trainer)
    sit(db, made.other, exam, now=NOW + MINUTE)
    release(db, exam, by=trainer, now=NOW + 6 * HOUR)
    assert list(verify(db)) == []
    assert first_after(db, made) == a_score(db, made)


def first_after(db: Session, made: Made) -> str:
    expected = a_score(db, made)
    db.expire_all()
    found = first(db)
    assert found.startswith(expected)
    return expected
