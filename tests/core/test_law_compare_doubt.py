"""Where two readings are near each other: place and neighbours against likeness, pieces, echoes."""

from __future__ import annotations

import random

from examapp.core.law.changes import ChangeKind
from examapp.core.law.compare import compare
from tests.made_up_laws import in_chapters, law, sentence, words

K = ChangeKind
CHANCE = random.Random(21)
TEN = [words(CHANCE, 3) for _ in range(10)]
SAID = [sentence(CHANCE) for _ in range(12)]
A, B, C, D, E, F = SAID[:6]
OTHER = SAID[6:]
UNLIKE = "本法所称示例，由示例大会解释，每年印发两册，存于各地书馆。"


def changes(old, new):
    """Kind, old and new keys of all that is not the same words under the same number."""
    found = compare(old, new).changes
    return {(c.kind, c.old, c.new) for c in found if c.kind not in (K.UNCHANGED, K.RENUMBERED)}


def around(*middle):
    """Three articles, these, and the other seven."""
    return [*TEN[:3], *middle, *TEN[3:]]


def test_a_far_article_as_alike_as_a_cousin_does_not_take_a_rewritten_ones_place():
    old, new = around(A), [*around(UNLIKE), f"{A[:24]}{OTHER[1][:26]}"]
    assert changes(law(*old), law(*new)) == {
        (K.MODIFIED, ("4",), ("4",)), (K.ADDED, (), ("12",)),
    }  # fmt: skip


def test_a_far_article_that_says_nearly_the_same_is_the_old_one_moved():
    old, new = around(A + B), [*around(OTHER[0]), A + B[:-4] + "。"]
    assert (K.MODIFIED, ("4",), ("12",)) in changes(law(*old), law(*new))


def test_two_articles_rewritten_side_by_side_keep_their_places():
    old = around(A + B, C + D)
    new = [*around(A[:30] + OTHER[0] + OTHER[1], C[:30] + OTHER[2] + OTHER[3]), E]
    assert {(K.MODIFIED, ("4",), ("4",)), (K.MODIFIED, ("5",), ("5",))} <= changes(
        law(*old), law(*new)
    )


def test_other_words_altogether_are_the_old_ones_only_beside_one_that_stayed():
    old, new = around(A), around("每逢闰月，另行通告。")
    assert (K.MODIFIED, ("4",), ("4",)) in changes(law(*old), law(*new))
    new[2], new[4] = new[2][:-9] + "并且张灯结彩。", new[4] + "并且敲锣。"
    assert {(K.REMOVED, ("4",), ()), (K.ADDED, (), ("4",))} <= changes(law(*old), law(*new))


def test_one_neighbour_is_enough_where_a_chapter_ended():
    old = in_chapters([[*TEN[:3], A], TEN[3:6], TEN[6:]])
    new = in_chapters([[*TEN[:3], UNLIKE, *TEN[3:6]], TEN[6:]])
    assert changes(old, new) == {(K.MODIFIED, ("4",), ("4",))}


def test_a_piece_of_a_merged_article_is_not_taken_for_the_new_one_in_its_place():
    old, new = around(A + B, C + D), around(UNLIKE, A + B + C + D)
    assert changes(law(*old), law(*new)) == {
        (K.ADDED, (), ("4",)), (K.MERGED, ("4", "5"), ("5",)),
    }  # fmt: skip


def test_an_article_of_which_little_is_left_anywhere_is_not_split():
    old = around(A + B + C + D + E + F)
    new = [*around(A + OTHER[0] + OTHER[1] + OTHER[2]), B + OTHER[3]]
    assert K.SPLIT not in {kind for kind, _, _ in changes(law(*old), law(*new))}


def test_a_sentence_that_two_articles_had_and_that_now_stands_alone_comes_from_neither():
    old = [*around(A + B + E), C + D + E]
    new = [*around(A + B), C + D, E]
    assert changes(law(*old), law(*new)) == {
        (K.MODIFIED, ("4",), ("4",)), (K.MODIFIED, ("12",), ("12",)), (K.ADDED, (), ("13",)),
    }  # fmt: skip


def test_an_article_that_was_split_and_took_another_one_in_is_told_as_the_weightier_of_both():
    old, new = around(A + B + C + D, E), [*around(A + B + C + E), D + F]
    found = compare(law(*old), law(*new)).changes
    assert {c.kind for c in found if c.old == ("4",) or len(c.old) > 1} <= {K.SPLIT, K.MERGED}
    assert all(min(len(c.old), len(c.new)) <= 1 for c in found)


def test_a_paragraph_keeps_its_number_though_its_words_change():
    says = "依照第{}条第二款停渡。"
    old = [*around(f"{A}\n{B}"), says.format("四")]
    new = [OTHER[0], *around(f"{A}\n{OTHER[1]}"), says.format("五")]
    assert (K.CROSS_REFERENCE, ("12",), ("13",)) in changes(law(*old), law(*new))


def test_another_chapter_is_no_cross_reference():
    old = in_chapters([TEN[:3], TEN[3:6], [*TEN[6:9], "适用本法第二章的规定。"]])
    new = in_chapters([TEN[:3], TEN[3:6], [*TEN[6:9], "适用本法第一章的规定。"]])
    assert changes(old, new) == {(K.MODIFIED, ("10",), ("10",))}


def test_an_item_that_moved_within_its_article_is_a_cross_reference():
    items = f"下列渡口停渡：\n（一）{A}\n（二）{B}"
    grown = f"下列渡口停渡：\n（一）{A}\n（二）{C}\n（三）{B}"
    old = [*around(items), "有第四条第（二）项情形的，告示。"]
    new = [*around(grown), "有第四条第（三）项情形的，告示。"]
    assert (K.CROSS_REFERENCE, ("12",), ("12",)) in changes(law(*old), law(*new))
