"""Hostile Markdown: whatever is written, only plain mark-up comes out, and soon."""

from __future__ import annotations

import time
from html.parser import HTMLParser

import pytest

from examapp.core.citations import Citation
from examapp.library.rich_text import LONGEST, TAGS, render

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil></SCRIPT>",
    "<<script>script>alert(1)<</script>/script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#x3c;script&#x3e;alert(1)&#x3c;/script&#x3e;",
    "<p onclick=alert(1)>a</p>",
    '<b onmouseover="alert(1)">a</b>',
    "<img src=x onerror=alert(1)>",
    "![x](http://evil/x.png)",
    '![x](x "onerror=alert(1)")',
    "[a](javascript:alert(1))",
    "[a](  JaVa\tScRiPt:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    '<a href="java&#115;cript:alert(1)">x</a>',
    "<javascript:alert(1)>",
    "<http://evil.example>",
    "[a]: javascript:alert(1)\n\n[a] [x][a]",
    "[[x]](javascript:alert(1))",
    "<svg/onload=alert(1)><path/></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<math><mtext></mtext><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=1">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<iframe src=//evil></iframe><object data=x></object><embed src=x>",
    "<form action=//evil><input name=csrf_token><button>Go</button></form>",
    "<style>body{display:none}</style><link rel=stylesheet href=//evil>",
    '<span class="cite" style="position:fixed">x</span>',
    "</span></div></article></main><h1>x",
    '<meta http-equiv=refresh content="0;url=//evil"><base href=//evil>',
    "<!-- --!><script>alert(1)</script>",
    '<!DOCTYPE x [<!ENTITY a "b">]>&a;',
    "<?php echo 1 ?><![CDATA[<script>]]>",
    "a\x00b<scr\x00ipt>alert(1)</scr\x00ipt>",
    "`<script>` and\n\n    <img src=x onerror=alert(1)>\n",
    "|a|b|\n|:-|-:|\n|<img src=x onerror=alert(1)>|[x](javascript:1)|",
    "> - 1. <svg onload=alert(1)>\n>   - <a href=javascript:1>x</a>",
    "<textarea></textarea><script>1</script><plaintext>x",
]


class Parts(HTMLParser):
    """What a browser would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.words: list[str] = []
        self.others: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, attrs))

    def handle_data(self, data):
        self.words.append(data)

    def handle_comment(self, data):
        self.others.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def parts(text: str) -> Parts:
    found = Parts()
    found.feed(str(render(text, spoken)))
    found.close()
    return found


def spoken(cite: Citation) -> str:
    return f"《{cite.law}》<{cite.article}>"


@pytest.mark.parametrize("text", HOSTILE)
def test_only_plain_mark_up_without_attributes_comes_through(text):
    found = parts(text)
    assert {tag for tag, _ in found.tags} <= TAGS
    assert [attrs for _, attrs in found.tags if attrs] == []
    assert found.others == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_marks_wrapped_in_other_marks_are_no_better(text):
    for around in ("**{}**", "- {}", "### {}", "> {}", "<div>{}</div>", "[[a:1]] {}"):
        found = parts(around.format(text))
        assert {tag for tag, _ in found.tags} <= TAGS
        assert all(attrs in ([], [("class", "cite")]) for _, attrs in found.tags)


def test_raw_html_stays_visible_as_typed():
    assert "".join(parts("a <script>x</script>").words) == "a <script>x</script>"


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("one\n\ntwo", ["p", "p"]),
        ("### Title", ["h3"]),
        ("- a\n- **b**", ["ul", "li", "li", "strong"]),
        ("1. a", ["ol", "li"]),
        ("> a", ["blockquote", "p"]),
        ("|a|\n|-|\n|b|", ["table", "thead", "tr", "th", "tbody", "tr", "td"]),
    ],
)
def test_what_authors_need_comes_through(text, tags):
    assert [tag for tag, _ in parts(text).tags] == tags


@pytest.mark.parametrize("around", ["{}", "**{}**", "|a|\n|-|\n|{}|", "`{}`", "    {}", "({})"])
def test_a_citation_is_read_aloud_and_its_words_are_escaped(around):
    found = parts(around.format("[[law-x:33.2(1)]]"))
    assert ("span", [("class", "cite")]) in found.tags
    assert "《law-x》<33>" in "".join(found.words)


@pytest.mark.parametrize("text", ["[[law-x:0]]", "[[law-x:33.0]]", "[[x]]", "[[a:1.2.3]]", "[[]]"])
def test_what_names_no_article_stays_as_typed(text):
    assert str(render(text, spoken)) == f"<p>{text}</p>"


def test_hostile_words_of_a_law_are_escaped():
    html = render("[[law-x:1]]", lambda _: "<img src=x onerror=alert(1)>")
    assert "<img" not in html


BOMBS = {
    "brackets": "[" * LONGEST,
    "links": "[a](" * (LONGEST // 4),
    "pictures": "![" * (LONGEST // 2),
    "citations": "[[a:1(2" * (LONGEST // 7),
    "quotes": ">" * LONGEST,
    "emphasis": "***a" * (LONGEST // 4),
    "ticks": "".join("`" * n + "a" for n in range(300)),
    "tags": "<div>" * (LONGEST // 5),
    "less": "<" * LONGEST,
    "amp": "&" * LONGEST,
    "nested lists": "\n".join("    " * n + "- x" for n in range(160)),
    "nested numbers": "\n".join("    " * n + "1. x" for n in range(160)),
    "underlined": "a\n=\n" * (LONGEST // 4),
    "table": "|a" * 10_000 + "\n" + "|-" * 10_000 + "\n" + "|b" * 10_000,
    "too long": "[a] " * LONGEST,
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_huge_nesting_is_answered_in_bounded_time(text):
    began = time.perf_counter()
    found = parts(text)
    assert time.perf_counter() - began < 20
    assert {tag for tag, _ in found.tags} <= TAGS


def test_lists_nested_beyond_reason_are_shown_as_typed():
    text = "\n".join("    " * n + "1. x" for n in range(1200))[:LONGEST]
    assert [tag for tag, _ in parts(text).tags][:1] in (["pre"], ["ol"])
