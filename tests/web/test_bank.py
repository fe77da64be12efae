"""The question bank in the browser: who may, faults beside fields, conflicts, blind readings."""

import re
from itertools import count

import pytest
from sqlalchemy import select

from examapp.core.items import Kind
from examapp.core.people import Role
from examapp.services.bank.catalogue import item_of, standing
from examapp.services.bank.revisions import add_revision
from examapp.store.bank import Item, ItemReading, ItemRevision
from tests.bureau import NOW, make_content, make_item, make_shelf, make_user

_numbers = count(1)


def newest(store, code):
    """The newest revision, read in a transaction of its own: it must not hold up the client."""
    revision = standing(store, code).newest
    store.commit()
    return revision


@pytest.fixture
def trainer(store):
    make_shelf(store)
    user = make_user(store, f"trainer{next(_numbers)}", Role.TRAINER)
    store.commit()
    return user


@pytest.fixture
def other(store):
    user = make_user(store, f"other{next(_numbers)}", Role.TRAINER)
    store.commit()
    return user


@pytest.fixture
def code():
    return f"item-{next(_numbers)}"


def add(store, code, **fields):
    revision = make_item(store, code, **fields)
    store.commit()
    return revision


def typed(**fields):
    """What a trainer types for a sound single choice."""
    data = {
        "number": "1",
        "topic": "law.basic",
        "difficulty": "easy",
        "use": "exam",
        "asks": "recall",
        "stem_zh": "题干（　　）。",
        "stem_en": "Stem ____.",
        "key": "B",
        "cites": "law-x:1\r\nlaw-x:2.1(3)",
        "rationale_zh": "理由",
        "rationale_en": "Why",
        "enemies": "",
        "note": "typo",
        "do": "save",
    }
    for letter in "ABC":
        data |= {f"option_{letter}_zh": f"选{letter}", f"option_{letter}_en": f"Opt {letter}"}
    return {**data, **fields}


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_every_page_renders(store, as_user, trainer, other, code, language):
    revision = add(store, code, read=False)
    add_revision(
        store, item_of(store, code), make_content(stem="新", kind=Kind.MULTIPLE), number=2,
        by=None, note="", now=NOW,
    )  # fmt: skip
    store.commit()
    client = as_user(trainer, language)
    for path in (
        "/bank",
        "/bank?q=%25&topic=law&kind=single&difficulty=easy&use=exam&state=waiting&page=7",
        "/bank/new",
        "/bank/new?kind=single",
        "/bank/new?kind=multiple",
        "/bank/new?kind=judgement",
        f"/bank/items/{code}",
        f"/bank/items/{code}/revisions/1?against=2",
        f"/bank/items/{code}/revise",
        f"/bank/items/{code}/revise?from=1",
        f"/bank/items/{code}/retire",
        "/bank/waiting",
        f"/bank/items/{code}/revisions/2/read",
    ):
        assert client.get(path).status_code == 200, path
    assert revision.number == 1


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.TRAINER])
def test_only_trainers_come_in(store, as_user, trainer, code, role):
    add(store, code)
    user = make_user(store, f"u{next(_numbers)}", role)
    store.commit()
    for path in ("/bank", "/bank/new", f"/bank/items/{code}", "/bank/waiting"):
        answer = as_user(user).get(path)
        assert answer.status_code == 403
        assert f"理由题干{code}" not in answer.text


def test_what_does_not_exist_is_not_found(as_user, trainer, store, code):
    add(store, code)
    for path in (
        "/bank/items/nothing",
        "/bank/items/nothing/revise",
        f"/bank/items/{code}/revisions/9",
        f"/bank/items/{code}/revisions/1?against=9",
        f"/bank/items/{code}/revise?from=9",
        f"/bank/items/{code}/revisions/9/read",
    ):
        assert as_user(trainer).get(path).status_code == 404, path


def test_search_finds_and_escapes(store, as_user, trainer, code):
    add(store, code, stem="独一无二100%")
    client = as_user(trainer)
    assert code in client.get(f"/bank?q={code}+100%25").text
    assert "No question fits." in client.get("/bank?q=1_0%25%25").text


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("single", {}),
        ("multiple", {"key": ["A", "C"]}),
        ("judgement", {"key": "true"}),
    ],
)
def test_a_trainer_writes_an_item_of_each_kind(store, as_user, trainer, kind, fields):
    client = as_user(trainer)
    answer = client.post(f"/bank/new?kind={kind}", data=typed(stem_zh=kind, **fields))
    assert answer.status_code == 302
    code = answer.location.rsplit("/", 1)[1]
    assert code.startswith("law-basic-")
    made = newest(store, code)
    assert (made.kind, made.author_id) == (kind, trainer.id)
    assert made.content["cites"] == ["law-x:1", "law-x:2.1(3)"]
    assert "As a candidate sees it" in client.get(answer.location).text


