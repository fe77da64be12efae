"""Hostile and useless files are refused by name, in bounded time and memory."""

from __future__ import annotations

import os
import stat
import time
import zipfile

import pytest

from examapp.library.law_texts.reading import read_paths, read_upload
from tests.library import law_samples as sample

LAUGHS = "<!DOCTYPE a [" + '<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
) + "]>"  # fmt: skip
GOOD = sample.PLAIN.encode()
TORN = sample.word(sample.AS_PUBLISHED)[:4] + sample.word(sample.AS_PUBLISHED)[60:]
HUGE = sample.word([("a" * 63_000_000, False)])


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.docx", sample.word(sample.AS_PUBLISHED, before=LAUGHS), "declarations"),
        ("a.docx", sample.word([("甲", False)], before="<!DOCTYPE a>"), "declarations"),
        ("a.docx", HUGE, "unpacks to more than 60 MB"),
        ("a.docx", b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
        ("a.docx", GOOD, "not a Word document"),
        ("a.docx", b"PK\x03\x04" + bytes(100), "not a Word document"),
        ("a.docx", sample.word(sample.AS_PUBLISHED)[:-400], "not a Word document"),
        ("a.docx", TORN, "not a Word document"),
        (
            "a.zip",
            sample.archive({"a.md": GOOD})[:4] + sample.archive({"a.md": GOOD})[19:],
            "damaged",
        ),
        ("a.zip", sample.archive({"a.md": GOOD})[:-30], "damaged"),
        ("a.doc", b"\xd0\xcf\x11\xe0" + bytes(100), "old Word file"),
        ("a.md", b"%PDF-1.7", "PDF"),
        ("a.txt", bytes(range(256)) * 50, "not a text"),
        ("a.txt", bytes(5000), "not a text"),
        ("a.txt", b"a\n" * 200_001, "more than 200000 lines"),
        ("a.txt", b"b" * 100_001, "Line 1 is longer than 100000"),
        ("a.txt", b"", "No law"),
        ("a.txt", b"hello", "No law"),
        ("a.txt", "测试题\n一、单选题\n1. 甲？\n二、判断题\n2. 乙。".encode(), "No law"),
        ("a.txt", b"a" * 13_000_000, "larger than 12 MB"),
        ("a.zip", sample.archive({"a.md": b"a" * 20_000_000}), "far more"),
        ("a.zip", sample.archive({"../../a.md": GOOD}), "outside itself (../../a.md)"),
        ("a.zip", sample.archive({"/etc/a.md": GOOD}), "outside itself"),
        ("a.zip", sample.archive({"c:\\a.md": GOOD}), "outside itself"),
        ("a.zip", sample.archive({"a.zip": sample.archive({"b.md": GOOD})}), "inside an archive"),
        ("a.zip", sample.archive({f"{n}.md": b"" for n in range(5001)}), "more than 5000 files"),
        ("a.zip", sample.archive({"a.exe": b"MZ"}), "No text of a law"),
    ],
)
def test_it_is_refused_with_a_clear_word(name, data, said):
    found = read_upload(name, data)
    assert not found.laws
    ((file, reason),) = found.refused
    assert file.startswith(name)
    assert said in str(reason)


def test_a_link_in_an_archive_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        link = zipfile.ZipInfo("a.md")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
    assert "outside itself" in str(read_paths([tmp_path / "a.zip"]).refused[0][1])


def test_links_and_pipes_in_a_folder_are_not_followed(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "out.md").write_bytes(GOOD)
    (tmp_path / "in" / "link.md").symlink_to(tmp_path / "out.md")
    os.mkfifo(tmp_path / "in" / "pipe.md")
    found = read_paths([tmp_path / "in", tmp_path / "none.md"])
    assert not found.laws
    assert [str(reason) for _, reason in found.refused] == [
        "This is neither a file nor a folder.", "There is no such file.",
    ]  # fmt: skip


def test_one_bad_file_does_not_hide_the_others():
    found = read_upload("a.zip", sample.archive({"a.md": b"\x00\x01\x02", "b.md": GOOD}))
    assert [law.text.title for law in found.laws] == [sample.TITLE]
    assert [file for file, _ in found.refused] == ["a.zip/a.md"]


LINE = 3_000_000
LONG = {
    "brackets": b"(" * LINE,
    "angles": b"<" * (LINE // 4),
    "links": b"![a](" * (LINE // 10),
    "stars": b"* " * (LINE // 4),
    "spaces": b" " * LINE + b"x",
    "entities": b"&#65;" * (LINE // 10),
    "labels": "第一条".encode() * (LINE // 20),
    "articles": "第一条　甲\n".encode() * (LINE // 100),
    "dates": ("甲法\n" + "2020年1月1日" * 9000 + "通过").encode(),
    "tags": b"<html>" + b"<div>" * (LINE // 20),
    "comments": b"<html>" + b"<!--" * (LINE // 4),
    "unclosed": b"<html>" + b"<a " * (LINE // 4),
}


@pytest.mark.parametrize("kind", LONG)
def test_no_pattern_runs_away(kind):
    start = time.process_time()
    read_upload("a.md", LONG[kind])
    assert time.process_time() - start < 3
