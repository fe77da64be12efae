"""Phrases that any chapter of penalties repeats, and that therefore say nothing about a rule."""

from __future__ import annotations

import re

_FORMULA = re.compile(
    r"违反本(?:法|条例)(?:第#条(?:第#款)?)?(?:的?规定)?,?"
    r"|有下列(?:情形|行为)之一的"
    r"|由[^,;。:]{2,40}?责令(?:限期)?(?:改正|停止[^,;。]{0,6})?|责令(?:限期)?改正"
    r"|逾期(?:不|未)改正的"
    r"|没收违法所得|给予警告|通报批评|(?:可以)?(?:并)?处[^,;。]{1,24}?罚款"
    r"|情节(?:特别)?(?:严重|较重|较轻|轻微)的"
    r"|(?:尚不|尚未)?构成犯罪的|依法追究刑事责任"
    r"|对?(?:其)?直接负责的主管人员和其他直接责任人员|(?:依法)?给予(?:行政)?处分"
)
_LEAST = 12  # letters


def plain(skeleton: str) -> str:
    """The skeleton of an article without such phrases, or as it is if it has hardly any others."""
    said = _FORMULA.sub("", skeleton)
    return said if len(said) >= _LEAST else skeleton