def test_a_preview_saves_nothing_and_keeps_the_text(store, as_user, trainer):
    answer = as_user(trainer).post(
        "/bank/new?kind=single", data=typed(do="preview", stem_zh="只是看看")
    )
    assert answer.status_code == 200
    assert answer.text.count("只是看看") == 2
    assert not store.scalar(
        select(ItemRevision.id).where(ItemRevision.search_text.contains("只是看看"))
    )


def test_a_preview_tells_what_may_give_the_answer_away(store, as_user, trainer, code):
    long = "由作出决定的行政机关在二十日内书面告知当事人"
    add(store, code, stem="行政机关应当自受理申请之日起二十日内作出决定（　　）")
    mine = typed(
        do="preview", option_B_zh=long,
        stem_zh="下列选项中不属于行政处罚的是（　　）。", stem_en="____ <b>**bold**</b>",
    )  # fmt: skip
    page = as_user(trainer).post("/bank/new?kind=single", data=mine).text
    assert "The question (Chinese): the stem asks for what is not so" in page
    assert "Right answer (Chinese): the right answer shows by its length" in page
    assert "&lt;b&gt;<strong>bold</strong>&lt;/b&gt;" in page
    assert "the same as" not in page
    stem = "行政机关应当自受理申请之日起二十日内作出决定（　　）"
    letters = {f"option_{letter}_zh": f"选项{letter}" for letter in "ABC"}
    alike = typed(do="preview", stem_zh=stem, **letters)
    shown = as_user(trainer).get(f"/bank/items/{code}").text
    assert "Worth a second look" in shown
    assert "Option A" not in shown.partition("Worth a second look")[2].partition("</ul>")[0]
    page = as_user(trainer).post("/bank/new?kind=single", data=alike).text
    assert re.search(rf"the same as <a href=\"/bank/items/{code}\">{code}</a>", page)


def test_all_faults_stand_beside_their_fields_at_once(as_user, trainer):
    data = typed(stem_en=" ", key="F", cites="x\nlaw-x:99", option_B_zh="", enemies="no-such")
    answer = as_user(trainer).post("/bank/new?kind=single", data={**data, "code": "Bad Id"})
    assert answer.status_code == 422
    for place in ("stem_en", "key", "cites", "option_B_zh", "enemies", "code"):
        assert f'id="{place}-error"' in answer.text, place
    for place in ("stem_zh", "rationale_en", "option_A_zh"):
        assert f'id="{place}-error"' not in answer.text, place
    assert "the English text is missing" in answer.text


def test_the_faults_are_told_in_chinese(as_user, trainer):
    answer = as_user(trainer, "zh_Hans_CN").post(
        "/bank/new?kind=judgement", data=typed(stem_en="", key="")
    )
    assert "missing" not in answer.text
    assert "the key" not in answer.text


def test_an_unknown_topic_is_refused(as_user, trainer):
    answer = as_user(trainer).post("/bank/new?kind=single", data=typed(topic="nowhere"))
    assert answer.status_code == 422


def test_the_form_of_a_revision_holds_what_the_item_says(store, as_user, trainer, code):
    add(store, code, kind=Kind.MULTIPLE)
    page = as_user(trainer).get(f"/bank/items/{code}/revise").text
    assert page.count(" checked") == 2
    assert f"理由题干{code}" in page
    assert "law-x:1" in page


def test_sending_the_form_back_unchanged_makes_no_revision(store, as_user, trainer, code):
    client = as_user(trainer)
    client.post("/bank/new?kind=single", data=typed(code=code, stem_zh="一\r\n二"))
    answer = client.post(
        f"/bank/items/{code}/revise",
        data=typed(stem_zh="一\n二 "),
        follow_redirects=True,
    )
    assert "Nothing has changed" in answer.text
    assert newest(store, code).number == 1


def test_a_revision_without_a_reason_is_refused(store, as_user, trainer, code):
    add(store, code)
    answer = as_user(trainer).post(f"/bank/items/{code}/revise", data=typed(note=""))
    assert answer.status_code == 422
    assert 'id="note-error"' in answer.text


