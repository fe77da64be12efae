"""What became of each article, one difference a test."""

from __future__ import annotations

import random

import pytest

from examapp.core.law.changes import ChangeKind
from examapp.core.law.compare import compare
from examapp.core.law.text import Provision, ProvisionKind
from tests.made_up_laws import article, drawn, in_chapters, law, of, sentence, words

CHANCE = random.Random(4)
TEN = [words(CHANCE, 3) for _ in range(10)]
ONE, TWO, THREE, FOUR, FIVE = (sentence(CHANCE) for _ in range(5))
K = ChangeKind


def changes(old, new):
    """Kind, old and new keys of all that is not the same words under the same number."""
    found = compare(old, new).changes
    return {(c.kind, c.old, c.new) for c in found if c.kind not in (K.UNCHANGED, K.RENUMBERED)}


def with_(texts, at, *others):
    """The texts with the one at a place (from 1) replaced by others, or taken out."""
    return [*texts[: at - 1], *others, *texts[at:]]


def test_the_same_law_is_unchanged_in_every_article():
    same = compare(law(*TEN), law(*TEN))
    assert [c.kind for c in same.changes] == [K.UNCHANGED] * 10
    assert same.other == ()


def test_an_article_that_comes_in_is_added_and_the_rest_renumbered():
    found = compare(law(*TEN), law(*with_(TEN, 4, ONE, TEN[3])))
    assert [c.new for c in found.of(K.ADDED)] == [("4",)]
    assert [(c.old, c.new) for c in found.of(K.RENUMBERED)][:1] == [(("4",), ("5",))]
    assert len(found.of(K.RENUMBERED)) == 7


def test_an_article_that_goes_out_is_removed_and_stands_where_it_stood():
    found = compare(law(*TEN), law(*with_(TEN, 4)))
    assert (found.changes[3].kind, found.changes[3].old) == (K.REMOVED, ("4",))


def test_an_article_that_only_moves_is_renumbered():
    found = compare(law(*TEN), law(*TEN[5:8], *TEN[:5], *TEN[8:]))
    assert len(found.of(K.RENUMBERED)) == 8
    assert (("6",), ("1",)) in {(c.old, c.new) for c in found.changes}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("甲村（含外乡）的渡口，听其自便。", "甲村(含外乡)的渡口,听其自便。"),
        ("下列渡口：东渡—西渡。", "下列渡口:东渡——西渡。"),
        ("渡口称“老渡”。", '渡口称"老渡"。'),
        ("自2020年1月1日起摆渡。", "自 2020 年 1 月 1 日起摆渡。"),
        ("渡口\u200b每日\u3000摆渡。", "渡口每日摆渡。"),
        ("依照《渡口〈小船〉章程》摆渡。", "依照《渡口<小船>章程》摆渡。"),
        ("第一款所列渡口。\n停摆时告示。", "第一款所列渡口。停摆时告示。"),
    ],
)
def test_width_spaces_dashes_and_quotation_marks_are_typography(old, new):
    found = changes(law(*TEN[:3], old), law(*TEN[:2], new))
    assert (K.TYPOGRAPHICAL, ("4",), ("3",)) in found


def test_a_blank_that_a_line_end_left_between_two_words_is_no_change():
    assert not changes(law("渡口每日摆渡。"), law("渡口每 日摆渡。"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("渡船、竹筏免费。", "渡船和竹筏免费。"),
        ("三日内摆渡。", "五日内摆渡。"),
        ("帐簿留存。", "账簿留存。"),
    ],
)
def test_other_words_are_a_modification_however_few(old, new):
    assert changes(law(*TEN, old), law(*TEN, new)) == {(K.MODIFIED, ("11",), ("11",))}


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("违反本法第五条、第六条的停渡。", "违反本法第六条、第七条的停渡。", K.CROSS_REFERENCE),
        ("违反第五条至第七条的，停渡。", "违反第六条至第八条的，停渡。", K.CROSS_REFERENCE),
        ("违反（第五条）的停渡。", "违反(第六条)的停渡。", K.CROSS_REFERENCE),
        ("违反本法第五条的停渡。", "违反本法第八条的停渡。", K.MODIFIED),
        ("依照《渡口法》第五条停渡。", "依照《渡口法》第六条停渡。", K.MODIFIED),
        ("依照渡口法第五条停渡。", "依照渡口法第六条停渡。", K.MODIFIED),
        ("违反第五条第一款的停渡。", "违反第六条第二款的停渡。", K.MODIFIED),
        ("违反本法第五条的停渡。", "违反本法第六条的罚没。", K.MODIFIED),
    ],
)
def test_a_number_that_moved_with_its_article_is_a_cross_reference(old, new, kind):
    texts = [ONE, TWO, THREE, FOUR, *TEN[:6]]
    found = changes(law(*texts, old), law(FIVE, *texts, new))
    assert found == {(K.ADDED, (), ("1",)), (kind, ("11",), ("12",))}


def test_a_paragraph_number_that_moved_because_a_paragraph_came_in_is_a_cross_reference():
    texts = [*TEN[:3], f"{ONE}\n{TWO}", *TEN[3:6]]
    grown = [*TEN[:3], f"{ONE}\n{THREE}\n{TWO}", *TEN[3:6]]
    old, new = "依照第四条第二款停渡。", "依照第四条第三款停渡。"
    found = changes(law(*texts, old), law(*grown, new))
    assert found == {(K.MODIFIED, ("4",), ("4",)), (K.CROSS_REFERENCE, ("8",), ("8",))}


