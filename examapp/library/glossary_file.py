"""content/glossary.yaml: terms that are called the same everywhere (docs/formats.md)."""

from __future__ import annotations

from pathlib import Path

from examapp.core.glossary import Glossary, Term, glossary
from examapp.library.faults import FileFault
from examapp.library.registers import Registers
from examapp.library.yaml_fields import Fields, WrongFieldError
from examapp.library.yaml_lines import BadYamlError, Document, read

STATE = {"zh": "中华人民共和国", "en": " of the People's Republic of China"}


def read_glossary(content: Path, registers: Registers) -> tuple[Glossary, list[FileFault]]:
    """The glossary with the laws' names of the register, and every fault in the file.

    A content folder without the file has no terms; laws are called as the register says.
    """
    name = f"{content.name}/glossary.yaml"
    laws = _names(registers)
    try:
        document = read(content / "glossary.yaml")
    except FileNotFoundError:
        return glossary([], laws), []
    except BadYamlError as error:
        return glossary([], laws), [FileFault(name, error.line, error.why)]
    terms: dict[str, Term] = {}
    faults: list[FileFault] = []
    for index in range(len(document.data or [])):
        try:
            term = _term(document, index)
        except WrongFieldError as error:
            faults.append(FileFault(name, error.line, error.words))
            continue
        if term.chinese in terms:
            faults.append(
                FileFault(name, document.line(index), f"{term.chinese} stands here twice")
            )
        terms[term.chinese] = term
    return glossary(terms.values(), laws), faults


def _term(document: Document, index: int) -> Term:
    fields = Fields(document, index, known=("zh", "en", "not"))
    english = fields.words("en")
    if not english:
        raise fields.wrong("en", "en is a list of what the term is called in English")
    return Term(fields.text("zh"), english, fields.words("not"))


def _names(registers: Registers) -> dict[str, tuple[str, ...]]:
    """By which English names each law may be called, the short one last, by its Chinese names."""
    found: dict[str, tuple[str, ...]] = {}
    for law in registers.laws.values():
        full, short = law.title["en"], law.short_title["en"]
        english = (full, full.replace(STATE["en"], ""), *(["Preamble"] * law.preamble), short)
        title = law.title["zh"]
        for chinese in (title, title.removeprefix(STATE["zh"]), law.short_title["zh"]):
            found[chinese] = english
    return found
