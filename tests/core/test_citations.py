"""Citations: read, written back, read aloud."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examapp.core.citations import Citation, numeral, parse, parse_all, spoken_en, spoken_zh
from examapp.core.refusals import Invalid

_DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True))
_UNITS = {"十": 10, "百": 100, "千": 1000}


def value(said: str) -> int:
    """An independent reader of Chinese numerals: digits times units, a bare 十 is ten."""
    total, digit = 0, None
    for sign in said:
        if sign in _UNITS:
            total += (1 if digit is None else digit) * _UNITS[sign]
            digit = None
        else:
            digit = _DIGITS[sign]
    return total + (digit or 0)


def zeros(number: int) -> int:
    """How many 零 are said: one for each stretch of zeros between two other digits."""
    stretches = [part for part in str(number).strip("0").replace("0", " ").split(" ") if part]
    return len(stretches) - 1


def test_numerals_mean_their_number():
    for number in range(1, 2000):
        said = numeral(number)
        assert value(said) == number, said
        assert said.count("零") == zeros(number), said
        assert said[0] != "零" != said[-1], said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
        (115, "一百一十五"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (1100, "一千一百"),
        (1260, "一千二百六十"),
    ],
)
def test_numerals_as_laws_print_them(number, said):
    assert numeral(number) == said


@pytest.mark.parametrize("number", [0, -1, 10_000])
def test_other_numbers_are_no_articles(number):
    with pytest.raises(ValueError, match="no article"):
        numeral(number)


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        ("constitution:33", "第三十三条", "Article 33"),
        ("constitution:33.2", "第三十三条第二款", "Article 33, paragraph 2"),
        ("x:67.1(8)", "第六十七条第一款第（八）项", "Article 67, paragraph 1, item 8"),
        ("x:14(3)", "第十四条第（三）项", "Article 14, item 3"),
        ("x:120-1", "第一百二十条之一", "Article 120-1"),
        ("constitution:preamble", "序言", "Preamble"),
    ],
)
def test_citations_are_read_aloud(text, chinese, english):
    cite = parse(text)
    assert (spoken_zh(cite), spoken_en(cite)) == (chinese, english)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "constitution",
        "constitution:",
        ":33",
        "Constitution:33",
        "constitution:33.",
        "constitution:0",
        "constitution:033",
        "constitution:33.0",
        "constitution:33(0)",
        "constitution:33.1(a)",
        "constitution:３３",
        "constitution:33 34",
        "constitution:12345",
        "constitution:33.1.2",
        "宪法:33",
    ],
)
def test_what_is_no_citation_is_told(text):
    with pytest.raises(Invalid) as refused:
        parse(text)
    assert repr(text)[1:-1] in str(refused.value.faults[0])


numbers = st.integers(1, 9999)
articles = st.one_of(
    st.just("preamble"),
    numbers.map(str),
    st.tuples(numbers, numbers).map(lambda n: f"{n[0]}-{n[1]}"),
)
cites = st.builds(
    Citation,
    law=st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True),
    article=articles,
    paragraph=st.none() | numbers,
    item=st.none() | numbers,
)


@given(cites)
def test_every_citation_is_read_back_as_written(cite):
    assert parse(str(cite)) == cite
    assert spoken_zh(cite)
    assert spoken_en(cite)


@given(st.text(max_size=40))
def test_nothing_else_than_invalid_is_ever_raised(text):
    with suppress(Invalid):
        assert str(parse(text)) == text.strip()


def test_many_lines_are_read_with_every_fault():
    found, faults = parse_all(["x:1", "", "nonsense", " x:2.1 ", "x:"])
    assert found == (Citation("x", "1"), Citation("x", "2", 1))
    assert [(fault.place, fault.facts["text"]) for fault in faults] == [
        ("cites", "nonsense"),
        ("cites", "x:"),
    ]
