"""Any law, printed in any form, comes back as it was."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from examapp.core.law.numbers import article_label
from examapp.core.law.text import Entry, Heading, LawText, Level, Provision, ProvisionKind
from examapp.library.law_texts.reading import read_upload
from tests.library.law_samples import DATED, word

LINES = st.builds(
    "{}{}{}".format,
    st.sampled_from("甲乙丙（“《以对本"),
    st.text("甲乙丙第一二三十条章节款、，：“”（）《》的之规定2024年月日", max_size=30),
    st.sampled_from("。；：”"),
)
ARTICLES = st.lists(st.tuples(st.booleans(), st.lists(LINES, min_size=1, max_size=3)), max_size=4)
TITLES = st.text("总则甲乙丙、和", min_size=2, max_size=8).filter(lambda t: t[0] not in "、和总")
CHAPTERS = st.lists(st.tuples(TITLES, ARTICLES.filter(len)), min_size=1, max_size=3)


@st.composite
def bodies(draw) -> tuple[Entry, ...]:
    """Chapters with articles numbered through, some of them 第…条之一."""
    body: list[Entry] = []
    number = extra = 0
    for place, (title, articles) in enumerate(draw(CHAPTERS), 1):
        body.append(Heading(Level.CHAPTER, f"第{article_label(str(place))[1:-1]}章", title))
        for inserted, lines in articles:
            number, extra = (number, extra + 1) if inserted and number else (number + 1, 0)
            key = f"{number}-{extra}" if extra else str(number)
            body.append(Provision(ProvisionKind.ARTICLE, key, article_label(key), tuple(lines)))
    return tuple(body)


def printed(body: tuple[Entry, ...]) -> list[str]:
    headings = [f"{e.label}　{e.title}" for e in body if isinstance(e, Heading)]
    lines = [*DATED.split(), "目　录", *headings]
    for entry in body:
        if isinstance(entry, Heading):
            lines.append(f"{entry.label}　{entry.title}")
        else:
            lines += [f"{entry.label}　{entry.lines[0]}", *entry.lines[1:]]
    return lines


@settings(max_examples=40, deadline=None)
@given(bodies())
def test_any_law_comes_back_from_any_form(body):
    expected = LawText("甲法", date(2022, 3, 1), None, "", (), body).as_data()["body"]
    lines = printed(body)
    forms = {
        "a.txt": "\n".join(lines).encode("utf-16"),
        "a.md": "\n\n".join(lines).encode(),
        "a.docx": word([(line, False) for line in lines]),
        "a.html": f"<html><p>{'</p><p>'.join(lines)}</p></html>".encode("gb18030"),
    }
    for name, data in forms.items():
        (law,) = read_upload(name, data, as_printed=True).laws
        assert law.text.as_data()["body"] == expected, name
