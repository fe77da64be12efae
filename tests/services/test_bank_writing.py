"""Trainers write, revise, retire: ids, conflicts, faults all at once."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examapp.core.items import ItemContent, Kind
from examapp.core.people import Role
from examapp.core.refusals import Conflict, Invalid
from examapp.services.bank.catalogue import item_of
from examapp.services.bank.drafts import ItemDraft
from examapp.services.bank.revisions import in_force, latest
from examapp.services.bank.writing import (
    AlreadyRetired,
    NothingChanged,
    NotRetired,
    bring_back,
    check,
    create,
    retire,
    revise,
    same_before,
)
from examapp.store.bank import Item, ItemCitation, ItemRevision
from examapp.store.engine import make_engine
from examapp.store.ledger import LedgerEntry
from tests.bureau import NOW, make_content, make_item, make_person, make_shelf
from tests.conftest import DATABASES, SEALING_KEY


def draft_of(content: ItemContent, **fields: object) -> ItemDraft:
    data = content.as_data()
    draft = ItemDraft(
        topic=content.topic,
        kind=content.kind,
        difficulty=content.difficulty,
        use=content.use,
        asks=content.asks,
        stem=content.stem,
        options=content.options,
        key=content.key,
        rationale=content.rationale,
        cites=tuple(data["cites"]),
        enemies=tuple(data["enemies"]),
    )
    return replace(draft, **fields)  # type: ignore[arg-type]


@pytest.fixture
def trainer(db):
    make_shelf(db)
    return make_person(db, "trainer", Role.TRAINER)


def make(db, trainer, code=None, **content):
    draft = draft_of(make_content(**content))
    return create(db, draft, code=code, by=trainer, note="", now=NOW)


def rewrite(db, item, trainer, *, started_from, note="why", **content):
    draft = draft_of(make_content(**content))
    return revise(db, item, draft, started_from=started_from, by=trainer, note=note, now=NOW)


def test_a_new_item_gets_the_topic_and_the_next_number(db, trainer):
    make_item(db, "law-basic-007")
    make_item(db, "law-basic-extra")
    make_item(db, "law-012")
    assert make(db, trainer, stem="one").code == "law-basic-008"
    assert make(db, trainer, stem="two").code == "law-basic-009"


def test_a_new_item_keeps_the_id_that_was_typed(db, trainer):
    item = make(db, trainer, code="my-own-1")
    assert latest(db, item.id).author_id == trainer.id
    assert db.scalar(select(LedgerEntry.event).where(LedgerEntry.subject == "my-own-1"))


@pytest.mark.parametrize("code", ["Big", "a b", "a--b", "-a", "a/b", "x" * 81, "taken"])
def test_an_id_that_cannot_be_is_refused(db, trainer, code):
    make_item(db, "taken")
    with pytest.raises(Invalid) as refused:
        make(db, trainer, code=code)
    assert [fault.place for fault in refused.value.faults] == ["code"]


def test_all_faults_are_told_at_once(db, trainer):
    draft = draft_of(
        make_content(key={"E"}),
        topic="nowhere",
        stem={"zh": "", "en": "x"},
        cites=("law-x:11", "law-y:1", "nonsense", "law-x:2", "law-x:2"),
        enemies=("nobody", "self-1"),
    )
    with pytest.raises(Invalid) as refused:
        check(db, draft, code="self-1", new=False, now=NOW)
    assert {(f.place, *f.facts.values()) for f in refused.value.faults} == {
        ("topic", "nowhere"),
        ("stem", "zh"),
        ("key", "E", "A, B, C, D"),
        ("cites", "nonsense"),
        ("cites", "law-x:11", 10),
        ("cites", "law-y"),
        ("cites", "law-x:2"),
        ("enemies", "nobody"),
        ("enemies",),
    }


def test_only_the_constitution_has_a_preamble(db, trainer):
    with pytest.raises(Invalid):
        check(db, draft_of(make_content(), cites=("law-x:preamble",)), code=None, new=True, now=NOW)


def test_a_revision_counts_on_and_cites_anew(db, trainer):
    item = make(db, trainer, cites="law-x:1")
    revision = rewrite(db, item, trainer, started_from=1, stem="better", cites="law-x:2")
    assert (revision.number, revision.note) == (2, "why")
    articles = db.scalars(
        select(ItemCitation.article).where(ItemCitation.revision_id == revision.id)
    ).all()
    assert articles == ["2"]


def test_unchanged_content_makes_no_revision(db, trainer):
    item = make(db, trainer, stem="same")
    with pytest.raises(NothingChanged):
        rewrite(db, item, trainer, started_from=1, stem="same")


def test_a_revision_says_why(db, trainer):
    item = make(db, trainer)
    with pytest.raises(Invalid) as refused:
        rewrite(db, item, trainer, started_from=1, stem="new", note="  ")
    assert refused.value.faults[0].place == "note"


def test_the_second_of_two_who_revise_gets_a_conflict(db, trainer):
    item = make(db, trainer)
    other = make_person(db, "other", Role.TRAINER)
    rewrite(db, item, trainer, started_from=1, stem="first")
    with pytest.raises(Conflict):
        rewrite(db, item, other, started_from=1, stem="second")
    assert latest(db, item.id).content["stem"]["zh"] == "first"
    assert rewrite(db, item, other, started_from=2, stem="second").number == 3


def test_a_revision_begun_from_one_that_does_not_exist_is_a_conflict(db, trainer):
    item = make(db, trainer)
    with pytest.raises(Conflict):
        rewrite(db, item, trainer, started_from=9, stem="x")


def test_an_older_state_can_be_brought_back(db, trainer):
    item = make(db, trainer, stem="old")
    rewrite(db, item, trainer, started_from=1, stem="new")
    restored = rewrite(db, item, trainer, started_from=2, stem="old")
    assert (restored.number, same_before(db, restored)) == (3, 1)
    assert same_before(db, latest(db, make_item(db, "noise").item_id)) is None


def test_a_restored_state_waits_for_its_own_reader(db, trainer):
    first = make_item(db, "read-1", stem="old")
    item = db.get_one(Item, first.item_id)
    rewrite(db, item, trainer, started_from=1, stem="new")
    rewrite(db, item, trainer, started_from=2, stem="old")
    assert db.scalars(in_force()).all() == [first.id]


def test_retiring_takes_an_item_out_of_force_and_back(db, trainer):
    revision = make_item(db, "tired")
    make_item(db, "noise")
    item = item_of(db, "tired")
    retire(db, item, by=trainer, reason=" the law changed ", now=NOW)
    db.refresh(item)
    assert item.retired_because == "the law changed"
    assert revision.id not in db.scalars(in_force()).all()
    with pytest.raises(AlreadyRetired):
        retire(db, item, by=trainer, reason="again", now=NOW)
    bring_back(db, item, by=trainer, now=NOW)
    assert revision.id in db.scalars(in_force()).all()
    with pytest.raises(NotRetired):
        bring_back(db, item, by=trainer, now=NOW)
    events = select(LedgerEntry.event).where(LedgerEntry.subject == "tired")
    assert db.scalars(events.order_by(LedgerEntry.number)).all()[-2:] == [
        "item.retired",
        "item.brought-back",
    ]


def test_retiring_needs_a_reason(db, trainer):
    make_item(db, "tired")
    with pytest.raises(Invalid):
        retire(db, item_of(db, "tired"), by=trainer, reason=" ", now=NOW)


@pytest.mark.parametrize("kind", DATABASES)
def test_trainers_who_save_new_items_at_once_all_get_ids(fresh_databases, kind):
    engine = make_engine(fresh_databases.url(kind), sealing_key=SEALING_KEY)
    with Session(engine, expire_on_commit=False) as db:
        make_shelf(db)
        person = make_person(db, "trainer", Role.TRAINER)
        db.commit()
    gate, codes, wrong = threading.Barrier(4), [], []

    def save(number: int) -> None:
        try:
            gate.wait()
            with Session(engine) as db:
                codes.append(make(db, person, kind=Kind.SINGLE, stem=f"s{number}").code)
                db.commit()
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=save, args=(n,)) for n in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert wrong == []
    assert sorted(codes) == [f"law-basic-00{n}" for n in range(1, 5)]
    engine.dispose()


@pytest.mark.parametrize("kind", DATABASES)
def test_of_trainers_who_revise_at_once_one_wins_and_the_rest_are_told(fresh_databases, kind):
    engine = make_engine(fresh_databases.url(kind), sealing_key=SEALING_KEY)
    with Session(engine, expire_on_commit=False) as db:
        make_shelf(db)
        person = make_person(db, "trainer", Role.TRAINER)
        item = make(db, person)
        db.commit()
    gate, told, wrong = threading.Barrier(4), [], []

    def save(number: int) -> None:
        gate.wait()
        with Session(engine) as db:
            try:
                rewrite(db, item, person, started_from=1, stem=f"s{number}")
                db.commit()
                told.append("saved")
            except Conflict:
                told.append("conflict")
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=save, args=(n,)) for n in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert wrong == []
    assert sorted(told) == ["conflict"] * 3 + ["saved"]
    with Session(engine) as db:
        assert db.scalar(select(func.count()).select_from(ItemRevision)) == 2
    engine.dispose()