def test_a_chapter_number_that_moved_with_its_chapter_is_a_cross_reference():
    says, now = "适用本法第二章的规定。", "适用本法第三章的规定。"
    old = in_chapters([TEN[:3], TEN[3:6], [*TEN[6:8], says]])
    new = in_chapters([TEN[:3], [FIVE, FOUR], TEN[3:6], [*TEN[6:8], now]])
    assert (K.CROSS_REFERENCE, ("9",), ("11",)) in changes(old, new)


def test_an_article_rewritten_in_its_place_is_modified():
    found = changes(law(*TEN), law(*with_(TEN, 5, f"{ONE}{TWO}")))
    assert found == {(K.MODIFIED, ("5",), ("5",))}


def test_a_new_article_elsewhere_that_echoes_a_rewritten_one_does_not_take_its_place():
    before = f"{ONE}{TWO}{THREE}"
    texts = with_(TEN, 3, before)
    rewritten = with_(texts, 3, f"{ONE[:12]}{FOUR}{FIVE}")
    found = changes(law(*texts), law(*with_(rewritten, 8, rewritten[7], f"{FIVE}{TWO[:24]}")))
    assert found == {(K.MODIFIED, ("3",), ("3",)), (K.ADDED, (), ("9",))}


def test_at_the_end_of_a_chapter_and_at_the_start_of_the_next_is_not_the_same_place():
    old = in_chapters([TEN[:3], TEN[3:6], [ONE, *TEN[6:9]]])
    new = in_chapters([TEN[:3], [*TEN[3:6], "另有办法的从其规矩。"], TEN[6:9]])
    assert {K.REMOVED, K.ADDED} == {kind for kind, _, _ in changes(old, new)}


def test_an_article_whose_sentences_stand_in_two_now_is_split():
    whole = f"{ONE}{TWO}\n{THREE}{FOUR}"
    found = changes(law(*with_(TEN, 4, whole)), law(*with_(TEN, 4, f"{ONE}{TWO}", THREE + FOUR)))
    assert found == {(K.SPLIT, ("4",), ("4", "5"))}


def test_an_article_may_be_split_in_three_and_a_piece_go_far():
    whole = f"{ONE}\n{TWO}\n{THREE}"
    new = [*with_(TEN, 4, ONE, TWO), THREE]
    assert changes(law(*with_(TEN, 4, whole)), law(*new)) == {(K.SPLIT, ("4",), ("4", "5", "12"))}


def test_two_articles_that_stand_in_one_now_are_merged():
    found = changes(law(*with_(TEN, 4, ONE + TWO, THREE)), law(*with_(TEN, 4, ONE + TWO + THREE)))
    assert found == {(K.MERGED, ("4", "5"), ("4",))}


def test_an_article_that_stays_while_a_new_one_repeats_a_phrase_of_it_is_not_split():
    whole = f"{ONE}{TWO}"
    found = changes(law(*with_(TEN, 4, whole)), law(*with_(TEN, 4, whole, f"{ONE[:14]}{FIVE}")))
    assert found == {(K.ADDED, (), ("5",))}


def test_laws_that_have_nothing_in_common_are_compared_too():
    found = compare(law(*TEN), drawn(99, 4))
    assert sum(len(c.old) for c in found.changes) == 10
    assert sum(len(c.new) for c in found.changes) == 4


@pytest.mark.parametrize("texts", [[], [ONE], [ONE, ONE, ONE, TWO]])
def test_empty_short_and_repeating_laws_are_compared_too(texts):
    for other in ([], [ONE], [TWO, ONE, ONE]):
        found = compare(law(*texts), law(*other))
        assert sum(len(c.old) for c in found.changes) == len(texts)
        assert sum(len(c.new) for c in found.changes) == len(other)


def test_an_article_that_a_broken_file_has_twice_occurs_twice():
    twice = of([article(1, ONE), article(2, TWO), article(2, TWO), article(3, THREE)])
    assert [c.old for c in compare(twice, law(ONE, TWO, THREE)).changes].count(("2",)) == 2


def other(kind, key, *lines):
    return Provision(kind, key, key, lines)


def test_of_preamble_annexes_and_points_those_with_other_words_are_named():
    preamble, annex = ProvisionKind.PREAMBLE, ProvisionKind.ANNEX
    old = of([other(preamble, "preamble", "为了摆渡。"), other(annex, "annex-1", "渡口 名录")])
    new = of([
        other(preamble, "preamble", "为了便民。"),
        other(annex, "annex-1", "船费表"),
        other(annex, "annex-2", "渡口名录"),
    ])  # fmt: skip
    assert compare(old, new).other == (("preamble", "preamble"), (None, "annex-1"))
    assert compare(old, old).other == ()


def test_an_amendment_of_points_has_no_articles_to_compare():
    point = ProvisionKind.POINT
    old, new = (of([other(point, "point-1", text)]) for text in (ONE, TWO))
    assert compare(old, new).changes == ()
    assert compare(old, new).other == (("point-1", "point-1"),)
