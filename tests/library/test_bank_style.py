"""Items and guides as questions and reading: what the checker says of them, and where."""

from dataclasses import replace
from datetime import date

import pytest

from examapp.core.citations import parse
from examapp.core.glossary import Term, glossary
from examapp.core.items import Kind
from examapp.library import bank_style, guide_style
from examapp.library.guide_files import AuthoredGuide, AuthoredSection
from examapp.library.question_files import AuthoredItem
from tests.bureau import make_content

BOTH = {"zh": "某", "en": "X"}
NO_TERMS = glossary([], {})
DAY = date(2026, 1, 1)
ZH = "依照[[law-x:1]]，" + "应当依法办理。" * 100 + "\n### 工作中的例子\n\n### 容易弄错的地方\n"
EN = "Under [[law-x:1]]\n### A case from work\n\n### What people get wrong\n"


def guide(zh=ZH, en=EN, check=3, sections=4, topic="law.basic"):
    section = AuthoredSection("s", 30, check, (parse("law-x:1"),), BOTH, {"zh": zh, "en": en}, 7)
    return AuthoredGuide(
        "g", topic, "general", (), (), 1, BOTH, BOTH, (section,) * sections, "g.yaml"
    )


def item(code="one", line=1, **content):
    made = make_content(**{"stem": f"{code}（　　）", **content})
    asks = made.stem | {"en": "____"} if made.kind is not Kind.JUDGEMENT else made.stem
    return AuthoredItem(code, replace(made, stem=asks), "bank.yaml", line)


def of_items(*items, guides=None, terms=NO_TERMS):
    found = bank_style.style_faults(items, [guide()] if guides is None else guides, terms)
    return [str(fault) for fault in found]


def of_guide(**parts):
    return sorted({str(fault) for fault in guide_style.style_faults([guide(**parts)], NO_TERMS)})


def test_a_good_item_and_a_good_guide_have_no_faults():
    assert of_items(item()) == []
    assert of_guide() == []


def test_a_fault_of_wording_stands_at_its_item():
    wrong = item("two", 41, stem="下列不正确的是（　　）。")
    (fault,) = of_items(wrong)
    assert fault.startswith("bank.yaml:41: item two: stem.zh: the stem asks for what is not so")


def test_a_term_is_looked_for_in_every_part():
    terms = glossary([Term("理由", ("ground",)), Term("选项A", ("choice",))], {})
    assert of_items(item(), terms=terms) == [
        "bank.yaml:1: item one: rationale: 理由 is called ground in English",
        "bank.yaml:1: item one: option A: 选项A is called choice in English",
    ]


def test_near_duplicates_are_faults_unless_they_are_enemies():
    stem = "行政机关应当自受理申请之日起{}日内作出决定，并且书面告知申请人"
    one = item("one", kind=Kind.JUDGEMENT, stem=stem.format("二十"))
    two = item("two", 9, kind=Kind.JUDGEMENT, stem=stem.format("三十"))
    (fault,) = of_items(one, two)
    assert fault.startswith("bank.yaml:9: item two: is ")
    assert "alike with one" in fault
    enemy = replace(two, content=replace(two.content, enemies=frozenset({"one"})))
    assert of_items(one, enemy) == []


def test_a_stem_that_tells_anothers_answer_is_a_fault_unless_they_are_enemies():
    answer = "由作出决定的行政机关负责"
    asks = item("asks")
    options = tuple((o, {"zh": f"{answer}{o.strip('B')}", "en": o}) for o in "ABCD")
    asks = replace(asks, content=replace(asks.content, options=options))
    tells = item(
        "tells",
        9,
        kind=Kind.JUDGEMENT,
        stem=f"在公民起诉的案件中，损害与行为有无联系{answer}，法院可以另行调查。",
    )
    assert of_items(asks, tells) == [
        "bank.yaml:9: item tells: its stem says the right answer of asks: change one, or name it as"
        " enemy"
    ]
    enemy = replace(tells, content=replace(tells.content, enemies=frozenset({"asks"})))
    assert of_items(asks, enemy) == []


def test_a_term_is_looked_for_in_sections_too():
    terms = glossary([Term("依法", ("according to law",))], {})
    (fault, *_) = guide_style.style_faults([guide()], terms)
    assert str(fault) == "g.yaml:7: section s: 依法 is called according to law in English"


def test_habits_are_told_of_the_topic_and_of_the_whole_bank():
    stems = ["甲乙", "丙丁", "戊己", "庚辛", "壬癸", "子丑", "寅卯", "辰巳", "午未", "申酉"]
    items = [item(stem, stem=f"{stem}（　　）", topic=f"t{n % 2}") for n, stem in enumerate(stems)]
    guides = [guide(topic="t0"), guide(topic="t1")]
    assert [words for words in of_items(*items, guides=guides) if "stand at B" in words] == [
        "bank.yaml:1: the whole bank: 100% of the single-choice keys stand at B"
    ]
    one_topic = [replace(i, content=replace(i.content, topic="t0")) for i in items]
    assert "topic t0: 100% of the single-choice keys stand at B" in " ".join(
        of_items(*one_topic, guides=guides)
    )


def test_an_item_that_no_section_leads_to_is_an_orphan():
    assert of_items(item(topic="law.other")) == [
        "bank.yaml:1: item one: no guide is about its topic law.other"
    ]
    assert of_items(item(cites="law-x:2")) == [
        "bank.yaml:1: item one: no section of a guide on its topic cites one of its articles"
    ]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (
            {"zh": ZH.replace("应当依法办理。" * 100, "太短")},
            "Chinese characters; a section has 600",
        ),
        ({"zh": ZH + "长" * 900}, "Chinese characters; a section has 600 to 1500"),
        ({"zh": ZH.replace("### 工作中的例子", "")}, 'zh: the part "### 工作中的例子" is missing'),
        ({"en": EN.replace("wrong", "right")}, 'en: the part "### What people get wrong"'),
        ({"en": EN.replace("[[law-x:1]]", "")}, "en: no article is cited in the text"),
        ({"en": EN.replace("law-x:1", "law-x:2")}, "law-x:2 is cited in one language only"),
        ({"zh": ZH.replace("，", ",", 1)}, 'zh: half-width punctuation in "照,"'),
        ({"zh": ZH.replace("应当", "应,当", 1)}, 'zh: half-width punctuation in "应,"'),
        ({"check": 2}, "its check has 2 items; 3 to 5 are usual"),
        ({"sections": 3}, "guide g: 3 sections; a guide has 4 to 10"),
        ({"sections": 11}, "guide g: 11 sections; a guide has 4 to 10"),
    ],
)
def test_each_fault_of_a_guide_is_told(parts, words):
    assert any(words in fault for fault in of_guide(**parts))


def test_references_are_not_counted_as_text():
    assert guide_style.characters("依照[[law-x:12]]，**办理** (ok) 3日。") == len("依照，办理3日。")
