"""How laws number: 第一百二十条之一 is article 120-1, 一千二百六十 is 1260."""

from __future__ import annotations

import re

from examapp.core.citations import numeral

_DIGITS = {word: value for value, word in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
NUMERAL = r"[零〇○一二两三四五六七八九十百千]+|[0-9０-９]{1,4}"
LABEL = re.compile(rf"第\s*(?P<number>{NUMERAL})\s*条(?:\s*之\s*(?P<extra>{NUMERAL}))?")


def number_of(text: str) -> int:
    """The whole number that a Chinese or Arabic numeral says; ValueError where it says none."""
    if re.fullmatch(r"[0-9０-９]+", text):
        return int(text)
    if not text or set(text) - set(_DIGITS) - set(_UNITS):
        raise ValueError(f"{text!r} is not a number")
    if not set(text) & set(_UNITS):  # 二〇二四, digit by digit
        return int("".join(str(_DIGITS[word]) for word in text))
    total, digit = 0, 0
    for word in text:
        if word in _UNITS:
            total += (digit or (1 if word == "十" else 0)) * _UNITS[word]
            digit = 0
        else:
            digit = _DIGITS[word]
    return total + digit


def article_key(label: str) -> str:
    """`120-1` for 第一百二十条之一; ValueError where the label names no article."""
    match = LABEL.fullmatch(label.strip())
    if not match:
        raise ValueError(f"{label!r} names no article")
    extra = f"-{number_of(match['extra'])}" if match["extra"] else ""
    return f"{number_of(match['number'])}{extra}"


def article_label(key: str) -> str:
    """第一百二十条之一 for `120-1`: the reverse of `article_key`."""
    number, _, extra = key.partition("-")
    return f"第{numeral(int(number))}条" + (f"之{numeral(int(extra))}" if extra else "")


def key_order(key: str) -> tuple[int, int, int, str]:
    """Where a provision's key sorts: preamble, articles by number, numbered points, annexes."""
    if key == "preamble":
        return (0, 0, 0, key)
    if match := re.fullmatch(r"([0-9]+)(?:-([0-9]+))?", key):
        return (1, int(match[1]), int(match[2] or 0), key)
    kind, _, number = key.partition("-")
    return (2 if kind == "point" else 3, int(number) if number.isdigit() else 0, 0, key)
