"""Policy packs as files: what is read, and how faults are told."""

import pytest

from examapp.core import place_rules
from examapp.core.items import Kind
from examapp.library.policy_files import read_policies

GOOD = """\
id: here
year: 2026
title: {zh: 办法, en: Rules}
indicators:
  - code: R16
    head: study
    measure: study-minutes
    threshold: 1800
    points: "12.5"
    partial: true
    title: {zh: 自学, en: Study}
    rule: {zh: 规则, en: Rule}
    source: R16
"""


def read_text(folder, text, name="here.yaml"):
    (folder / "policies").mkdir(exist_ok=True)
    (folder / "policies" / name).write_text(text, encoding="utf-8")
    return read_policies(folder)


def test_the_packs_of_the_repository_are_well_formed(content_folder):
    packs, faults = read_policies(content_folder)
    assert faults == []
    assert "bureau-a" in {pack.code for pack in packs}


def test_a_pack_is_read_as_data(tmp_path):
    (pack,), faults = read_text(tmp_path, GOOD)
    assert (pack.code, pack.year, faults) == ("here", 2026, [])
    assert pack.content["indicators"][0]["threshold"] == 1800


def test_a_changed_rule_has_another_digest_and_a_changed_comment_has_not(tmp_path):
    (before,), _ = read_text(tmp_path, GOOD)
    (commented,), _ = read_text(tmp_path, GOOD + "# a comment\n")
    (changed,), _ = read_text(tmp_path, GOOD.replace("1800", "1801"))
    assert before.digest == commented.digest != changed.digest


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("id: here", "id: there", 1, "the id is the file's name, here"),
        ("year: 2026", "year: soon", 2, "year is the first year"),
        ("year: 2026", "year: true", 2, "year is the first year"),
        ("year: 2026\n", "", 1, "year is the first year"),
        ("{zh: 办法, en: Rules}", "Rules", 3, "title must have zh and en"),
        ('"12.5"', "12.5", 1, "stands in quotes"),
        ("    head: study\n", "", 5, "indicator 1: head is missing"),
        ("head: study", "head: sport", 5, "indicator 1: 'sport' is not a valid Head"),
        ("1800", "0", 5, "indicator 1: threshold must be a whole number"),
        ("en: Study", "en: ''", 5, "indicator 1: title must have zh and en"),
        ("id: here", "id: here\nid: here", 2, "stands here twice"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path, old, new, line, words):
    assert old in GOOD
    packs, (fault,) = read_text(tmp_path, GOOD.replace(old, new))
    assert packs == []
    assert (fault.file, fault.line) == (f"{tmp_path.name}/policies/here.yaml", line)
    assert words in fault.words


def test_two_rules_with_one_code_are_a_fault(tmp_path):
    twice = GOOD + GOOD[GOOD.index("  - code") :]
    _, (fault,) = read_text(tmp_path, twice)
    assert fault.words == "indicator 2: the code R16 stands here twice"


@pytest.mark.parametrize("rules", ["[]", "{}", "none"])
def test_a_pack_without_rules_is_a_fault(tmp_path, rules):
    text = GOOD[: GOOD.index("indicators:")] + f"indicators: {rules}\n"
    _, (fault,) = read_text(tmp_path, text)
    assert (fault.line, fault.words) == (4, "indicators is a list of at least one rule")


def test_one_faulty_file_does_not_hide_another_pack(tmp_path):
    read_text(tmp_path, GOOD)
    packs, faults = read_text(tmp_path, "- a list", "other.yaml")
    assert [pack.code for pack in packs] == ["here"]
    assert [fault.file for fault in faults] == [f"{tmp_path.name}/policies/other.yaml"]


EXAM = """\
id: here
year: 2026
title: {zh: 办法, en: Rules}
notice: {zh: 通知, en: Notice}
exam:
  title: {zh: 考试, en: Exam}
  lines: [{topic: law, kind: single, count: 2, points: "1.5"}]
  minutes: 60
  cut_score: 2
  bands: [{code: good, least: 3}]
  tries: 3
  counts: best
  window_days: 5
gates:
  - {zh: 先学, en: Study first}
"""


def test_a_pack_may_be_about_an_exam_alone(tmp_path):
    (pack,), faults = read_text(tmp_path, EXAM)
    rules = place_rules.from_data(pack.content)
    assert faults == []
    assert (rules.exam.spec.points, rules.exam.spec.tries, rules.exam.window_days) == (3, 3, 5)
    assert rules.exam.figures() == {Kind.SINGLE: (2, 3)}
    assert (rules.exam.entry_minutes, rules.exam.certificate_years) == (None, 0)
    assert rules.texts["gates"] == ({"zh": "先学", "en": "Study first"},)
    assert rules.texts["make_up"] == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("  minutes: 60\n", "", 5, "minutes is missing"),
        ("minutes: 60", "minutes: 0", 5, "exam: minutes: give 1 to 600 minutes"),
        ("cut_score: 2", "cut_score: 9", 5, "exam: cut_score: the cut score lies above 0"),
        ("kind: single", "kind: essay", 5, "'essay' is not a valid Kind"),
        ("window_days: 5", "window_days: soon", 5, "exam: window_days is a whole number"),
        ("window_days: 5", "days: 5", 5, "exam: there is no field days"),
        ("  title: {zh: 考试, en: Exam}\n", "", 5, "title is missing"),
        ("{zh: 通知, en: Notice}", "Notice", 4, "notice must have zh and en"),
        ("{zh: 先学, en: Study first}", "{zh: 先学}", 14, "gates must have zh and en"),
        ("gates:\n  - {zh: 先学, en: Study first}", "gates: none", 14, "gates is a list of texts"),
        ("gates:", "gate:", 14, "there is no field gate"),
    ],
)
def test_a_fault_of_an_exam_or_its_texts_is_told(tmp_path, old, new, line, words):
    assert old in EXAM
    packs, (fault,) = read_text(tmp_path, EXAM.replace(old, new))
    assert packs == []
    assert words in fault.words
    assert fault.line == line
