"""What a search asks for, and when two titles name one law."""

import pytest

from examapp.core.law.queries import Place, place_of, words_of
from examapp.core.law.titles import kind_by_title, title_key
from examapp.core.snippets import snippet


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("第三十三条", Place("", "33")),
        ("33条", Place("", "33")),
        ("第 33 条", Place("", "33")),
        ("宪法第三十三条", Place("宪法", "33")),
        ("宪法 33", Place("宪法", "33")),
        ("宪法33", Place("宪法", "33")),
        ("宪法第33条第2款", Place("宪法", "33")),
        ("宪法第三十三条第二款的规定", Place("宪法", "33")),
        ("刑法120条之一", Place("刑法", "120-1")),
        ("《示例法典》第一千零三十四条", Place("示例法典", "1034")),
        ("Constitution, Article 33", Place("constitution", "33")),
        ("article 33 of the Constitution", Place("constitution", "33")),
        ("constitution 33", Place("constitution", "33")),
        ("宪法", None),
        ("33", None),
        ("一百", None),
        ("第二章", None),
        ("2017年", None),
        ("", None),
    ],
)
def test_a_number_with_or_without_a_law_names_an_article(query, place):
    assert place_of(query) == place


def test_words_are_taken_once_without_marks_and_not_too_many():
    assert words_of("《宪法》 “宪法” ， ＷＴＯ") == ["宪法", "wto"]
    assert len(words_of(" ".join(f"w{n}" for n in range(50)))) == 8


def test_a_huge_query_is_read_quickly():
    assert place_of("第" * 5000 + "条") is None
    assert len(words_of("法" * 100_000)[0]) == 100


@pytest.mark.parametrize(
    "title",
    ["示例法", "中华人民共和国示例法", " 中华人民共和国 示例法", "《中华人民共和国示例法》",
     "中华人民共和国示例法（2018修正）", "中华人民共和国示例法(2018年修订)"],
)  # fmt: skip
def test_spellings_of_one_title_have_one_key(title):
    assert title_key(title) == "示例法"


def test_a_bracket_that_tells_amendments_apart_stays():
    assert title_key("示例法修正案（2018年）") != title_key("示例法修正案(2004年)")


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("中华人民共和国宪法", "constitution"),
        ("中华人民共和国示例法", "law"),
        ("示例管理条例", "regulation"),
        ("关于修改《中华人民共和国示例法》的决定", "decision"),
        ("中华人民共和国示例法修正案（十二）", "decision"),
        ("示例程序规则(2018修正)", "regulation"),
    ],
)
def test_a_title_tells_the_kind(title, kind):
    assert kind_by_title(title) == kind


def test_the_legislatures_own_rules_are_law():
    assert kind_by_title("示例大会议事规则", npc=True) == "law"


def test_a_snippet_begins_before_the_first_hit_and_marks_all_in_it():
    text = "甲" * 100 + "渡船应当\n停泊，渡船不得" + "乙" * 300
    pieces = snippet(text, ["渡船"])
    assert [p.text for p in pieces if p.marked] == ["渡船", "渡船"]
    assert pieces[0].text == "…"
    assert "".join(p.text for p in pieces)[1:-1] in text.replace("\n", " ")
    assert [p.text for p in snippet("短", [])] == ["短"]
