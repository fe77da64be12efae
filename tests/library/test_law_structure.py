"""Laws in parts, several instruments in one file, points, quotations, annexes."""

from __future__ import annotations

from datetime import date

from examapp.core.law.text import Heading, Level, ProvisionKind
from examapp.library.law_texts.reading import read_paths
from tests.library.law_samples import DATED, codes, only, read

HEAD = "# 中华人民共和国示例法典\n\n2020年5月28日第十三届示例大会第三次会议通过\n"
PARTS = {
    "README.md": f"---\nnext: x\n---\n\n{HEAD}",
    "00-supplementary.md": "# 附则\n\n**第五条**　甲。\n\n**第六条**　本法自2021年1月1日起施行。\n"
    "\n## 附件一\n\n1．甲规定\n\n## 附件二　乙表\n\n第一条　不是条文。\n",
    "01-general.md": "# 第一编　总则\n\n### 第一章　基本规定\n\n"
    "**第一条**　甲。\n\n**第二条**　乙。",
    "02-special.md": "# 第二编　分则\n\n## 第一分编　通则\n\n### 第一章　一般规定\n\n"
    "**第三条**　甲。\n\n**第四条**　乙。",
    "preamble.md": "# 序言\n\n示例的历史。\n\n示例的任务。",
}
AMENDMENTS = """# 修正案

## 中华人民共和国示例法典修正案

*2021年3月1日第十三届示例大会第四次会议通过*

为了示例，作如下修改：

一、第一条修改为：“甲甲。

“第二款。”

二、第二条后增加一条，作为第二条之一：“

第九条 丁。”

三、本修正案自公布之日起施行。

## 中华人民共和国示例法典修正案（二）

*2022年3月1日第十三届示例大会第五次会议通过*

**第七条**　增加一节，内容如下:

::: tip 第七节　示例

**第二十条**　甲。

**第二十一条**　乙。

:::

第七节改为第八节。

**第八条**　乙。
"""


def test_parts_in_a_folder_with_a_head_are_one_law():
    law = only({f"示例/{name}": words for name, words in PARTS.items()})
    text = law.text
    assert [p.key for p in text.provisions] == [
        "preamble", "1", "2", "3", "4", "5", "6", "annex-1", "annex-2",
    ]  # fmt: skip
    assert text.provision("preamble").label == "序言"
    assert len(law.files) == 5
    assert law.files[0] == "甲.zip/示例/README.md"
    assert (text.adopted, text.effective) == (date(2020, 5, 28), date(2021, 1, 1))
    levels = [(e.level, e.label, e.title) for e in text.body if isinstance(e, Heading)]
    assert (Level.SUBPART, "第一分编", "通则") in levels
    assert levels[-1] == (Level.PART, "", "附则")
    assert text.chapters == 2


def test_parts_with_a_prefix_among_other_laws_are_one_law():
    other = "# 乙法\n\n2020年1月1日示例会通过\n\n**第一条**　本法自2020年2月1日起施行。"
    files = {f"示例法典__{name}": words for name, words in PARTS.items()}
    found = read({**files, "乙法__other.md": other, "示例法典__04-amendment.md": AMENDMENTS})
    assert not found.refused
    titles = [(law.text.title, len(law.text.articles)) for law in found.laws]
    assert titles == [
        ("中华人民共和国示例法典", 6),
        ("中华人民共和国示例法典修正案", 0),
        ("中华人民共和国示例法典修正案（二）", 2),
        ("乙法", 1),
    ]


def test_laws_beside_a_readme_that_is_none_stand_alone():
    law = "# {0}法\n\n2020年1月1日示例会通过\n\n**第一条**　本法自2020年2月1日起施行。"
    found = read(
        {"README.md": "# 目录页\n\n说明", "a.md": law.format("甲"), "b.md": law.format("乙")}
    )
    assert [one.text.title for one in found.laws] == ["乙法", "甲法"]
    assert [file for file, _ in found.refused] == ["甲.zip/README.md"]


def test_the_first_part_may_carry_the_title():
    parts = {
        "甲__1.md": HEAD + "# 第一编　总则\n\n第一条　甲。",
        "甲__2.md": "# 第二编　分则\n\n第二条　乙。",
    }
    assert [a.key for a in only(parts).text.articles] == ["1", "2"]


def test_a_lone_part_tells_what_is_missing():
    law = only({"甲法__02.md": PARTS["02-special.md"]})
    assert law.text.title == "甲法"
    assert law.gaps == ("第一条", "第二条")
    assert {"title-from-name", "no-day"} <= codes(law)


