"""Penalties share their phrases: what they punish, and which rule they name, tells them apart."""

from __future__ import annotations

from examapp.core.law.changes import ChangeKind
from examapp.core.law.compare import compare
from examapp.core.law.compare_formulas import plain
from tests.core.test_law_compare_doubt import OTHER, TEN, A, B, C, D, around, changes
from tests.made_up_laws import law

K = ChangeKind
FINED = (
    "由渡口主管部门责令改正，没收违法所得，处一千元以上五千元以下的罚款；"
    "情节严重的，处五千元以上一万元以下的罚款。"
)


def kept(old, new):
    """Which articles belong together, by their numbers."""
    return {(c.old, c.new) for c in compare(law(*old), law(*new)).changes}


def test_the_phrases_of_penalties_are_set_aside():
    assert plain("违反本法第#条规定,私改灯油存量的桥工,情节严重的,处五元以下罚款。").startswith(
        "私改"
    )
    assert plain("情节严重的,依法追究刑事责任。") == "情节严重的,依法追究刑事责任。"


def test_the_same_fine_for_another_offence_is_not_the_old_one():
    old = around("擅自挪动灯塔标记的，" + FINED, "谎报羊群耳标的，" + FINED)
    new = around(OTHER[0], "向渡船倾倒染料的，" + FINED, "谎报羊群数目和耳标的，" + FINED)
    assert (("5",), ("6",)) in kept(old, new)


def test_an_article_that_stands_in_a_merged_one_now_is_not_the_cousin_in_its_place():
    cousin = f"{A[:18]}{OTHER[0][18:]}"
    old, new = around(A, B), [*around(cousin), OTHER[1], f"{A}\n{B}"]
    assert (("4", "5"), ("13",)) in kept(old, new)


def test_where_a_rule_went_tells_where_its_penalty_went():
    rules = [*TEN[:6], A, B]
    old = [*rules, f"违反第七条规定的，{FINED}", f"违反第八条规定的，{FINED}"]
    new = [OTHER[0], B, *TEN[:6], A, f"违反第二条规定的，{FINED}", f"违反第九条规定的，{FINED}"]
    assert {(("9",), ("11",)), (("10",), ("10",))} <= kept(old, new)


def test_what_names_the_same_rules_beside_a_kept_article_was_merged_into_it():
    whole = "驿站合同，是指站长供应马匹和草料，由旅人支付约定路钱的合同。"
    old = around(whole, "本法第一条和第二条的规定，适用于订立驿站合同。")
    new = around(f"{whole}\n违反本法第一条和第二条订立驿站合同的，其条款无效。")
    assert (K.MERGED, ("4", "5"), ("4",)) in changes(law(*old), law(*new))


def test_a_reworded_paragraph_that_stands_alone_now_is_a_piece():
    old = around(f"{A}\n各级乡里应当把渡口修缮纳入乡里营造计划，{OTHER[2][:30]}。")
    new = around(f"{A[:-1]}，并敲锣告知。", "县以上乡里应当把渡口修缮纳入乡里营造规划。")
    assert changes(law(*old), law(*new)) == {(K.SPLIT, ("4",), ("4", "5"))}


def test_a_clause_that_a_far_article_repeats_makes_no_split():
    clause = C.split("，")[1]
    old, new = around(C + D + A), [*around(C + D + A), f"{OTHER[3]}{clause}。{OTHER[4]}"]
    assert K.SPLIT not in {kind for kind, _, _ in changes(law(*old), law(*new))}
