"""Guides as files: every fault with its file and line, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from examapp.library.guide_files import read_guides

FACTS = """\
id: g1
topic: law.basic
level: post
posts: [port-administration]
audiences: [support]
position: 20
sections:
  - id: one
    minutes: 40
    check: 4
    cites: ["law-x:1", "law-x:2.1(3)"]
  - id: two
    minutes: 30
    cites:
      - law-x:3
      - law-x:4
"""
TEXT = """\
# Title

Summary, [[law-x:9]].

## First part {#one}

Text with [[law-x:1.2]].

### Case

More of [[law-x:2]].

## Second part {#two}
Text at once with [[law-x:3]].
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    write(folder, "guides/g1.yaml", FACTS)
    write(folder, "zh/g1.md", TEXT)
    write(folder, "en/g1.md", TEXT)
    return folder


def write(folder: Path, name: str, text: str | bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def told(folder: Path) -> list[str]:
    return [str(fault) for fault in read_guides(folder)[1]]


def test_a_guide_without_faults_is_read_whole(content):
    (guide,), faults = read_guides(content)
    assert faults == []
    assert (guide.code, guide.level, guide.posts) == ("g1", "post", ("port-administration",))
    assert (guide.audiences, guide.position) == (("support",), 20)
    assert (guide.title["zh"], guide.summary["en"]) == ("Title", "Summary, [[law-x:9]].")
    one, two = guide.sections
    assert (one.code, one.minutes, one.check_items, two.check_items) == ("one", 40, 4, 3)
    assert [str(cite) for cite in one.cites] == ["law-x:1", "law-x:2.1(3)"]
    assert one.title["en"] == "First part"
    assert one.body["zh"].startswith("Text with")
    assert one.body["zh"].endswith("More of [[law-x:2]].")
    assert two.body["en"] == "Text at once with [[law-x:3]]."


def test_the_authored_guides_have_no_faults(content_folder):
    guides, faults = read_guides(content_folder)
    assert faults == []
    assert len(guides) >= 4


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("id: g1", "id: other", 1, "the id is the file's name, g1"),
        ("topic: law.basic\n", "", 1, "topic is missing"),
        ("level: post", "level: expert", 3, "level is one of first-duty, general, post"),
        ("posts: [port-administration]", "posts: port", 4, "posts is a list of codes"),
        ("posts: [port-administration]", "posts: []", 4, "a guide of level post names its posts"),
        ("[support]", "[nobody]", 5, 'unknown audience "nobody"'),
        ("[support]", "5", 5, "audiences is a list of codes"),
        ("position: 20", "position: last", 6, "position is a number, for the order of the shelf"),
        ("id: two", "id: one", 12, "section one stands here twice"),
        ("  - id: two", "  - name: two", 12, "a section needs an id"),
        ("minutes: 40", "minutes: 4", 9, "section one: minutes are a number from 5 to 180"),
        ("minutes: 30", "minutes: long", 13, "section two: minutes are a number from 5 to 180"),
        ("check: 4", "check: 0", 10, "section one: check is a number from 1 to 10"),
        ("check: 4", "check: 11", 10, "section one: check is a number from 1 to 10"),
        (
            'cites: ["law-x:1", "law-x:2.1(3)"]',
            "cites: []",
            11,
            "section one: cites is a list of the articles that it is about",
        ),
        (
            'cites: ["law-x:1", "law-x:2.1(3)"]',
            "cites: law-x:1",
            11,
            "section one: cites is a list of the articles that it is about",
        ),
        (
            "- law-x:4",
            "- law-x 4",
            16,
            'section two: "law-x 4" is not a citation: write law:article, such as '
            "constitution:33.2",
        ),
        ("topic: law.basic", "topic: [", 4, None),
        ("topic: law.basic", "id: g1", 2, 'the key "id" stands here twice'),
    ],
)
def test_a_fault_in_the_facts_names_its_line(content, old, new, line, words):
    assert old in FACTS
    write(content, "guides/g1.yaml", FACTS.replace(old, new, 1))
    (fault, *rest) = told(content)
    assert fault.startswith(f"content/guides/g1.yaml:{line}: ")
    if words:
        assert fault == f"content/guides/g1.yaml:{line}: {words}"
    assert rest == []


