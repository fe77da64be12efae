"""The real laws beside the repository, where they are: counts of their index, and formats."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from examapp.core.law.text import Heading, LawText, ProvisionKind
from examapp.library.law_texts.findings import ReadFiles
from examapp.library.law_texts.reading import read_paths, read_upload
from tests.library.law_samples import word

REFERENCE = Path(__file__).parents[2] / ".." / "shared" / "reference"
pytestmark = pytest.mark.skipif(
    not (REFERENCE / "laws" / "INDEX.json").exists(), reason="no reference laws beside the tree"
)


@pytest.fixture(scope="module")
def read() -> ReadFiles:
    return read_paths([REFERENCE / "laws", REFERENCE / "laws_second_format"])


def test_counts_and_days_are_those_of_the_index(read):
    assert not read.refused
    index = json.loads((REFERENCE / "laws" / "INDEX.json").read_text(encoding="utf-8"))
    found = {law.text.title: law for law in read.laws}
    parts: Counter[str] = Counter()
    for record in index["records"]:
        if record["title"].endswith("(part)"):
            parts[record["title"].split()[0]] += record["articles"]
            continue
        law = found[record["title"]]
        counted = (len(law.text.articles), law.text.chapters, str(law.text.adopted))
        assert counted == (record["articles"], record["chapters"], record["latest_date_in_head"])
        assert not law.gaps
    amendments = sum(len(t.articles) for t in texts(read) if "宪法修正案" in t.title)
    whole = {name: len(found[f"中华人民共和国{name}"].text.articles) for name in parts}
    assert dict(parts) == whole | {"宪法": whole["宪法"] + amendments}


def texts(read: ReadFiles) -> list[LawText]:
    return [law.text for law in read.laws]


def test_ten_of_them_come_back_from_word_and_from_old_encodings(read):
    for text in texts(read)[::11]:
        lines = published(text)
        plain = "\n".join(lines)
        for name, data in (
            ("a.docx", word([(line, False) for line in lines])),
            ("a.txt", plain.encode("gb18030")),
            ("a.html", f"<html><p>{'<p>'.join(lines)}</html>".encode("utf-16")),
        ):
            (law,) = read_upload(name, data).laws
            assert (law.text.title, law.text.digest) == (text.title, text.digest)


def published(text: LawText) -> list[str]:
    """The lines of a law as the national database prints them."""
    listed = [f"{e.label}　{e.title}".strip() for e in text.body if isinstance(e, Heading)]
    lines = [text.title, f"（{'　'.join(text.history)}）", *(["目　录", *listed] if listed else [])]
    for entry in text.body:
        if isinstance(entry, Heading):
            lines.append(f"{entry.label}　{entry.title}".strip())
        elif entry.kind is ProvisionKind.ARTICLE:
            lines += [f"　　{entry.label}　{entry.lines[0]}", *entry.lines[1:]]
        elif entry.kind is ProvisionKind.POINT:
            lines += [f"　　{entry.label}、{entry.lines[0]}", *entry.lines[1:]]
        else:
            lines += [*filter(None, [f"{entry.label}　{entry.title}".strip()]), *entry.lines]
    return lines
