"""Which questions are nearly the same, or tell the answer of another."""

from dataclasses import replace
from fractions import Fraction

import pytest

from examapp.core.bigrams import bigrams
from examapp.core.items import Kind
from examapp.core.likeness import alike, given_away, near_duplicates
from tests.bureau import make_content


def judgement(stem, cites="law-x:1"):
    return make_content(kind=Kind.JUDGEMENT, stem=stem, cites=cites)


def single(stem, right, cites="law-x:1"):
    made = make_content(stem=stem, cites=cites)
    options = tuple((o, {"zh": right} if o == "B" else t) for o, t in made.options)
    return replace(made, options=options)


def test_a_question_with_one_word_changed_is_nearly_the_same():
    items = {
        "one": judgement("行政机关应当自受理申请之日起二十日内作出决定"),
        "two": judgement("行政机关应当自受理申请之日起三十日内作出决定"),
        "other": judgement("公务员的年度考核结果分为优秀、称职、基本称职和不称职"),
    }
    (pair,) = near_duplicates(items)
    assert (pair.first, pair.second) == ("one", "two")


def test_the_share_is_that_of_common_words_among_all():
    items = {"one": judgement("行政处罚决定书"), "two": judgement("行政处罚告知书")}
    one, two = (set(bigrams(items[code].stem["zh"])) for code in items)
    (pair,) = near_duplicates(items, least=0.1)
    assert pair.share == pytest.approx(float(Fraction(len(one & two), len(one | two))))


def test_options_count_with_the_stem():
    items = {
        "one": single("期限为（　　）", "自受理之日起二十日"),
        "two": single("期限为（　　）", "县级以上人民政府"),
    }
    (pair,) = near_duplicates(items, least=0.01)
    assert pair.share < 0.9


def test_a_stem_that_says_another_ones_answer_is_found_within_an_article():
    answer = "由作出决定的行政机关负责"
    items = {
        "asks": single("举证责任（　　）", answer),
        "tells": judgement(f"在诉讼中，举证责任{answer}，不由原告承担。"),
        "elsewhere": judgement(f"在诉讼中{answer}。", cites="law-x:2"),
    }
    assert list(given_away(items)) == [("tells", "asks")]


def test_a_question_is_not_told_by_itself():
    answer = "由作出决定的行政机关负责"
    assert list(given_away({"asks": single(f"举证责任{answer}（　　）", answer)})) == []


def test_a_short_answer_gives_nothing_away():
    items = {"asks": single("期限为（　　）", "二十日"), "tells": judgement("期限为二十日。")}
    assert list(given_away(items)) == []


def test_what_is_alike_to_a_question_being_written_stands_the_likest_first():
    mine = judgement("行政机关应当自受理申请之日起二十日内作出决定")
    others = {
        "near": judgement("行政机关应当自受理申请之日起三十日内作出书面决定"),
        "same": judgement("行政机关应当自受理申请之日起二十日内作出决定"),
        "other": judgement("公务员的年度考核结果分为优秀、称职、基本称职和不称职"),
    }
    found = alike(mine, others)
    assert list(found) == ["same", "near"]
    assert found["same"] == 1 > found["near"]
