"""Importing texts on the web: report first, then confirm; one's own uploads; coverage pages."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from examapp.core.people import Role
from examapp.store.laws import Edition, Law, LawUpload
from tests.bureau import make_item, make_shelf, make_user

WORDS = ["为了说明示例，制定本法。", "示例应当清楚。", "示例不得冗长。", "示例每年更新一次。"]
NUMBERS = "一二三四五六七八"


def law(title, *, adopted="2024年3月1日", since="2024年5月1日", words=WORDS):
    head = (
        f"# {title}\n\n{adopted}第十届示例代表大会第一次会议通过\n\n"
        if adopted
        else f"# {title}\n\n"
    )
    last = f"本法自{since}起施行。" if since else "示例由示例局解释。"
    articles = [f"**第{NUMBERS[n]}条**　{text}" for n, text in enumerate([*words, last])]
    return (head + "\n\n".join(articles) + "\n").encode()


def files(*named):
    return {"files": [(io.BytesIO(data), name) for name, data in named]}


@pytest.fixture
def trainer(store, as_user, request):
    user = make_user(store, f"t-{request.node.name}"[:60], Role.TRAINER)
    store.commit()
    return as_user(user)


def read(client, *named):
    """Upload files; the report's address and page."""
    answer = client.post("/laws/import", data=files(*named))
    assert answer.status_code == 303, answer.text
    return answer.location, client.get(answer.location)


def confirm(client, address, take=("1",), **fields):
    return client.post(address, data={"take": list(take), **fields})


def edition(store, title):
    store.expire_all()
    query = select(Edition).join(Law).where(Law.title["zh"].as_string() == title)
    found = store.scalar(query.options(joinedload(Edition.law)))
    store.commit()  # whoever reads must not hold up the others
    return found


def test_a_text_is_read_first_and_imported_only_when_confirmed(trainer, store):
    title = "中华人民共和国首例法"
    address, page = read(trainer, ("one.md", law(title)))
    for words in (title, "1 March 2024", "1 May 2024", "New law", "Import what is ticked"):
        assert words in page.text
    assert edition(store, title) is None
    done = confirm(trainer, address)
    assert done.status_code == 200
    assert "1 text is in the library now" in done.text
    found = edition(store, title)
    assert (found.articles, str(found.effective), found.source) == (5, "2024-05-01", "one.md")
    assert found.imported_by is not None
    assert store.scalar(select(func.count()).select_from(LawUpload)) == 0
    store.rollback()


def test_confirming_twice_does_no_harm(trainer, store):
    title = "中华人民共和国再例法"
    address, _ = read(trainer, ("one.md", law(title)))
    confirm(trainer, address)
    again = confirm(trainer, address)
    assert again.status_code == 303
    assert "wait no longer" in trainer.get(again.location).text
    _, page = read(trainer, ("one.md", law(title)))
    assert "Nothing to do" in page.text
    assert "Import what is ticked" not in page.text


def test_what_is_not_ticked_is_not_imported(trainer, store):
    pair = ("中华人民共和国甲例法", "中华人民共和国乙例法")
    address, _ = read(trainer, *((f"{t}.md", law(t)) for t in pair))
    confirm(trainer, address, take=("2",))
    assert [edition(store, title) is not None for title in pair].count(True) == 1


def test_another_text_of_the_same_edition_is_refused_unless_it_shall_replace(trainer, store):
    title = "中华人民共和国异例法"
    address, _ = read(trainer, ("one.md", law(title)))
    confirm(trainer, address)
    other = law(title, words=["为了说明示例，制定本法。", *WORDS[2:], "示例另有规定。"])
    address, page = read(trainer, ("one.md", other))
    assert "Differs" in page.text
    assert "Nothing was imported" in confirm(trainer, address).text
    before = edition(store, title).text_digest
    address, _ = read(trainer, ("one.md", other))
    confirm(trainer, address, take=(), replace=["1"])
    assert edition(store, title).text_digest != before


def test_days_that_the_file_does_not_tell_are_filled_in(trainer, store):
    title = "中华人民共和国无日法"
    address, page = read(trainer, ("one.md", law(title, adopted="", since="")))
    assert "Day missing" in page.text
    assert "Import this text" not in page.text
    wrong = trainer.post(
        f"{address}/days/1", data={"adopted": "2024-05-02", "effective": "2024-05-01"}
    )
    assert wrong.status_code == 422
    assert "at the earliest" in wrong.text
    assert trainer.post(f"{address}/days/1", data={}).status_code == 422
    right = trainer.post(
        f"{address}/days/1", data={"adopted": "2024-05-02", "effective": "2024-06-01"}
    )
    assert right.status_code == 303
    confirm(trainer, address)
    found = edition(store, title)
    assert (str(found.adopted), str(found.effective)) == ("2024-05-02", "2024-06-01")


