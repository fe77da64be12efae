"""Bigrams narrow a search down and never lose anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examapp.core.bigrams import bigrams, counter_of, folded, pattern_of, wanted

TEXTS = st.text(alphabet="宪法人大代表第三十条，。 \nAb1２“”", max_size=40)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("人大代表", ["人大", "大代", "代表", "表"]),
        ("法", ["法"]),
        ("宪法，国家", ["宪法", "法", "国家", "家"]),
        ("2017年10月ＷＴＯ", ["2017", "年", "10", "月", "wto"]),
        ("", []),
        ("，。", []),
    ],
)
def test_every_pair_and_the_last_of_each_run_stand_alone(text, words):
    assert bigrams(text) == words


def test_a_single_character_asks_for_what_begins_with_it():
    assert wanted("法") == ([], ["法"])
    assert wanted("人大 2017年") == (["人大", "2017"], ["年"])


@given(TEXTS, TEXTS)
def test_what_stands_in_a_text_is_in_its_bigrams(text, sought):
    if not sought.strip() or not pattern_of(sought).search(folded(text)):
        return
    held = bigrams(text)
    whole, beginnings = wanted(sought)
    assert set(whole) <= set(held)
    assert all(any(word.startswith(one) for word in held) for one in beginnings)


@given(TEXTS)
def test_folding_keeps_every_place(text):
    assert len(folded(text)) == len(text)


@pytest.mark.parametrize(
    ("words", "text", "count"),
    [
        ("17", "2017年17日", 1),
        ("2017年", "自2017年起", 1),
        ("wto", "加入ＷＴＯ；WTOs", 1),
        ("人民", "人民和人民", 2),
        ('"五四"运动', "“五四”运动", 1),
    ],
)
def test_figures_and_latin_words_count_only_whole(words, text, count):
    assert counter_of(words)(text) == count
