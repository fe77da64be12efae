"""content/glossary.yaml: read with the laws' names of the register, faults with their line."""

from dataclasses import replace

import pytest

from examapp.library.glossary_file import read_glossary
from examapp.library.registers import RegisteredLaw, Registers

LAW = RegisteredLaw(
    "law-x",
    "law",
    {"zh": "中华人民共和国港口法", "en": "Port Law of the People's Republic of China"},
    {"zh": "港口法", "en": "Port Law"},
    (),
)
REGISTERS = Registers({"law-x": LAW}, {}, {}, ())


def read(folder, text):
    (folder / "glossary.yaml").write_text(text, encoding="utf-8")
    return read_glossary(folder, REGISTERS)


def test_terms_are_read_the_longer_first(tmp_path):
    short = '- {zh: "信访", en: ["letters and visits"], not: ["petition"]}'
    found, faults = read(tmp_path, f'{short}\n- {{zh: "信访人", en: ["visitor"]}}\n')
    assert faults == []
    assert [term.chinese for term in found.terms] == ["信访人", "信访"]
    assert list(found.faults("信访", "a petition"))


@pytest.mark.parametrize("title", ["中华人民共和国港口法", "港口法"])
def test_laws_are_called_as_the_register_says(tmp_path, title):
    found, _ = read_glossary(tmp_path, REGISTERS)
    assert list(found.faults(f"《{title}》", "the Port Law")) == []
    assert list(found.faults(f"《{title}》", "the Harbour Act")) == [
        f"《{title}》 is called Port Law in English"
    ]


def test_a_law_with_a_preamble_may_be_called_by_it(tmp_path):
    law = replace(LAW, preamble=True)
    found, _ = read_glossary(tmp_path, Registers({"law-x": law}, {}, {}, ()))
    assert list(found.faults("《港口法》序言", "the Preamble")) == []
    without, _ = read_glossary(tmp_path, REGISTERS)
    assert list(without.faults("《港口法》序言", "the Preamble"))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('- {en: ["x"]}\n', 1, "zh is missing"),
        ('- {zh: "甲", en: ["x"]}\n- {zh: "乙"}\n', 2, "en is a list of what the term is called"),
        ('- {zh: "甲", en: ["x"], also: 1}\n', 1, "there is no field also"),
        ('- {zh: "甲", en: ["x"]}\n- {zh: "甲", en: ["y"]}\n', 2, "甲 stands here twice"),
        ("- {\n", 1, ""),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path, text, line, words):
    _, (fault,) = read(tmp_path, text)
    assert (fault.file, fault.line) == (f"{tmp_path.name}/glossary.yaml", line)
    assert words in fault.words
