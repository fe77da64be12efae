"""Policy packs as files: what is read, and how faults are told."""

import pytest

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
