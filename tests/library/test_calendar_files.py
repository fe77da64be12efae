"""The calendar file: what stands in it, and every fault with its line."""

import pytest

from examapp.core.citations import parse
from examapp.library.calendar_files import read_calendar
from examapp.library.registers import read_registers

LAWS = """
- id: law-x
  kind: law
  title: {zh: 某法, en: Law X}
  short: {zh: 某法, en: Law X}
  editions:
    - {adopted: 2020-01-01, effective: 2020-01-01, articles: 9, chapters: 1}
"""
DAY = """
- id: day
  title: {zh: 某日, en: A day}
  why: {zh: 缘由。, en: The reason.}
  basis: law
  when: "12-04"
  laws: [law-x]
  topics: [topic]
"""


@pytest.fixture
def content(tmp_path):
    (tmp_path / "laws.yaml").write_text(LAWS, encoding="utf-8")
    for name in ("topic", "post"):
        text = f"- id: {name}\n  title: {{zh: 名, en: Name}}\n"
        (tmp_path / f"{name}s.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def calendar(content, text):
    (content / "calendar.yaml").write_text(text, encoding="utf-8")
    days, faults = read_calendar(content, read_registers(content))
    return days, [(fault.line, fault.words) for fault in faults]


def test_a_day_is_read_with_all_that_it_says(content):
    more = "  posts: [post]\n  cites: ['law-x:9.2']\n  since: 2014\n"
    years = "  years: {2026: [2026-12-01, 2026-12-07]}\n"
    (day,), faults = calendar(content, DAY + more + years)
    assert faults == []
    assert (day.code, day.laws, day.topics, day.posts) == ("day", ("law-x",), ("topic",), ("post",))
    assert day.cites == (parse("law-x:9.2"),)
    assert [str(end) for end in day.on(2026)] == ["2026-12-01", "2026-12-07"]
    assert [str(end) for end in day.on(2027)] == ["2027-12-04", "2027-12-04"]


def test_a_content_folder_may_do_without_a_calendar(content):
    assert read_calendar(content) == ((), [])


@pytest.mark.parametrize(
    ("was", "becomes", "line", "words"),
    [
        ("basis: law", "basis: whim", 5, "basis is one of law, notice, custom, bureau, not whim"),
        ('when: "12-04"', 'when: "02-30"', 6, "when: day is out of range for month"),
        ('when: "12-04"', "when: 4", 6, "when is a text"),
        ("en: A day", "de: Ein Tag", 3, "title stands in zh and en"),
        ("[law-x]", "[law-y]", 7, 'content/laws.yaml knows no "law-y"'),
        ("[law-x]", "law-x", 7, "laws is a list of ids"),
        ("[topic]", "[tropic]", 8, 'content/topics.yaml knows no "tropic"'),
        ("[topic]", "[]\n  cites: ['law-x:10']", 9, '"law-x:10": Law X has 9 articles'),
        ("[topic]", "[]\n  cites: [law-x]", 9, '"law-x" is not a citation'),
        ("[topic]", "[]\n  since: now", 9, "since is a whole number, 1 at least"),
        ("[topic]", "[]\n  years: {2026: 2026-12-01}", 9, "years: 2026 needs its first"),
        ("[topic]", "[]\n  years: {2026: [2027-01-01, 2027-01-02]}", 9, "years: 2026 needs"),
        ("[topic]", "[]\n  years: {2026: [2026-12-02, 2026-12-01]}", 9, "years: 2026 needs"),
        ("- id: day", "- id: ' '", 2, "id is a text"),
        ("[topic]", "[]\n  colour: red", 9, "there is no field colour"),
    ],
)
def test_a_fault_is_told_with_its_line(content, was, becomes, line, words):
    assert was in DAY
    _days, faults = calendar(content, DAY.replace(was, becomes))
    assert [found for found, _ in faults] == [line]
    assert words in faults[0][1]


def test_one_id_names_one_day(content):
    assert calendar(content, DAY + DAY.strip())[1] == [(9, "day stands here twice")]
