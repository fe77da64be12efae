"""Authored items, readings and guides checked together."""

from dataclasses import replace
from datetime import date

import pytest

from examapp.core.citations import parse
from examapp.core.items import Use
from examapp.library.bank_check import check_everything, drafts, faults, read_items
from examapp.library.guide_files import AuthoredGuide, AuthoredSection
from examapp.library.question_files import AuthoredItem, write_items
from examapp.library.reading_files import AuthoredReading
from examapp.library.registers import NamedCode, RegisteredEdition, RegisteredLaw, Registers
from tests.bureau import make_content

BOTH = {"zh": "某法", "en": "Law X"}
DAY = date(2026, 1, 1)
EDITION = RegisteredEdition(DAY, DAY, 10, 1)
REGISTERS = Registers(
    laws={"law-x": RegisteredLaw("law-x", "law", BOTH, BOTH, (EDITION,))},
    topics={"law.basic": NamedCode("law.basic", BOTH)},
    posts={"clerk": NamedCode("clerk", BOTH)},
    faults=(),
)


def item(code="one", line=1, **content):
    content = {"stem": f"题干{code}", **content}
    return AuthoredItem(code, make_content(**content), "bank.yaml", line)


def reading(of, choice="B", reader="r", line=1, **fields):
    return AuthoredReading(
        **{
            "code": of.code,
            "digest": of.content.digest,
            "choice": frozenset(choice),
            "reader": reader,
            "on": DAY,
            "file": "readings.yaml",
            "line": line,
            **fields,
        }
    )


def guide(check=1, cites="law-x:1", topic="law.basic", posts=()):
    section = AuthoredSection("s", 30, check, (parse(cites),), BOTH, BOTH, 7)
    return AuthoredGuide("g", topic, "general", posts, (), 1, BOTH, BOTH, (section,), "g.yaml")


def told(items=(), readings=(), guides=()):
    return [str(fault) for fault in faults(items, readings, guides, REGISTERS)]


def test_a_sound_bank_has_no_faults():
    study = item("study", use=Use.STUDY)
    assert told([item(), study], [reading(study)], [guide(posts=("clerk",))]) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"cites": "law-x:11"}, '"law-x:11": Law X has 10 articles'),
        ({"cites": "law-y:1"}, '"law-y:1": content/laws.yaml knows no law "law-y"'),
        ({"topic": "nowhere"}, 'content/topics.yaml knows no topic "nowhere"'),
        ({"enemies": frozenset({"two"})}, 'the enemy "two" does not exist'),
        ({"enemies": frozenset({"one"})}, "a question is not its own enemy"),
    ],
)
def test_each_fault_of_an_item_is_told_with_file_and_line(content, words):
    assert told([item("zero"), item("one", line=41, **content)]) == [
        f"bank.yaml:41: item one: {words}"
    ]


def test_all_faults_are_told_at_once_in_order():
    wrong = item("b", line=9, cites="law-y:1", topic="nowhere", enemies=frozenset({"x"}))
    assert len(told([wrong, item("a", line=2, cites="law-z:1")])) == 4
    assert told([wrong, item("a", line=2, cites="law-z:1")])[0].startswith("bank.yaml:2:")


def test_the_same_stem_in_one_language_is_enough():
    first = item("first", line=3)
    second = item("second", line=8)
    content = replace(second.content, stem={"zh": "另一题", "en": " Stem  题干first "})
    assert told([first, replace(second, content=content)]) == [
        "bank.yaml:8: item second: the en stem is that of first (bank.yaml:3)"
    ]


def test_a_reading_that_differs_from_the_key_is_a_fault():
    one = item()
    assert told([one], [reading(one, "AC", line=5)]) == [
        "readings.yaml:5: reading of one: r chose A, C, the key is B"
    ]


def test_a_recorded_key_must_be_that_of_the_state_that_was_read():
    one = item()
    assert told([one], [reading(one, key=frozenset("B"))]) == []
    assert told([one], [reading(one, key=frozenset("A"), line=5)]) == [
        "readings.yaml:5: reading of one: the recorded key is not that of the item"
    ]


