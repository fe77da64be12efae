"""Reading files: what second readers chose, read and written."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examapp.library.reading_files import AuthoredReading, read_readings, write_readings

ENTRY = """\
- item: one
  digest: abc
  choice: [A, C]
  reader: reader-2
  date: 2026-05-01
"""


def read(tmp_path, text):
    folder = tmp_path / "bank" / "readings"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "t.yaml").write_text(text, encoding="utf-8")
    return read_readings(tmp_path / "bank")


def test_a_reading_is_read_with_its_place(tmp_path):
    assert read(tmp_path, ENTRY + "  remark: clear\n") == (
        [
            AuthoredReading(
                "one",
                "abc",
                frozenset("AC"),
                "reader-2",
                date(2026, 5, 1),
                "bank/readings/t.yaml",
                1,
                "clear",
            )
        ],
        [],
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  digest: abc\n", ""),
        ("  reader: reader-2\n", ""),
        ("2026-05-01", "yesterday"),
        ("2026-05-01", "2026-05-01 10:00:00"),
        ("choice: [A, C]", "choice: 7"),
        ("choice: [A, C]", "choice: AC"),
        ("choice: [A, C]", "choice: []"),
        ("choice: [A, C]", "choice: [true]"),
        ("reader: reader-2", "reader: 2"),
        ("item: one", "item: [one]"),
    ],
)
def test_each_fault_is_told_with_its_line_and_the_rest_is_read(tmp_path, old, new):
    assert old in ENTRY
    found, faults = read(tmp_path, ENTRY + ENTRY.replace(old, new))
    assert [reading.line for reading in found] == [1]
    assert [(fault.file, fault.line) for fault in faults] == [("bank/readings/t.yaml", 6)]


@pytest.mark.parametrize("text", ["a: [", "one: two\n", "- just words\n", "7\n"])
def test_a_file_of_another_form_is_told(tmp_path, text):
    found, faults = read(tmp_path, text)
    assert found == []
    assert len(faults) == 1


def test_no_folder_and_an_empty_file_hold_no_readings(tmp_path):
    assert read_readings(tmp_path / "nowhere") == ([], [])
    assert read(tmp_path, "") == ([], [])


names = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=12)
readings = st.builds(
    AuthoredReading,
    code=st.from_regex(r"[a-z]{1,6}-[0-9]{3}", fullmatch=True),
    digest=st.from_regex(r"[0-9a-f]{8}", fullmatch=True),
    choice=st.frozensets(st.sampled_from("ABCDEF"), min_size=1)
    | st.sampled_from([frozenset({"true"}), frozenset({"false"})]),
    reader=names.filter(str.strip),
    on=st.dates(),
    file=st.just("bank/readings/t.yaml"),
    line=st.just(0),
    remark=st.just("") | names.filter(str.strip),
)


def facts(reading):
    return (reading.code, reading.on, reading.reader, reading.digest, sorted(reading.choice),
            reading.remark)  # fmt: skip


@given(st.lists(readings, max_size=4))
def test_what_is_written_is_read_back(tmp_path_factory, entries):
    folder = tmp_path_factory.mktemp("bank")
    write_readings(folder / "readings" / "t.yaml", entries)
    found, faults = read_readings(folder)
    assert faults == []
    assert sorted(map(facts, found)) == sorted(map(facts, entries))


def test_writing_replaces_the_file_as_a_whole(tmp_path):
    path = tmp_path / "bank" / "readings" / "t.yaml"
    found, _ = read(tmp_path, ENTRY)
    write_readings(path, found)
    write_readings(path, [])
    assert read_readings(tmp_path / "bank") == ([], [])
    assert [p.name for p in path.parent.iterdir()] == ["t.yaml"]
