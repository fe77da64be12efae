"""The registers: laws, topics and posts, and every fault with its line."""

import pytest

from examapp.core.citations import parse
from examapp.library.registers import citation_faults, read_registers

LAW = """
- id: sample-law
  kind: law
  title: {zh: 中华人民共和国示例法, en: Sample Law of the People's Republic of China}
  short: {zh: 示法, en: Sample Law}
  issuer: {zh: 某会, en: Some body}
  level: post
  posts: [clerk]
  in_force_since: 1999-05-01
  editions:
    - {adopted: 2010-01-01, effective: 2010-03-01, articles: 10, chapters: 2}
    - adopted: 2024-06-28
      effective: 2024-11-01
      articles: 12
      last: 11
      chapters: 2
      instrument: {zh: 2024年修订, en: 2024 revision}
      news: {zh: 有变化。, en: Something changed.}
"""


def registers(folder, laws=LAW, topics="- id: a\n  title: {zh: 甲, en: A}\n"):
    (folder / "laws.yaml").write_text(laws, encoding="utf-8")
    (folder / "topics.yaml").write_text(topics, encoding="utf-8")
    post = "- id: clerk\n  title: {zh: 文员, en: Clerk}\n"
    (folder / "posts.yaml").write_text(post, encoding="utf-8")
    return read_registers(folder)


def told(folder, laws=LAW, **others):
    return [(fault.line, fault.words) for fault in registers(folder, laws, **others).faults]


def test_a_law_is_read_with_all_its_facts(tmp_path):
    law = registers(tmp_path).laws["sample-law"]
    assert (law.level, law.posts, law.issuer["en"]) == ("post", ("clerk",), "Some body")
    assert str(law.in_force_since) == "1999-05-01"
    older, newest = law.editions
    assert (older.articles, older.instrument, older.news) == (10, {}, {})
    assert newest.instrument == {"zh": "2024年修订", "en": "2024 revision"}
    assert newest.news["en"] == "Something changed."


def test_an_amendment_may_go_on_counting_after_another(tmp_path):
    text = LAW.replace("chapters: 2}", "chapters: 0, first: 3}").split("    - adopted: 2024")[0]
    law = registers(tmp_path, text).laws["sample-law"]
    assert [number for number in range(1, 20) if law.has(parse(f"sample-law:{number}"))] == list(
        range(3, 13)
    )


@pytest.mark.parametrize(
    "title",
    [
        "中华人民共和国示例法",
        "示例法",
        "《中华人民共和国示例法》",
        "示例法（2024修订）",
        " 示 例 法 ",
    ],
)
def test_a_law_is_found_by_its_title_however_it_is_written(tmp_path, title):
    found = registers(tmp_path).by_title(title)
    assert found
    assert found.code == "sample-law"


@pytest.mark.parametrize("title", ["示例法实施条例", "关于修改《示例法》的决定", "例法", ""])
def test_another_title_is_another_law(tmp_path, title):
    assert registers(tmp_path).by_title(title) is None


@pytest.mark.parametrize(
    ("cite", "good"),
    [
        ("sample-law:11", True),
        ("sample-law:12", False),  # twelve articles, one of them inserted: the last is 11
        ("sample-law:5-1", True),
        ("sample-law:preamble", False),
        ("other-law:1", False),
    ],
)
def test_a_citation_must_be_possible_in_the_newest_edition(tmp_path, cite, good):
    faults = list(citation_faults(registers(tmp_path), (parse(cite),)))
    assert (faults == []) is good


def test_only_some_laws_have_a_preamble_and_only_some_inserted_articles(tmp_path):
    text = LAW.replace("      last: 11\n", "").replace("  level", "  preamble: true\n  level")
    known = registers(tmp_path, text)
    assert not list(citation_faults(known, (parse("sample-law:preamble"),)))
    assert list(citation_faults(known, (parse("sample-law:5-1"),)))


@pytest.mark.parametrize(
    ("was", "becomes", "line", "words"),
    [
        ("kind: law", "kind: lore", 3, "kind is one of constitution, law, regulation, decision,"),
        ("en: Sample Law}", "en: ''}", 5, "short stands in zh and en"),
        ("level: post", "level: high", 7, "level is one of first-duty, general, post, not high"),
        ("level: post", "level: general", 8, "posts stand with level post, and only there"),
        ("posts: [clerk]", "posts: []", 8, "posts stand with level post"),
        ("[clerk]", "[king]", 2, 'content/posts.yaml knows no post "king"'),
        ("1999-05-01", "soon", 9, "in_force_since is a day such as 2026-11-22, not 'soon'"),
        ("1999-05-01", "2011-01-01", 9, "a law came into force before"),
        ("effective: 2024-11-01", "effective: 2024-01-01", 13, "is not in force before"),
        ("effective: 2024-11-01\n", "effektive: 2024-11-01\n", 13, "there is no field effektive"),
        ("articles: 12", "articles: many", 14, "articles is a whole number, 1 at least"),
        ("last: 11", "last: 12", 15, "last is only for a law with inserted articles"),
        ("chapters: 2\n ", "chapters: -1\n ", 16, "chapters is a whole number, 0 at least"),
        ("chapters: 2\n ", "chapters: 2\n      repealed: 2020-01-01\n ", 17, "is repealed after"),
        ("chapters: 2}", "chapters: 2, repealed: 2020-01-01}", 10, "only the newest edition"),
        ("adopted: 2010-01-01", "adopted: 2024-06-28", 11, "is not in force before"),
        ("2010-01-01, effective: 2010-03-01", "2024-06-28, effective: 2024-11-01", 10, "the order"),
        (LAW[LAW.index("  editions") :], "  editions: []", 10, "editions is a list of one entry"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path, was, becomes, line, words):
    assert was in LAW
    faults = told(tmp_path, LAW.replace(was, becomes))
    assert [found for found, _ in faults] == [line]
    assert words in faults[0][1]


def test_every_fault_of_all_laws_is_told_at_once(tmp_path):
    broken = LAW.replace("kind: law", "kind: lore") + LAW.replace("level: post", "level: high")
    assert len(told(tmp_path, broken)) == 2


def test_one_id_names_one_law_and_a_text_is_no_law(tmp_path):
    assert told(tmp_path, LAW + LAW) == [(20, "sample-law stands here twice")]
    assert told(tmp_path, "- just words\n") == [(1, "entry 1: fields belong here, such as id: ...")]


def test_a_topic_lies_under_a_topic_that_exists(tmp_path):
    topics = "- id: b.c\n  title: {zh: 丙, en: C}\n"
    assert told(tmp_path, topics=topics) == [(1, "b.c: the topic above it is missing")]
