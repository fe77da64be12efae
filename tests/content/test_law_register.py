"""The register of laws and the calendar as they stand; against texts where they are at hand."""

import json
from datetime import date
from pathlib import Path

import pytest

from examapp.core.law.titles import title_key
from examapp.library.calendar_files import read_calendar
from examapp.library.law_texts.reading import read_paths
from examapp.library.registers import read_registers

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / ".." / "shared" / "reference"
REGISTERS = read_registers(ROOT / "content")
LAWS = REGISTERS.laws.values()


def test_registers_and_calendar_have_no_faults():
    assert REGISTERS.faults == ()
    assert read_calendar(ROOT / "content", REGISTERS)[1] == []


def test_every_law_says_who_made_it_and_since_when_it_holds():
    assert [law.code for law in LAWS if not (law.issuer and law.in_force_since)] == []


def test_no_two_laws_answer_to_one_title():
    keys = [{title_key(law.title["zh"]), title_key(law.short_title["zh"])} for law in LAWS]
    assert sum(map(len, keys)) == len(set.union(*keys))


def test_every_new_edition_says_what_it_changed():
    recent = [law for law in LAWS if law.editions[-1].adopted >= date(2024, 1, 1)]
    assert recent
    assert [law.code for law in recent if not law.editions[-1].news] == []


def test_an_edition_after_the_first_says_what_made_it():
    later = [(law.code, edition) for law in LAWS for edition in law.editions[1:]]
    assert [code for code, edition in later if not edition.instrument] == []


def test_the_ecological_code_repeals_ten_laws_on_its_first_day():
    day = REGISTERS.laws["ecological-code"].editions[-1].effective
    assert sum(law.editions[-1].repealed == day for law in LAWS) == 10


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference texts are not here")
def test_the_register_agrees_with_the_index_of_the_reference_texts():
    records = json.loads((REFERENCE / "laws" / "INDEX.json").read_text(encoding="utf-8"))["records"]
    whole = [record for record in records if "latest_date_in_head" in record]
    assert whole
    for record in whole:
        law = REGISTERS.by_title(record["title"])
        assert law, record["title"]
        facts = [(str(e.adopted), e.articles, e.chapters) for e in law.editions]
        said = (record["latest_date_in_head"], record["articles"], record["chapters"])
        assert said in facts


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference texts are not here")
def test_the_register_agrees_with_every_regulation_and_earlier_edition_at_hand():
    folders = [REFERENCE / "laws_second_format", REFERENCE / "law_editions"]
    read = read_paths(list(map(str, folders))).laws
    assert read
    for one in read:
        law = REGISTERS.by_title(one.text.title)
        assert law, one.text.title
        facts = [(e.adopted, e.articles, e.chapters) for e in law.editions]
        assert (one.text.adopted, len(one.text.articles), one.text.chapters) in facts
