"""Differences of two texts: nothing is lost, and people can read them."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examapp.core.law.diff import pieces

LETTERS = st.text(alphabet="渡口船夫，。；\n第一二十条（）3 5", max_size=60)


def shown(old, new):
    marks = {"same": "{}", "out": "[-{}]", "in": "[+{}]"}
    return "".join(marks[piece.op].format(piece.text) for piece in pieces(old, new))


@given(LETTERS, LETTERS, LETTERS)
def test_both_texts_can_be_made_again_from_the_pieces(start, middle, end):
    old, new = start + end, start + middle + end[::-1]
    told = pieces(old, new)
    assert "".join(piece.text for piece in told if piece.op != "in") == old
    assert "".join(piece.text for piece in told if piece.op != "out") == new
    assert all(piece.text for piece in told)
    assert all(a.op != b.op for a, b in pairwise(told))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("渡口免费。", "渡口免费。", "渡口免费。"),
        ("", "渡口免费。", "[+渡口免费。]"),
        ("渡口免费。", "渡口收费。", "渡口[-免][+收]费。"),
        ("违反第十条的。", "违反第十一条的。", "违反[-第十条][+第十一条]的。"),
        ("罚款3000元。", "罚款5000元。", "罚款[-3000][+5000]元。"),
        ("罚款二千元。", "罚款二万元。", "罚款[-二千][+二万]元。"),
        ("船夫摆渡。", "船夫每日摆渡。", "船夫[+每日]摆渡。"),
        (
            "船票收费，马匹免费。",
            "船票收费，竹筏免费，马匹免费。",
            "船票收费，[+竹筏免费，]马匹免费。",
        ),
        ("甲船。\n乙船。\n丙船。", "甲船。\n丙船。", "甲船。\n[-乙船。\n]丙船。"),
        ("由船夫的家人保管", "归站长的亲友看守", "[-由船夫的家人保管][+归站长的亲友看守]"),
    ],
)
def test_changes_are_shown_as_a_person_would_mark_them(old, new, said):
    assert shown(old, new) == said


def test_long_texts_take_no_longer_than_a_person_waits():
    chance = random.Random(3)
    old = "\n".join("".join(chance.choices("渡口船夫马匹收费站长", k=90)) for _ in range(300))
    new = "\n".join(line[5:] + "。" for line in old.split("\n"))
    begun = time.process_time()
    told = pieces(old, new)
    assert time.process_time() - begun < 5
    assert "".join(piece.text for piece in told if piece.op != "out") == new
