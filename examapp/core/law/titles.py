"""Titles of laws: when two spellings name the same law, and what a law is by its title."""

from __future__ import annotations

import re

STATE = "中华人民共和国"
_WIDE = str.maketrans("()[]〔〕【】", "（）（）（）（）")
_LEFT_OUT = re.compile(r"[\s　《》〈〉“”\"]+")
_OF_YEAR = re.compile(r"（[0-9]{4}年?(?:修正|修订|修改|公布|发布)(?:本|文本|版)?）$")
_KINDS = (
    ("decision", re.compile(r"(?:决定|决议|修正案|解释)(?:（[^（）]*）)?$")),
    ("regulation", re.compile(r"(?:条例|规定|办法|细则|规则|规程)(?:（[^（）]*）)?$")),
)


def title_key(title: str) -> str:
    """The same for every spelling of one law's title.

    With or without 中华人民共和国, spaces, title marks, half- or full-width brackets, and the
    year of the edition that some collections add: （2018修正）.
    """
    bare = _OF_YEAR.sub("", _LEFT_OUT.sub("", title.translate(_WIDE)))
    return bare.removeprefix(STATE) or bare


def kind_by_title(title: str, *, npc: bool = False) -> str:
    """constitution, law, regulation or decision, as far as the title tells.

    Rules that the National People's Congress made (`npc`) are laws, whatever they are called.
    """
    if title_key(title) == "宪法":
        return "constitution"
    named = _OF_YEAR.sub("", title.translate(_WIDE))
    kind = next((kind for kind, pattern in _KINDS if pattern.search(named)), "law")
    return "law" if npc and kind == "regulation" else kind
