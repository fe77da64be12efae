"""The policy packs against the figures of the notices they come from."""

from fractions import Fraction
from pathlib import Path

import pytest

from examapp.core.assessment import indicator_from_data
from examapp.core.items import Kind
from examapp.core.place_rules import from_data
from examapp.core.spec import Counts
from examapp.library.policy_files import read_policies

ROOT = Path(__file__).parents[2]
PACKS, FAULTS = read_policies(ROOT / "content")
RULES = {pack.code: from_data(pack.content) for pack in PACKS}
SINGLE, MULTIPLE, JUDGEMENT = Kind

# What the notices say (REQUIREMENTS: "How places differ"): items and points by kind, minutes,
# tries, the least that passes, bands, latest entry; None where a notice is silent.
NOTICES = {
    "shaanxi": (None, 50, 90, 3, 60, {"good": 80, "excellent": 90}, None),
    "xinjiang": (
        {SINGLE: (25, 2), MULTIPLE: (10, 3), JUDGEMENT: (10, 2)}, 45, 90, 2, None, {}, None),
    "hunan": ({JUDGEMENT: (20, 2), SINGLE: (30, 1), MULTIPLE: (15, 2)}, 65, 90, None, 60, {}, 30),
    "jining": (
        {SINGLE: (40, 1), MULTIPLE: (20, 2), JUDGEMENT: (20, 1)}, 80, 60, None, 80, {}, None),
}  # fmt: skip


def said(code, part, language="zh"):
    return " ".join(text[language] for text in RULES[code].texts[part])


def test_there_is_a_pack_for_each_bureau_and_place():
    assert FAULTS == []
    assert set(RULES) == {"bureau-a", "bureau-b", "yunnan-college", *NOTICES}


@pytest.mark.parametrize("code", NOTICES)
def test_the_exam_has_the_figures_of_the_notice(code):
    by_kind, items, minutes, tries, cut_score, bands, entry = NOTICES[code]
    exam = RULES[code].exam
    spec = exam.spec
    assert (spec.items, spec.points, spec.minutes) == (items, 100, minutes)
    if by_kind:
        each = {kind: (count, count * points) for kind, (count, points) in by_kind.items()}
        assert exam.figures() == each
        assert {line.points for line in spec.lines} == {Fraction(p) for _, p in by_kind.values()}
    assert set(exam.figures()) == set(Kind)
    assert spec.tries == (tries or 1)
    assert spec.counts is Counts.BEST
    assert cut_score in (None, spec.cut_score)
    assert {band.code: band.least for band in spec.bands} == bands
    assert exam.entry_minutes == entry


def test_what_a_notice_leaves_open_is_named_as_ours():
    assert all(rules.texts["ours"] for rules in RULES.values() if rules.exam)
    assert "60分" in said("xinjiang", "ours")
    assert "题型" in said("shaanxi", "ours")


@pytest.mark.parametrize(
    ("code", "part", "words"),
    [
        ("shaanxi", "make_up", "不设补考"),
        ("shaanxi", "certificate", "合格证书"),
        ("xinjiang", "gates", "5000分"),
        ("xinjiang", "make_up", "1月3日"),
        ("xinjiang", "consequences", "学习占50%、考试占50%"),
        ("xinjiang", "consequences", "补考仍不通过的，当年学法考核为不合格"),
        ("hunan", "gates", "100分、其中必修60分"),
        ("hunan", "consequences", "年度考核暂缓"),
        ("hunan", "consequences", "不得评为优秀"),
        ("jining", "gates", "开放题库供练习"),
        ("jining", "make_up", "一个月后补考"),
        ("jining", "make_up", "公章"),
        ("jining", "exemptions", "两年内退休、产假、重病"),
        ("jining", "consequences", "不得评先评优"),
        ("jining", "consequences", "当年"),
        ("yunnan-college", "gates", "满30分钟计1学时，15至30分钟计0.5学时，不足15分钟计0.25学时"),
        ("yunnan-college", "gates", "通过测试另计0.5学时"),
        ("bureau-a", "make_up", "补考一次"),
        ("bureau-b", "consequences", "年度目标考核"),
    ],
)
def test_the_texts_say_what_the_notice_says(code, part, words):
    assert words in said(code, part)


def test_the_window_of_shaanxi_is_five_days():
    assert RULES["shaanxi"].exam.window_days == 5


def test_the_indicators_have_the_figures_of_the_requirements():
    by_pack = {
        pack.code: {
            made.code: made for made in map(indicator_from_data, pack.content.get("indicators", []))
        }
        for pack in PACKS
    }
    assert by_pack["bureau-a"]["R16"].threshold == 30 * 60
    assert by_pack["yunnan-college"]["college-hours"].threshold == 50 * 60
    for code in ("bureau-a", "bureau-b"):
        assert by_pack[code]["R31"].threshold == 1
        assert sum(indicator.points for indicator in by_pack[code].values()) == 100


@pytest.mark.parametrize("code", sorted(set(RULES) - {"yunnan-college"}))
def test_the_constitution_and_integrity_have_a_share_of_every_paper(code):
    """R2: the Constitution first, its quota on each paper; R7: anti-corruption has its minimum."""
    lines = RULES[code].exam.spec.lines
    shares = {
        area: sum(line.count for line in lines if line.topic.split(".")[0] == area)
        for area in ("constitution", "integrity")
    }
    assert shares["constitution"] * 6 >= RULES[code].exam.spec.items
    assert shares["integrity"] >= 3