def test_a_newer_edition_says_what_it_would_hold_and_from_when(trainer, store):
    title = "中华人民共和国变例法"
    address, _ = read(trainer, ("one.md", law(title, adopted="2024年3月1日")))
    confirm(trainer, address)
    code = edition(store, title).law.code
    make_shelf(store)
    for number, article in enumerate((2, 2, 3, 4)):
        make_item(store, f"held-{number}", cites=f"{code}:{article}")
    store.commit()
    words = [WORDS[0], "示例必须准确、完整，并且附有出处。", *WORDS[2:]]
    newer = law(title, adopted="2026年3月1日", since="2099年5月1日", words=words)
    _, page = read(trainer, ("new.md", newer))
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))
    assert "New edition" in text
    assert "Questions: 2, study sections: 0" in text
    assert "will be held from 1 May 2099" in text


def test_several_files_and_archives_come_together(trainer, store):
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w") as archive:
        archive.writestr("a/x.md", law("中华人民共和国箱例法"))
    address, page = read(
        trainer,
        ("box.zip", box.getvalue()),
        ("y.md", law("中华人民共和国散例法")),
        ("z.txt", law("中华人民共和国纯例法").replace(b"*", b"").replace(b"# ", b"")),
        ("picture.docx", b"\x89PNG\r\n" + b"\0" * 40),
        ("notes.json", b"{}"),
    )
    for words in ("箱例法", "散例法", "纯例法", "2 files could", "picture.docx", "notes.json"):
        assert words in page.text
    confirm(trainer, address, take=("1", "2", "3"))
    assert all(edition(store, f"中华人民共和国{t}例法") for t in "箱散纯")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (None, "Choose a file first."),
        (("picture.docx", b"\x89PNG\r\n" + b"\0" * 40), "1 file could not be read"),
        (("empty.zip", b"PK\x05\x06" + b"\0" * 18), "1 file could not be read"),
    ],
)
def test_what_is_no_law_is_refused_with_words(trainer, file, said):
    answer = trainer.post("/laws/import", data=files(*([file] if file else [])))
    assert answer.status_code == 422
    assert said in answer.text


def test_more_than_the_page_promises_is_refused_with_words(trainer):
    form = "multipart/form-data; boundary=x"
    big = trainer.post("/laws/import", data=b"-" * (9 * 1024 * 1024), content_type=form)
    assert big.status_code == 413
    assert "8 MB" in big.text
    assert "8 MB" in trainer.get("/laws/import").text


def test_an_archive_that_swells_is_not_opened(trainer):
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.md", law("中华人民共和国胀例法") + b" " * (65 * 1024 * 1024))
    answer = trainer.post("/laws/import", data=files(("box.zip", box.getvalue())))
    assert answer.status_code == 422
    assert "64 MB" in answer.text


def test_an_upload_is_its_owners_alone_and_can_be_thrown_away(trainer, store, as_user):
    address, _ = read(trainer, ("one.md", law("中华人民共和国私例法")))
    other = make_user(store, "other-trainer", Role.TRAINER, Role.ADMIN)
    store.commit()
    stranger = as_user(other)
    assert stranger.get(address).status_code == 303
    assert confirm(stranger, address).status_code == 303
    stranger.post(f"{address}/throw-away")
    assert trainer.get(address).status_code == 200
    assert edition(store, "中华人民共和国私例法") is None
    trainer.post(f"{address}/throw-away")
    assert trainer.get(address).status_code == 303


def test_only_trainers_and_administrators_import(store, as_user):
    user = make_user(store, "reader", Role.CADRE, Role.PERSONNEL)
    store.commit()
    client = as_user(user)
    for path in ("/laws/import", "/laws/import/x", "/laws/coverage", "/laws/law-x/coverage"):
        assert client.get(path).status_code == 403
    assert client.post("/laws/import", data=files(("a.md", law("某法")))).status_code == 403


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_the_pages_render_in_both_languages(store, as_user, language):
    user = make_user(store, f"pages-{language}", Role.TRAINER)
    make_shelf(store)
    make_item(store, f"cov-{language}", cites="law-x:3")
    store.commit()
    client = as_user(user, language)
    for path in (
        "/laws/import",
        "/laws/coverage",
        "/laws/law-x/coverage",
        "/bank?law=law-x&article=3",
    ):
        assert client.get(path).status_code == 200
    assert client.get("/laws/no-such-law/coverage").status_code == 404


def test_coverage_names_the_articles_without_questions_in_runs(store, as_user):
    user = make_user(store, "cover", Role.TRAINER)
    make_shelf(store)
    make_item(store, "cover-3", cites="law-x:3")
    make_item(store, "cover-7", cites="law-x:7")
    store.commit()
    page = as_user(user).get("/laws/law-x/coverage").text
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    assert "1–2, 4–6, 8–10" in text
    assert 'href="/bank?law=law-x&amp;article=7"' in page
    found = as_user(user).get("/bank?law=law-x&article=7").text
    assert "cover-7" in found
    assert "cover-3" not in found
