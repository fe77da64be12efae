"""Titles and heads, and several instruments in one text."""

from __future__ import annotations

from datetime import date

from examapp.core.law.text import Heading
from examapp.library.law_texts.reading import read_upload
from tests.library.law_samples import DATED, codes, only, read


def test_a_decision_and_the_law_that_it_republishes_are_two():
    words = (
        "国务院关于修改\n示例条例的决定\n（2020年1月1日示例令第2号公布）\n一、第一条修改为：“甲。”\n"
        "二、本决定自2020年2月1日起施行。\n\n示例条例\n"
        "（2010年1月1日公布　根据2020年1月1日《关于修改示例条例的决定》修订）\n"
        "目　录\n第一章　总则\n第二章　附则\n第一章　总则\n第一条　甲。\n"
        "第二章　附则\n第二条　本条例自2010年3月1日起施行。"
    )
    decision, law = read(words).laws
    assert decision.text.title == "国务院关于修改示例条例的决定"
    assert [p.key for p in decision.text.provisions] == ["point-1", "point-2"]
    assert (law.text.chapters, len(law.text.articles)) == (2, 2)


def test_the_order_above_a_law_is_left_out_but_tells_its_day():
    words = (
        "中华人民共和国主席令\n第三号\n《甲法》已由示例会于2020年1月1日通过，现予公布，自2020年3月1日起"
        "施行。\n主席　某某\n甲法\n（2020年1月1日示例会通过）\n第一条　甲。\n第二条　乙。"
    )
    law = only(words)
    assert law.text.title == "甲法"
    assert law.text.effective == date(2020, 3, 1)
    assert [p.key for p in law.text.provisions] == ["1", "2"]
    assert "before" in codes(law)


def test_days_may_be_written_in_figures_alone():
    law = only("甲法\n2017-09-01 示例会通过\n2020.5.6 示例会修订\n第一条　甲。\n第二条　乙。")
    assert law.text.adopted == date(2020, 5, 6)
    assert [p.key for p in law.text.provisions] == ["1", "2"]


def test_the_newest_of_several_amendments_in_one_line_is_the_instrument():
    words = (
        "甲法\n2001年1月1日示例会通过\n根据2010年2月3日示例会通过的《甲法修正案》、2015年4月5日示例会"
        "通过的《甲法修正案（二）》和2020年6月7日示例会通过的《甲法修正案（三）》修正\n第一条　甲。"
    )
    text = only(words).text
    assert text.instrument == "2020年6月7日示例会通过的《甲法修正案（三）》修正"
    assert (text.adopted, len(text.history)) == (date(2020, 6, 7), 2)


def test_a_heading_on_two_lines_is_joined():
    words = f"{DATED}第一章\n总　则\n第一条　甲。\n第二章　涉外示例\n及其他规定\n第二条　乙。"
    law = only(words)
    assert [e.title for e in law.text.body if isinstance(e, Heading)] == [
        "总则",
        "涉外示例及其他规定",
    ]
    assert "wrapped" in codes(law)


def test_two_laws_in_one_text_are_two():
    one = "{0}法\n（2020年1月1日示例会通过）\n第一条　甲。\n第二条　本法自2020年2月1日起施行。\n"
    bare = "丙条例\n第一章　总则\n第一条　甲。"
    found = read(one.format("甲") + one.format("乙") + bare)
    assert [law.text.title for law in found.laws] == ["丙条例", "乙法", "甲法"]


def test_an_annex_with_a_title_and_days_of_its_own_stays_an_annex():
    words = (
        f"{DATED}第一条　甲。\n第二条　本法自2022年5月1日起施行。\n附件一\n甲产生办法\n"
        "（2010年1月1日示例会通过）\n一、甲。\n附件二：乙表\n丙决定\n2011年1月1日通过\n一、乙。"
    )
    law = only(words)
    assert [p.key for p in law.text.provisions] == ["1", "2", "annex-1", "annex-2"]
    assert law.text.provision("annex-2").title == "乙表"


def test_a_published_order_above_a_law_without_a_bracket_tells_its_days():
    words = (
        "中华人民共和国国务院令\n第７００号\n《甲条例》已经2022年1月4日国务院第1次常务会议通过，现予公布，"
        "自2022年3月1日起施行。\n总理　某某\n2022年1月7日\n甲条例(2022修订)\n"
        "第一章　总则\n第一条　甲。"
    )
    law = only(words)
    assert law.text.title == "甲条例"
    assert (law.text.adopted, law.text.effective) == (date(2022, 1, 7), date(2022, 3, 1))


def test_a_title_on_two_lines_is_joined():
    words = "中华人民共和国某某特别行政区\n基本法\n（2022年3月1日示例会通过）\n第一条　甲。"
    assert only(words).text.title == "中华人民共和国某某特别行政区基本法"


def test_bold_labels_need_no_space_after_them():
    words = f"# {DATED}**第一条**以示例为准。\n\n**第二条**的示例。"
    assert [a.text for a in only(words).text.articles] == ["以示例为准。", "的示例。"]
    page = "<html><h1>甲法</h1><p>2022年3月1日示例会通过</p><p><b>第一条</b>的示例。</p></html>"
    (law,) = read_upload("a.html", page.encode()).laws
    assert [a.text for a in law.text.articles] == ["的示例。"]


def test_labels_may_be_headings_of_their_own():
    words = f"# {DATED}## 第一章 总则\n\n### 第一条\n\n甲。\n\n### 第二条 乙。"
    assert [a.text for a in only(words).text.articles] == ["甲。", "乙。"]


def test_a_decision_names_articles_of_other_laws():
    head = "示例会关于授权的决定\n（2022年3月1日通过）\n"
    words = f"{head}示例会决定授权。\n第三十一条　甲。\n第七条　乙。"
    assert [p.key for p in only(words).text.provisions] == ["preamble"]