def test_a_reading_of_an_earlier_state_may_differ():
    one = item()
    assert told([one], [reading(one, "A", digest="0" * 64)]) == []


def test_readings_of_unknown_items_and_repeated_readings_are_faults():
    one = item()
    assert told([one], [reading(item("gone"), line=4), reading(one), reading(one, line=2)]) == [
        "readings.yaml:2: reading of one: r has read this state already",
        "readings.yaml:4: reading of gone: there is no such item",
    ]


def test_an_item_without_an_agreeing_reading_is_a_draft():
    one, two, three = item("one"), item("two"), item("three")
    readings = [reading(one), reading(two, "A"), reading(three, digest="0" * 64)]
    assert drafts([one, two, three], readings) == [two, three]


def test_after_a_disagreement_two_more_must_agree():
    one = item()
    readings = [reading(one, "A"), reading(one, reader="s")]
    assert read_items([one], readings) == []
    assert read_items([one], [*readings, reading(one, reader="t")]) == [one]


def test_a_check_needs_study_items_that_were_read_and_share_an_article():
    fitting = item("fitting", use=Use.STUDY, cites="law-x:1.2")
    others = [
        item("unread", use=Use.STUDY),
        item("exam"),
        item("elsewhere", use=Use.STUDY, cites="law-x:2"),
    ]
    readings = [reading(i) for i in (fitting, *others[1:])]
    assert told([fitting, *others], readings, [guide(check=1)]) == []
    (words,) = told([fitting, *others], readings, [guide(check=2)])
    assert words.startswith("g.yaml:7: section s: the check asks 2 study questions")
    assert words.endswith("and there are 1")


def test_faults_of_guides():
    study = item(use=Use.STUDY, cites="law-x:99")
    assert [
        words.split(": ", 1)[1]
        for words in told([], [], [guide(topic="no", posts=("no",), cites="law-x:99", check=0)])
    ] == [
        'guide g: content/posts.yaml knows no post "no"',
        'guide g: content/topics.yaml knows no topic "no"',
        'section s: "law-x:99": Law X has 10 articles',
    ]
    assert study.line == 1


def test_everything_is_read_and_checked_at_once(tmp_path):
    content, bank = tmp_path / "content", tmp_path / "question_bank"
    for name, text in {
        "content/laws.yaml": "[]",
        "content/topics.yaml": "- id: t\n",
        "content/posts.yaml": "[]",
        "question_bank/t/a.yaml": write_items([("one", make_content(topic="t"))]),
        "question_bank/t/b.yaml": "- {}",
        "question_bank/readings/t.yaml": "- {}",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    report = check_everything(content, bank)
    places = {(fault.file, fault.line) for fault in report.faults}
    assert {
        ("content/topics.yaml", 1),
        ("question_bank/t/a.yaml", 1),
        ("question_bank/t/b.yaml", 1),
        ("question_bank/readings/t.yaml", 1),
    } <= places
    assert report.information == ["1 of 1 items are drafts, read by no second person: one"]


def test_a_pack_that_draws_from_an_unknown_topic_is_a_fault(tmp_path):
    line = "{topic: nowhere, kind: single, count: 1, points: 1}"
    exam = f"{{title: {{zh: 考, en: E}}, lines: [{line}], minutes: 9, cut_score: 1}}"
    pack = tmp_path / "content" / "policies" / "here.yaml"
    pack.parent.mkdir(parents=True)
    text = f"id: here\nyear: 2026\ntitle: {{zh: 某, en: X}}\nexam: {exam}\n"
    pack.write_text(text, encoding="utf-8")
    (tmp_path / "bank").mkdir()
    told = [
        str(fault) for fault in check_everything(tmp_path / "content", tmp_path / "bank").faults
    ]
    words = 'content/policies/here.yaml:1: exam: content/topics.yaml knows no topic "nowhere"'
    assert words in told
