"""One law comes out of every format and encoding in the same words."""

from __future__ import annotations

from datetime import date

import pytest

from examapp.core.law.text import Heading, LawText, Level, ProvisionKind
from examapp.library.law_texts.reading import read_paths, read_upload
from tests.library import law_samples as sample

FORMS = {
    "first.md": sample.FIRST_LAYOUT.encode(),
    "second.md": sample.SECOND_LAYOUT.encode(),
    "plain.txt": sample.PLAIN.encode(),
    "marked.txt": b"\xef\xbb\xbf" + sample.PLAIN.encode(),
    "gb.txt": sample.PLAIN.encode("gb18030"),
    "utf16.txt": sample.PLAIN.encode("utf-16"),
    "utf16le.txt": sample.PLAIN.encode("utf-16-le"),
    "utf16be.txt": sample.PLAIN.encode("utf-16-be"),
    "page.html": sample.HTML.encode(),
    "page-gb.htm": sample.HTML.encode("gb18030"),
    "published.docx": sample.word(sample.AS_PUBLISHED),
}


def law(name: str) -> LawText:
    read = read_upload(name, FORMS[name])
    assert not read.refused
    (found,) = read.laws
    assert not found.gaps
    return found.text


@pytest.mark.parametrize("name", FORMS)
def test_every_form_has_the_same_words(name):
    text = law(name)
    assert text.title == sample.TITLE
    assert text.digest == law("first.md").digest
    assert (text.adopted, len(text.articles), text.chapters) == (date(2019, 4, 23), 6, 3)
    assert text.instrument.startswith("根据2019年4月23日") or name == "second.md"


def test_structure_and_lines_are_kept():
    text = law("published.docx")
    assert [a.key for a in text.articles] == ["1", "2", "3", "3-1", "4", "5"]
    assert text.provision("2").lines == (
        "本法所称示例，包括：", "（一）甲类；", "（二）乙类。", "示例由主管部门认定。",
    )  # fmt: skip
    assert text.provision("3-1").label == "第三条之一"
    assert [e for e in text.body if isinstance(e, Heading)][1:3] == [
        Heading(Level.CHAPTER, "第二章", "规则"),
        Heading(Level.SECTION, "第一节", "一般规定"),
    ]
    assert all(p.kind is ProvisionKind.ARTICLE for p in text.provisions)


def test_the_day_of_the_first_edition_is_not_the_day_of_an_amended_one():
    (found,) = read_upload("first.md", FORMS["first.md"]).laws
    assert found.text.effective is None
    assert "effective-unknown" in {oddity.code for oddity in found.oddities}


def test_lines_of_the_web_site_are_left_out_and_told():
    (found,) = read_upload("page.html", FORMS["page.html"]).laws
    assert found.text.articles[-1].lines == ("本法自2001年5月1日起施行。",)
    assert "after" in {oddity.code for oddity in found.oddities}


def test_scripts_and_comments_of_a_page_are_no_words():
    page = (
        "<html><p>甲法</p><p>2022年3月1日通过</p><p>第一条&emsp;甲<!-- 乙 --><script>丙</script>"
        "&lt;丁&gt;<SPAN>戊</SPAN>。<br>己。</p></html>"
    )
    (found,) = read_upload("a.html", page.encode(), as_printed=True).laws
    assert found.text.articles[0].lines == ("甲<丁>戊。", "己。")


@pytest.mark.parametrize(
    ("end", "adopted", "effective"),
    [
        ("2020年1月1日第一届示例会通过", date(2020, 1, 1), date(2020, 3, 1)),
        ("2020年1月1日示例令第1号公布\n2020年2月1日 施行", date(2020, 1, 1), date(2020, 2, 1)),
        ("2020年5月1日第一届示例会修订", date(2020, 5, 1), None),
        ("二〇二〇年一月二日第一届示例会通过", date(2020, 1, 2), date(2020, 3, 1)),
        ("（2020年1月1日第一届示例会通过　自2020年4月1日起施行）", date(2020, 1, 1),
         date(2020, 4, 1)),
    ],
)  # fmt: skip
def test_the_days_of_the_head_and_of_the_last_article(end, adopted, effective):
    words = f"示例条例\n{end}\n第一条　甲。\n第二条　本条例自2020年3月1日起施行。"
    (found,) = read_upload("x.txt", words.encode()).laws
    assert (found.text.adopted, found.text.effective) == (adopted, effective)


@pytest.mark.parametrize(
    ("head", "effective"),
    [
        ("2020年1月1日示例会通过", date(2020, 1, 1)),
        ("2010年1月1日示例会通过\n2020年1月1日示例会修订", date(2020, 1, 1)),
        ("2010年1月1日示例会通过\n根据2020年1月1日示例会《关于修改甲法的决定》修正", None),
    ],
)
def test_in_force_at_once_counts_for_a_new_or_rewritten_law_only(head, effective):
    words = f"甲法\n{head}\n第一条　甲。\n第二条　本法自公布之日起施行。"
    (found,) = read_upload("x.txt", words.encode()).laws
    assert found.text.effective == effective


def test_a_folder_and_an_archive_bring_the_same(tmp_path):
    (tmp_path / "laws").mkdir()
    for name, data in FORMS.items():
        (tmp_path / "laws" / name).write_bytes(data)
    (tmp_path / "laws" / "INDEX.json").write_text("{}")
    (tmp_path / "all.zip").write_bytes(sample.archive({f"甲/{n}": d for n, d in FORMS.items()}))
    folder = read_paths([tmp_path / "laws"])
    zipped = read_paths([tmp_path / "all.zip"])
    assert len(folder.laws) == len(zipped.laws) == len(FORMS)
    assert {found.text.digest for found in (*folder.laws, *zipped.laws)} == {law("gb.txt").digest}
    assert zipped.laws[0].files[0].startswith(f"{tmp_path}/all.zip/甲/")
    assert folder.skipped == (f"{tmp_path}/laws/INDEX.json",)
