"""What a machine can say against the words and the keys of questions."""

from dataclasses import replace

import pytest

from examapp.core.items import Kind
from examapp.core.wording import habits, wording_faults
from tests.bureau import make_content

STEM = {"zh": "应当在（　　）内办结。", "en": "It is done within ____."}


def content(kind=Kind.SINGLE, key=None, stem=STEM, options=None, rationale=None):
    made = make_content(kind=kind, key=key)
    texts = options or {"A": "五日", "B": "十日", "C": "二十日", "D": "三十日"}
    if kind is not Kind.JUDGEMENT:
        english = {letter: f"option {text}" if text.isascii() else letter * len(text)
                   for letter, text in texts.items()}  # fmt: skip
        made = replace(made, options=tuple(
            (letter, {"zh": text, "en": english[letter]}) for letter, text in texts.items()
        ))  # fmt: skip
    return replace(
        made, stem=stem, rationale=rationale or {"zh": "依据第一条。", "en": "Article 1."}
    )


def told(made):
    return [str(fault) for fault in wording_faults(made)]


def test_a_plain_question_has_no_faults():
    statement = {"zh": "罚款应当缴入国库。", "en": "Fines go to the treasury."}
    assert told(content()) == []
    assert told(content(Kind.JUDGEMENT, stem=statement)) == []


@pytest.mark.parametrize(
    "words", ["以上都对", "以上三项均正确", "上述说法都不对", "全部正确", "均不正确"]
)
def test_an_option_about_the_others_is_a_fault(words):
    (fault,) = told(content(options={"A": "五日", "B": "十日", "C": "二十日", "D": words}))
    assert fault.startswith("option D.zh: ")


def test_a_level_of_government_is_not_about_the_other_options():
    options = {
        "A": "县级以上人民政府",
        "B": "市级以上人民政府",
        "C": "省级以上机关都可以",
        "D": "乡级政府",
    }
    assert told(content(options=options)) == []


@pytest.mark.parametrize(
    "stem",
    [
        "下列做法不符合规定的是（　　）。",
        "以下说法错误的有（　　）。",
        "下列哪一项不属于行政处罚？",
    ],
)
def test_a_negative_stem_needs_emphasis(stem):
    faults = told(content(stem=STEM | {"zh": stem}))
    assert faults == [
        "stem.zh: the stem asks for what is not so; emphasise the word, as in **not**"
    ]
    assert (
        told(content(stem=STEM | {"zh": stem.replace("不", "**不**").replace("错误", "**错误**")}))
        == []
    )


def test_a_stem_that_completes_a_prohibition_is_no_trick():
    assert told(content(stem=STEM | {"zh": "行政机关不得（　　）。"})) == []


def test_a_stem_must_ask_and_a_statement_must_not():
    assert "asks nothing" in told(content(stem=STEM | {"zh": "行政机关办结的期限"}))[0]
    faults = told(content(Kind.JUDGEMENT))
    assert faults == [
        "stem.zh: a statement to be judged has no blank",
        "stem.en: a statement to be judged has no blank",
    ]


def test_a_statement_that_can_be_judged_in_two_ways_is_a_fault():
    stem = {
        "zh": "行政处罚通常由县级机关实施。",
        "en": "Penalties are usually imposed by counties.",
    }
    assert [fault.split(":")[0] for fault in told(content(Kind.JUDGEMENT, stem=stem))] == [
        "stem.zh",
        "stem.en",
    ]


def test_a_right_answer_that_shows_by_its_length_is_a_fault():
    long = "自受理之日起二十日内并且书面告知当事人"
    options = {"A": "五日", "B": long, "C": "二十日", "D": "三十日"}
    assert "shows by its length" in told(content(options=options))[0]
    assert told(content(options=options, key={"A"})) == []


def test_a_little_longer_is_no_fault():
    options = {"A": "五日", "B": "十五日内", "C": "二日", "D": "三日"}
    assert told(content(options=options)) == []


def test_a_long_answer_among_long_ones_is_no_fault():
    options = {letter: letter * 20 for letter in "ACD"} | {"B": "B" * 28}
    assert told(content(options=dict(sorted(options.items())))) == []


def test_half_width_signs_between_chinese_characters_are_a_fault():
    faults = told(content(rationale={"zh": "依据第一条,应当办结。", "en": "Article 1."}))
    assert faults == ['rationale.zh: half-width punctuation in "条,"']


def of_place(place, times):
    return [content(key={"ABCD"[place]})] * times


def test_keys_spread_over_the_places_are_no_habit():
    assert list(habits(of_place(0, 3) + of_place(1, 3) + of_place(2, 3) + of_place(3, 3))) == []


def test_a_favourite_place_and_an_empty_one_are_habits():
    assert list(habits(of_place(0, 6) + of_place(1, 3) + of_place(2, 3))) == [
        "50% of the single-choice keys stand at A",
        "no single-choice key stands at D",
    ]


def test_few_items_show_no_habit():
    assert list(habits(of_place(0, 9))) == []


def test_a_key_that_is_mostly_the_longest_is_a_habit():
    long = {"A": "五日", "B": "四十五日", "C": "二日", "D": "三日"}
    spread = [content(key={"B"}, options=long)] * 5
    found = list(habits(spread + of_place(0, 3) + of_place(2, 2) + of_place(3, 2)))
    assert found == [
        "zh: in 42% of the single-choice items the key is longest",
        "en: in 42% of the single-choice items the key is longest",
    ]


def test_true_too_often_and_always_two_are_habits():
    judged = [content(Kind.JUDGEMENT, key={"true"})] * 8 + [
        content(Kind.JUDGEMENT, key={"false"})
    ] * 2
    assert list(habits(judged)) == ["80% of the true/false items have the key true"]
    several = [content(Kind.MULTIPLE)] * 7
    assert list(habits(several)) == ["100% of the multiple-choice items have as many keys as 2"]
