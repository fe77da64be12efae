"""Terms that are called the same everywhere."""

import pytest

from examapp.core.glossary import Term, glossary, without_references

LAW = "Administrative Penalty Law"
TERMS = glossary(
    [
        Term("国务院", ("State Council",)),
        Term("人民法院", ("people's court",)),
        Term("行政处罚", ("penalt",), ("punishment",)),
        Term("行政处罚决定", ("penalty decision",)),
    ],
    {
        "行政处罚法": (
            f"{LAW} of the People's Republic",
            "Administrative Penalty Law",
        )
    },
)


@pytest.mark.parametrize(
    ("chinese", "english", "faults"),
    [
        ("国务院规定", "the State  Council provides", []),
        ("国务院规定", "the Cabinet provides", ["国务院 is called state council in English"]),
        ("给予行政处罚", "Penalties are imposed", []),
        ("给予行政处罚", "penalty, Punishment", ['行政处罚 is not called "punishment" in English']),
        ("《行政处罚法》", "the Administrative Penalty Law", []),
        ("《行政处罚法》", "an act", [f"《行政处罚法》 is called {LAW} in English"]),
        ("《某条例》", "some regulation", []),
        ("人民法院受理", "The People’s Court accepts it", []),
        ("没有术语", "anything", []),
    ],
)  # fmt: skip
def test_the_english_must_say_what_the_chinese_is_called(chinese, english, faults):
    assert list(TERMS.faults(chinese, english)) == faults


def test_a_longer_term_takes_its_characters_from_the_shorter_one():
    assert list(TERMS.faults("行政处罚决定", "a penalty decision")) == []
    assert list(TERMS.faults("行政处罚决定", "a punishment decision")) == [
        "行政处罚决定 is called penalty decision in English"
    ]


def test_references_are_put_into_words_by_the_page():
    assert without_references("依照[[law-x:3.2]]，应当") == "依照，应当"
