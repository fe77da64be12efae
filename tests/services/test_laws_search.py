"""Search finds every provision in which the words stand, and nothing else."""

import random
import re
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from examapp.core.law.text import Provision, ProvisionKind
from examapp.services.laws import search as searching
from examapp.services.laws.importing import Incoming, import_texts
from examapp.services.laws.register import EditionFacts, LawFacts, load_laws
from examapp.services.laws.search import search
from examapp.store.laws import Article, Edition, Law
from tests.bureau import NOW
from tests.made_up_laws import law, of, sentence

TODAY = NOW.date()
DAY = date(2020, 1, 1)


def bring(db, title, *words, adopted=DAY, effective=None):
    text = replace(law(*words, title=title), adopted=adopted, effective=effective or adopted)
    [done] = import_texts(db, [Incoming(text)], source="test", by=None, now=NOW)
    return done


def register(db, code, title, *, kind="law", level="general", en="Example", editions=()):
    titles = {"zh": title, "en": en}
    known = editions or (EditionFacts(DAY, DAY, 3, 0),)
    load_laws(db, [LawFacts(code, kind, titles, titles, known, level=level)], now=NOW)


def found(db, query, **options):
    """(law, article) of every hit on every page."""
    first = search(db, query, on=TODAY, **options)
    pages = [search(db, query, on=TODAY, page=n, **options) for n in range(1, first.pages + 1)]
    hits = [(hit.law.title["zh"], hit.key) for page in pages for hit in page.hits]
    assert len(hits) == first.total
    return hits


def by_hand(db, query):
    """Every provision of a law's only edition in which all words stand, or in its title too."""
    rows = db.execute(
        select(Law.title, Article.key, Article.title, Article.text)
        .join(Edition, Edition.id == Article.edition_id)
        .join(Law, Law.id == Edition.law_id)
    ).all()
    words = query.lower().split()

    def stands(word, text):
        edge = r"(?<![0-9a-z])%s(?![0-9a-z])" if word.isascii() else "%s"
        return re.search(edge % re.escape(word), text.lower()) is not None

    return {
        (title["zh"], key)
        for title, key, heading, text in rows
        if all(stands(w, heading + "\n" + text) or w in title["zh"] for w in words)
        and any(stands(w, heading + "\n" + text) for w in words)
    }


def test_a_scan_by_hand_finds_the_same(db):
    chance = random.Random(4)
    for number in range(6):
        said = [sentence(chance) + f"{number}17年，WTO规则{n}。" for n in range(40)]
        bring(db, f"示例{'甲乙丙丁戊己'[number]}法", *said)
    stretches = [sentence(chance)[at : at + size] for size in (1, 2, 2, 3, 4, 7) for at in (0, 5)]
    queries = [
        *stretches, "渡船", "船", "渡船 盐田", "17", "317年", "wto", "规则17", "甲法 渡船",
        "示例 船", "票据，", "不得 收到", "nothing",
    ]  # fmt: skip
    for query in queries:
        hits = found(db, query)
        assert len(hits) == len(set(hits)), query
        assert set(hits) == by_hand(db, query), query


def test_annexes_are_found_by_title_and_words(db):
    annex = Provision(ProvisionKind.ANNEX, "annex-1", "附件一", ("灯油。",), "渡口清单")
    text = replace(of([*law("甲。").body, annex], "示例法"), adopted=DAY)
    import_texts(db, [Incoming(text)], source="t", by=None, now=NOW)
    assert found(db, "渡口清单") == found(db, "灯油") == [("示例法", "annex-1")]


def test_only_the_edition_of_the_day_is_asked(db):
    bring(db, "示例法", "旧渡船。", adopted=date(2010, 1, 1))
    bring(db, "示例法", "新渡船。", adopted=date(2026, 1, 1), effective=date(2026, 7, 1))
    assert search(db, "旧渡船", on=date(2026, 6, 30)).total == 1
    assert search(db, "旧渡船", on=date(2026, 7, 1)).total == 0
    assert search(db, "新渡船", on=date(2026, 7, 1)).total == 1
    assert search(db, "新渡船", on=date(2026, 6, 30)).total == 0


def test_where_the_newest_words_are_missing_the_earlier_ones_stand_in(db):
    old, new = EditionFacts(DAY, DAY, 1, 0), EditionFacts(date(2024, 1, 1), date(2024, 1, 1), 1, 0)
    register(db, "x", "示例法", editions=(old, new))
    bring(db, "示例法", "旧渡船。")
    [hit] = search(db, "旧渡船", on=TODAY).hits
    assert (hit.law.adopted, hit.law.stands_in) == (DAY, True)
    bring(db, "示例法", "新渡船。", adopted=new.adopted)
    assert search(db, "旧渡船", on=TODAY).total == 0


