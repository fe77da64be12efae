"""YAML with lines: every part knows where it stands, every fault where it is."""

from contextlib import suppress

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from examapp.library.yaml_lines import BadYamlError, parse, read

TEXT = """\
# a comment
- id: one
  stem:
    zh: 甲
    en: >-
      folded
      text
  key: [A, C]
- id: two
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 2),
        ((0,), 2),
        ((0, "id"), 2),
        ((0, "stem"), 3),
        ((0, "stem", "en"), 5),
        ((0, "key", 1), 8),
        ((1,), 9),
        ((1, "stem", "zh"), 9),
        ((7,), 2),
    ],
)
def test_every_part_knows_its_line_or_that_of_the_part_around_it(path, line):
    assert parse(TEXT).line(*path) == line


def test_the_data_is_what_a_safe_loader_reads():
    assert parse(TEXT).data == yaml.safe_load(TEXT)


# Control signs and line separators are mangled by the writer, not by the reader.
signs = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=8)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | signs | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(signs, inner),
    max_leaves=12,
)


@given(plain)
def test_whatever_is_written_is_read_back(value):
    assert parse(yaml.safe_dump(value, allow_unicode=True)).data == value


@given(st.text(max_size=60))
def test_nothing_but_our_own_fault_is_raised(text):
    with suppress(BadYamlError):
        parse(text)


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, 'the key "a" stands here twice'),
        ("- a: 1\n- b: {c: 1, c: 2}\n", 2, 'the key "c" stands here twice'),
        ("a: [1\nb: 2\n", 2, ""),
        ("a: 1\n\tb: 2\n", 2, ""),
        ("a: !!python/object:os.system x\n", 1, "could not determine a constructor"),
        ("a: 1\n---\nb: 2\n", 2, ""),
        ("a: 2026-13-45\n", 1, ""),
    ],
)
def test_what_is_not_well_formed_is_told_with_its_line(text, line, why):
    with pytest.raises(BadYamlError) as refused:
        parse(text)
    assert refused.value.line == line
    assert why in refused.value.why


def test_a_key_named_on_is_not_a_truth_value():
    assert parse("on: yes\nNo: 1\n").data == {"on": True, "No": 1}


def test_a_list_as_a_key_is_told():
    with pytest.raises(BadYamlError, match="line 2"):
        parse("a: 1\n? [1, 2]\n: 3\n")


def test_an_empty_file_is_nothing():
    assert parse("").data is None
    assert parse("").line("anything") == 1


def test_a_file_that_is_not_utf8_is_told(tmp_path):
    path = tmp_path / "gbk.yaml"
    path.write_bytes("id: 宪法".encode("gbk"))
    with pytest.raises(BadYamlError, match="not UTF-8"):
        read(path)


def test_a_byte_order_mark_does_no_harm(tmp_path):
    path = tmp_path / "bom.yaml"
    path.write_text("id: 1\n", encoding="utf-8-sig")
    assert read(path).data == {"id": 1}