@pytest.mark.parametrize("text", ["", "just words", "- a list", "id: g1\nsections: none"])
def test_what_is_no_guide_at_all_is_told(content, text):
    write(content, "guides/g1.yaml", text)
    words = "a guide has id, topic, level, position and a list of sections"
    assert told(content) == [f"content/guides/g1.yaml:1: {words}"]


def test_a_guide_needs_a_section(content):
    write(content, "guides/g1.yaml", FACTS[: FACTS.index("sections:")] + "sections: []\n")
    assert "content/guides/g1.yaml:7: a guide has at least one section" in told(content)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("# Title\n", "\n", 1, "the first line is the guide's title: # Title"),
        (" {#one}", "", 5, "a section's heading ends with its id: {#some-id}"),
        ("{#two}", "{#one}", 13, 'section "one" stands here twice'),
        ("{#two}", "{#third}", 1, "the sections are, in this order: one, two"),
        (
            "[[law-x:2]]",
            "[[law-x:5]]",
            11,
            "section one: law-x:5 is not among the section's cites",
        ),
        (
            "[[law-x:3]]",
            "[[law-x:2]]",
            14,
            "section two: law-x:2 is not among the section's cites",
        ),
        (
            "[[law-x:3]]",
            "[[law-x:0]]",
            14,
            "[[law-x:0]] names no article: write [[law:article]], such as [[constitution:33.2]]",
        ),
        (
            "[[law-x:9]]",
            "[[law-x-9]]",
            3,
            "[[law-x-9]] names no article: write [[law:article]], such as [[constitution:33.2]]",
        ),
        ("Text at once with [[law-x:3]].\n", "\n", 13, "section two has no text"),
    ],
)
def test_a_fault_in_a_text_names_its_line(content, old, new, line, words):
    assert old in TEXT
    write(content, "en/g1.md", TEXT.replace(old, new, 1))
    assert f"content/en/g1.md:{line}: {words}" in told(content)
    assert all(fault.startswith("content/en/g1.md:") for fault in told(content))


def test_sections_stand_in_the_order_of_the_facts(content):
    first, second = TEXT.index("## First"), TEXT.index("## Second")
    write(content, "zh/g1.md", TEXT[:first] + TEXT[second:] + TEXT[first:second])
    assert told(content) == ["content/zh/g1.md:1: the sections are, in this order: one, two"]


def test_a_missing_language_is_told(content):
    (content / "en/g1.md").unlink()
    words = "this file is missing: a guide stands in both languages"
    assert told(content) == [f"content/en/g1.md:1: {words}"]


def test_a_text_that_is_not_utf8_is_told(content):
    write(content, "en/g1.md", TEXT.encode() + "港".encode("gbk"))
    (fault,) = told(content)
    assert fault.startswith("content/en/g1.md:1: not UTF-8")


def test_all_faults_of_all_files_come_at_once_and_no_faulty_guide(content):
    write(content, "guides/g0.yaml", FACTS.replace("id: g1", "id: g0"))
    write(content, "zh/g0.md", TEXT)
    write(content, "en/g0.md", TEXT)
    facts = FACTS.replace("minutes: 40", "minutes: 1").replace("check: 4", "check: 99")
    write(content, "guides/g1.yaml", facts)
    write(content, "zh/g1.md", TEXT.replace("# Title\n", "\n", 1))
    guides, _ = read_guides(content)
    assert [guide.code for guide in guides] == ["g0"]
    assert [fault.split(" ")[0] for fault in told(content)] == [
        "content/guides/g1.yaml:9:",
        "content/guides/g1.yaml:10:",
        "content/zh/g1.md:1:",
    ]


def test_a_guide_with_a_fault_in_its_text_is_not_given_out(content):
    write(content, "en/g1.md", TEXT.replace("[[law-x:3]]", "[[law-x:7]]"))
    assert read_guides(content)[0] == []