def test_repealed_laws_are_left_out_unless_one_is_asked(db):
    register(db, "gone", "旧法", editions=(EditionFacts(DAY, DAY, 1, 0, repealed=TODAY),))
    bring(db, "旧法", "渡船。")
    assert search(db, "渡船", on=TODAY).total == 0
    assert search(db, "渡船", on=TODAY, law="gone").total == 1
    assert [one.code for one in search(db, "旧法", on=TODAY).laws] == ["gone"]


def test_titles_that_fit_stand_first_the_whole_before_its_parts(db):
    register(db, "constitution", "中华人民共和国宪法", kind="constitution", en="Constitution")
    bring(db, "示例宪法宣誓办法", "宪法宣誓。")
    bring(db, "示例民法", "甲。")
    register(db, "port", "港口法", en="Port Law")
    register(db, "trade", "贸易法", en="Transport Safety Law of Examples")
    assert [one.title["zh"] for one in search(db, "宪法", on=TODAY).laws] == [
        "中华人民共和国宪法", "示例宪法宣誓办法",
    ]  # fmt: skip
    assert search(db, "中华人民共和国 宪法", on=TODAY).laws[0].code == "constitution"
    assert [one.code for one in search(db, "port", on=TODAY).laws] == ["port"]
    assert [one.code for one in search(db, "safety law", on=TODAY).laws] == ["trade"]
    assert search(db, "没有的法", on=TODAY).laws == []


@pytest.mark.parametrize(
    "query", ["示例法第二条", "《示例法》第2条", "示例法 2", "example, article 2"]
)
def test_a_number_with_a_law_goes_to_the_article(db, query):
    register(db, "x", "中华人民共和国示例法")
    bring(db, "示例法", "甲。", "乙。")
    bring(db, "示例法实施办法", "丙。", "丁。")
    [place] = search(db, query, on=TODAY).places
    assert (place.law.code, place.key, place.label) == ("x", "2", "第二条")


def test_a_number_alone_goes_to_that_article_of_every_law_the_register_first(db):
    bring(db, "其他法", "甲。", "乙见第二条。")
    register(db, "x", "示例法", level="first-duty")
    bring(db, "示例法", "丙。", "丁。")
    answer = search(db, "第二条", on=TODAY)
    assert [place.law.title["zh"] for place in answer.places] == ["示例法", "其他法"]
    assert [(hit.law.title["zh"], hit.key) for hit in answer.hits] == [("其他法", "2")]
    assert [place.key for place in search(db, "1", on=TODAY, law="x").places] == ["1"]


def test_the_register_comes_first_then_the_most_hits_then_the_order(db):
    bring(db, "其他法", "渡船渡船渡船。")
    register(db, "x", "示例法")
    bring(db, "示例法", "渡船。", "渡船渡船。", "渡船。")
    assert found(db, "渡船") == [("示例法", "2"), ("示例法", "1"), ("示例法", "3"), ("其他法", "1")]


def test_a_laws_name_beside_words_brings_its_articles_to_the_front(db):
    register(db, "x", "示例甲法")
    bring(db, "示例甲法", "渡船。", "渡船依照乙法。")
    bring(db, "示例乙法", "渡船。")
    assert found(db, "乙法 渡船") == [("示例乙法", "1"), ("示例甲法", "2")]
    assert {title for title, _ in found(db, "渡船")} == {"示例甲法", "示例乙法"}


@pytest.mark.parametrize(
    "query", ["", "  ", "。，", "'; DROP TABLE", '" OR "', "*", "a:b", "&|!", "(", "\\"]
)
def test_signs_do_no_harm(db, query):
    bring(db, "示例法", "甲。")
    assert search(db, query, on=TODAY).total == 0


def test_a_very_long_query_is_answered(db):
    long = "".join(chr(0x4E00 + n) for n in range(800))
    bring(db, "示例法", long[:100])
    words = [long[at : at + 100] for at in range(0, 800, 100)]
    assert search(db, words[0], on=TODAY).total == 1
    assert search(db, " ".join(words), on=TODAY).total == 0


def test_pages_are_cut_and_a_page_beyond_the_last_is_the_last(db, monkeypatch):
    monkeypatch.setattr(searching, "PAGE", 2)
    bring(db, "示例法", *["渡船。"] * 5)
    answer = search(db, "渡船", on=TODAY, page=99)
    assert (answer.page, answer.pages, [hit.key for hit in answer.hits]) == (3, 3, ["5"])
    assert search(db, "渡船", on=TODAY, page=-1).page == 1