def test_every_amendment_in_a_file_is_an_instrument_of_its_own():
    first, second = read(AMENDMENTS).laws
    assert [(p.kind, p.key, p.label) for p in first.text.provisions] == [
        (ProvisionKind.PREAMBLE, "preamble", ""),
        (ProvisionKind.POINT, "point-1", "一"),
        (ProvisionKind.POINT, "point-2", "二"),
        (ProvisionKind.POINT, "point-3", "三"),
    ]
    assert first.text.provision("point-2").lines[-1] == "第九条 丁。”"
    assert first.text.effective == date(2021, 3, 1)
    assert [a.key for a in second.text.articles] == ["7", "8"]
    assert second.text.articles[0].lines[-1] == "第七节改为第八节。"
    assert second.gaps == ()
    assert "quoted" in codes(second)


def test_articles_below_a_point_are_words_of_the_point():
    words = (
        "甲法修正案\n2022年3月1日示例会通过\n一、增加两条。\n第二条　甲。\n第三条　乙。\n二、丙。"
    )
    assert [p.key for p in only(words).text.provisions] == ["point-1", "point-2"]


def test_what_a_container_quotes_is_quoted_though_nothing_announces_it():
    words = f"# {DATED}**第一条** 甲。\n\n::: tip\n\n**第二条** 引。\n\n:::\n\n**第二条** 乙。"
    assert [a.text for a in only(words).text.articles] == ["甲。\n第二条 引。", "乙。"]


def test_a_quotation_that_nobody_closed_swallows_no_heading():
    words = f"{DATED}第一章　甲\n第一条　称“甲。\n第二章　乙\n第二条　称“乙。\n第四条　丁。"
    law = only(words)
    assert (law.text.chapters, [a.key for a in law.text.articles]) == (2, ["1", "2", "4"])


def test_annexes_of_several_parts_are_numbered_through():
    parts = {
        "README.md": HEAD,
        "1.md": "# 第一编　总则\n\n第一条　甲。\n\n## 附件一\n\n甲",
        "2.md": "# 第二编　分则\n\n第二条　乙。\n\n## 附件二\n\n乙",
    }
    keys = [p.key for p in only(parts).text.provisions]
    assert keys == ["1", "annex-1", "2", "annex-2"]


def test_quoted_articles_without_any_markup_are_none_either():
    words = (
        "甲法修正案\n2022年3月1日示例会通过\n第七条　增加一节，内容如下：\n第七节　示例\n"
        "第二十条　甲。\n第二十一条　乙。\n第八条　乙。"
    )
    law = only(words)
    assert [a.key for a in law.text.articles] == ["7", "8"]
    assert law.text.articles[0].lines[1:] == ("第七节　示例", "第二十条　甲。", "第二十一条　乙。")


def test_a_reference_at_the_beginning_of_a_line_is_no_label():
    words = f"{DATED}第一条　甲：\n第三条规定的情形。\n第二条之规定，第三条至第五条。"
    assert [a.key for a in only(words).text.articles] == ["1"]


def test_labels_glued_to_the_text_or_spread_are_read():
    words = (
        "甲法\n2022年3月1日示例会通过\n第一条为了示例。\n第 二 条　乙。\n第３条 丙。\n第十条甲。"
    )
    law = only(words)
    assert [(a.key, a.label, a.text) for a in law.text.articles] == [
        ("1", "第一条", "为了示例。"),
        ("2", "第二条", "乙。"),
        ("3", "第三条", "丙。\n第十条甲。"),
    ]
    assert "label" in codes(law)


def test_the_same_file_named_twice_is_read_once(tmp_path):
    (tmp_path / "a.md").write_text(HEAD + "\n第一条　本法自2021年1月1日起施行。", encoding="utf-8")
    assert len(read_paths([tmp_path, tmp_path / "a.md"]).laws) == 1


def test_parts_of_a_folder_without_a_head_follow_the_first_one():
    parts = {
        "1.md": HEAD + "# 第一编　总则\n\n第一条　甲。\n\n第二条　乙。",
        "2.md": "# 第二编　分则\n\n第三条　甲。",
        "3.md": "# 附则\n\n第四条　本法自2021年1月1日起施行。",
    }
    law = only(parts)
    assert ([a.key for a in law.text.articles], len(law.files)) == (["1", "2", "3", "4"], 3)


def test_files_without_titles_that_begin_alike_are_not_mixed():
    found = read({"甲.md": "第一条　甲。", "乙.md": "第一条　乙。"})
    assert [law.text.title for law in found.laws] == ["乙", "甲"]
