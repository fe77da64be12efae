"""What the report of an import tells: gaps, order, endings, mended typography, the register."""

from __future__ import annotations

from datetime import date

import pytest

from examapp.library.law_texts.findings import Oddity, ReadLaw
from examapp.library.law_texts.reading import read_paths, read_upload
from examapp.library.registers import RegisteredEdition, RegisteredLaw

HEAD = "中华人民共和国甲法\n2020年1月1日示例会通过\n"
END = "\n第{0}条　本法自2020年2月1日起施行。"
KNOWN = RegisteredLaw(
    "a", "law", {"zh": "甲法", "en": "A"}, {"zh": "甲法", "en": "A"},
    (RegisteredEdition(date(2020, 1, 1), date(2020, 2, 1), 2, 1),
     RegisteredEdition(date(2024, 1, 1), date(2024, 6, 1), 2, 0)),
)  # fmt: skip


def law(words: str, **how: object) -> ReadLaw:
    (found,) = read_upload("甲.md", words.encode(), **how).laws
    return found


def oddity(words: str, code: str, **how: object) -> Oddity | None:
    return next((o for o in law(words, **how).oddities if o.code == code), None)


def test_a_sound_law_has_nothing_odd():
    assert law(HEAD + "第一条　甲。" + END.format("二")).oddities == ()


def test_gaps_are_named():
    found = law(HEAD + "第一条　甲。\n第四条　乙。\n第四条之三　丙。" + END.format("五"))
    assert found.gaps == ("第二条", "第三条", "第四条之一", "第四条之二")
    assert "4" in str(oddity(HEAD + "第一条　甲。\n第四条　乙。\n第四条之三　丙。", "gaps"))


def test_points_can_be_missing_too():
    words = "甲决定\n2020年1月1日示例会通过\n一、甲。\n三、本决定自公布之日起施行。"
    assert law(words).gaps == ("二",)


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        ("第一条　甲。\n第三条　丙。\n第二条　乙。", "order", 5),
        ("第一条　甲。\n第二条　乙。\n第二条　丙。", "twice", 5),
        ("第一条　甲。\n第二条　乙。\n第二条　乙。", "repeated", 5),
        ("第一条　甲。\n第二条　乙的规定", "cut", 4),
        ("第一条　甲。\n第二章　附则", "cut", 3),
        ("第一条　甲。\n第二条　乙。", "unclosed", 4),
        ("第一条　甲。\n第二条", "empty", 4),
        ("第一章　甲\n第一条　甲。\n第三章　丙\n第二条　乙。", "headings", None),
        ("目录\n第一章　甲\n第二章　乙\n第一章　甲\n第一条　甲。", "contents", None),
        ("第一条　甲\u200b乙。", "invisible", 3),
        ("第一条　甲,乙.", "punctuation", 3),
        ("第一条　甲(乙)。", "punctuation", 3),
        ("第一条　甲。\n第二条　符合条 件的。", "spaces", 4),
        ("第一条　称\"甲\"。", "quotes", 3),
        ("第一条　称\"甲。", "odd-quotes", 3),
        ("第一条　甲\ue123。", "private", 3),
        ("第一条　甲。\n![图](a.png)", "pictures", 4),
    ],
)  # fmt: skip
def test_oddities_are_told_with_their_first_line(body, code, line):
    found = oddity(HEAD + body, code)
    assert found is not None
    assert found.line == line
    assert "%" not in str(found)


def test_a_file_cut_in_the_middle_of_a_character_is_read_and_told():
    data = (HEAD + "第一条　甲。\n第二条　乙丙").encode()[:-1]
    (found,) = read_upload("a.txt", data).laws
    assert {"cut-character", "cut"} <= {oddity.code for oddity in found.oddities}
    assert found.text.articles[-1].text == "乙"


def test_what_stands_twice_with_other_words_forbids_the_import():
    assert law(HEAD + "第一条　甲。\n第一条　乙。").grave
    same = law(HEAD + "第一条　甲。\n第一条　甲。")
    assert not same.grave
    assert len(same.text.articles) == 1


def test_typography_is_mended_and_words_are_not():
    words = '第一条　称"甲乙"(以下简称甲):丙3.5%,不得<乙法>;丁A,B(c)=d'
    assert law(HEAD + words).text.articles[0].lines == (
        "称“甲乙”（以下简称甲）：丙3.5%,不得〈乙法〉；丁A,B(c)=d",
    )  # fmt: skip
    assert law(HEAD + words, as_printed=True).text.articles[0].text == words[4:]


def test_stray_spaces_are_closed_but_not_those_after_a_quoted_label():
    words = "第一条　甲 乙，“第二条 丙”。\n附件\n甲 乙"
    assert [p.text for p in law(HEAD + words).text.provisions] == ["甲乙，“第二条 丙”。", "甲 乙"]
    assert law(HEAD + words, as_printed=True).text.articles[0].text == "甲 乙，“第二条 丙”。"


def test_a_mark_and_an_encoding_are_told():
    words = HEAD + "第一条　甲。" + END.format("二")
    (marked,) = read_upload("a.txt", b"\xef\xbb\xbf" + words.encode()).laws
    (old,) = read_upload("a.txt", words.encode("gb18030")).laws
    assert [o.code for o in marked.oddities] == ["byte-order-mark"]
    assert [str(o) for o in old.oddities] == ["The file is not in UTF-8; it was read as GB18030."]


def test_the_register_fills_in_what_the_text_does_not_tell():
    words = "甲法\n2020年1月1日示例会通过\n根据2024年1月1日《关于修改甲法的决定》修正\n第一条　甲。"
    found = law(words + END.format("二"), register=(KNOWN,))
    assert found.text.effective == date(2024, 6, 1)
    assert found.oddities == ()


def test_a_law_as_long_as_the_register_knows_it_is_not_cut_off():
    whole = HEAD + "第一章　甲\n第一条　甲。\n第二条　乙。"
    assert law(whole, register=(KNOWN,)).oddities == ()
    shorter = law(HEAD + "第一章　甲\n第一条　甲。", register=(KNOWN,))
    assert {oddity.code for oddity in shorter.oddities} == {"unclosed", "articles-differ"}


def test_the_register_contradicts():
    found = law(HEAD + "第一条　甲。\n第二条　乙。\n第三条　本法自2020年3月1日起施行。",
                register=(KNOWN,))  # fmt: skip
    assert {o.code for o in found.oddities} == {
        "articles-differ", "chapters-differ", "effective-differs",
    }  # fmt: skip
    assert found.text.effective == date(2020, 3, 1)


@pytest.mark.parametrize("name", ["甲法(2022-03-01).md", "2022-03-01.md", "甲法_20220301.txt"])
def test_a_newer_day_in_the_file_name_is_taken_and_told(tmp_path, name):
    head = f"{HEAD}2020年1月1日示例会《关于修改甲法的决定》修正\n"
    (tmp_path / name).write_text(head + "第一条　甲。" + END.format("二"), encoding="utf-8")
    (found,) = read_paths([tmp_path]).laws
    assert (found.text.adopted, found.text.instrument) == (date(2022, 3, 1), "")
    assert found.text.effective is None
    (known,) = read_paths([tmp_path], register=(KNOWN,)).laws
    assert known.text.adopted == date(2020, 1, 1)
    assert "name-differs" in {o.code for o in known.oddities}