def test_the_second_of_two_trainers_sees_both_and_goes_on(store, as_user, trainer, other, code):
    add(store, code)
    path = f"/bank/items/{code}/revise"
    first = as_user(other).post(path, data=typed(stem_zh="她的题干", note="她的理由"))
    assert first.status_code == 302
    second = as_user(trainer).post(path, data=typed(stem_zh="我的题干"))
    assert second.status_code == 409
    for words in ("她的题干", "我的题干", "她的理由", "changed by both of you", other.name):
        assert words in second.text
    assert 'name="number" type="hidden" value="2"' in second.text
    assert newest(store, code).content["stem"]["zh"] == "她的题干"
    third = as_user(trainer).post(path, data=typed(stem_zh="我的题干", number="2"))
    assert third.status_code == 302
    assert newest(store, code).number == 3


def test_the_history_shows_what_differs(store, as_user, trainer, code):
    add(store, code)
    client = as_user(trainer)
    client.post(f"/bank/items/{code}/revise", data=typed(rationale_en="Rationale changed"))
    page = client.get(f"/bank/items/{code}").text
    assert "<ins>" in page
    assert "typo" in page
    assert trainer.name in page


def test_bringing_back_an_old_state_says_which_it_is(store, as_user, trainer, code):
    client = as_user(trainer)
    client.post("/bank/new?kind=single", data=typed(code=code))
    path = f"/bank/items/{code}/revise"
    client.post(path, data=typed(stem_zh="别的"))
    answer = client.post(path, data=typed(number="2"), follow_redirects=True)
    assert "It says the same as revision 1 did." in answer.text


def test_retiring_asks_why_and_can_be_undone(store, as_user, trainer, code):
    add(store, code)
    client = as_user(trainer)
    assert client.post(f"/bank/items/{code}/retire", data={"reason": " "}).status_code == 422
    client.post(f"/bank/items/{code}/retire", data={"reason": "amended"})
    assert "amended" in client.get(f"/bank/items/{code}").text
    again = client.post(f"/bank/items/{code}/retire", data={"reason": "amended"})
    assert again.status_code == 409
    client.post(f"/bank/items/{code}/bring-back")
    store.expire_all()
    assert store.scalar(select(Item.retired_at).where(Item.code == code)) is None


def test_the_blind_page_holds_no_key_and_no_rationale(store, as_user, trainer, other, code):
    add(store, code, read=False)
    page = as_user(other).get(f"/bank/items/{code}/revisions/1/read").text
    assert f"题干{code}" in page
    assert "checked" not in page
    assert "理由" not in page.replace("理由：", "")
    assert "Rationale" not in page
    assert "is-key" not in page


def test_a_reading_is_recorded_and_its_outcome_shown(store, as_user, trainer, other, code):
    add(store, code, read=False)
    client = as_user(other)
    path = f"/bank/items/{code}/revisions/1/read"
    assert client.post(path, data={}).status_code == 422
    shown = client.post(path, data={"choice": "A", "remark": "A as well?"}, follow_redirects=True)
    assert "differs from the author" in shown.text
    assert "理由" in shown.text
    client.post(path, data={"choice": "B"})
    readings = select(ItemReading.choice).where(ItemReading.reader == other.public_id)
    assert store.scalars(readings).all() == ["A"]


def test_an_objection_reaches_the_author(store, as_user, trainer, other, code):
    client = as_user(trainer)
    client.post("/bank/new?kind=single", data=typed(code=code))
    read = f"/bank/items/{code}/revisions/1/read"
    assert client.get(read).status_code == 404
    assert client.post(read, data={"choice": "B"}).status_code == 404
    as_user(other).post(read, data={"choice": "A", "remark": "two are right"})
    page = client.get("/bank/waiting").text
    assert "two are right" in page
    assert "two are right" not in as_user(other).get("/bank/waiting").text


def test_texts_of_authors_are_escaped(store, as_user, trainer, code):
    client = as_user(trainer)
    hostile = "<script>alert(1)</script>"
    data = typed(code=code, stem_zh=hostile, rationale_zh=hostile, option_A_zh=hostile)
    client.post("/bank/new?kind=single", data=data)
    client.post(f"/bank/items/{code}/revise", data={**data, "stem_zh": hostile + "x"})
    for path in (f"/bank/items/{code}", "/bank", "/bank/waiting"):
        assert "<script>alert" not in client.get(path).text


def test_names_follow_the_language_of_each_request(store, as_user, trainer):
    chinese, english = (as_user(trainer, language) for language in ("zh_Hans_CN", "en"))
    assert "单选题" in chinese.get("/bank").text
    assert "单选题" not in english.get("/bank").text
