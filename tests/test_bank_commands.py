"""./run bank count, readings, fill and record-readings: what they say of a small bank."""

import json
import shutil

import pytest
from click.testing import CliRunner

from examapp.commands.bank import bank
from examapp.library.bank_check import drafts
from examapp.library.question_files import read_bank
from examapp.library.reading_files import read_readings
from tests.flows.house import GUIDES, small_shelf

TOPIC = "ports.port-shipping"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The question bank of four guides, in files of its own."""
    for name, value in small_shelf(tmp_path / "linked").items():
        monkeypatch.setenv(name, value)
    copied = tmp_path / "question_bank"
    shutil.copytree(tmp_path / "linked" / "question_bank", copied)
    monkeypatch.setenv("EXAMAPP_QUESTION_BANK", str(copied))
    monkeypatch.setenv("EXAMAPP_INSTANCE", str(tmp_path / "instance"))
    return copied


def run(*arguments):
    result = CliRunner().invoke(bank, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_what_there_is_is_counted_as_a_table_and_as_json(folder):
    told = json.loads(run("count", "--json"))
    items = read_bank(folder).items
    assert {guide["guide"] for guide in told["guides"]} == set(GUIDES)
    assert told["bank"]["items"] == len(items) == sum(g["items"] for g in told["guides"])
    assert f"{len(GUIDES)} guides" in run("count")


def test_a_bank_too_small_for_a_pack_is_told_with_what_is_short(folder):
    (found,) = [one for one in json.loads(run("fill", "--json")) if one["pack"] == "bureau-a"]
    assert found["held"] == 0
    assert "administration" in {topic for topic, *_ in found["short"]}
    assert "bureau-a: 0 of 10 times\n" in run("fill")


def test_a_reading_of_an_earlier_state_is_kept_with_its_key_and_leaves_a_draft(folder, tmp_path):
    earlier = tmp_path / "earlier"
    shutil.copytree(folder, earlier)
    (path,) = (folder / TOPIC).glob("waterway-protection.yaml")
    item = next(i for i in read_bank(folder).items if i.file.endswith(path.name))
    text = path.read_text(encoding="utf-8")
    stem = item.content.stem["zh"]
    assert stem in text
    path.write_text(text.replace(stem, f"依法，{stem}", 1), encoding="utf-8")
    answers = tmp_path / "answers.yaml"
    key = sorted(item.content.key)
    answers.write_text(json.dumps([{"item": item.code, "choice": key}]), encoding="utf-8")
    record = ("record-readings", str(answers), "--reader", "new", "--on", "2026-11-23")
    run(*record, "--as-read", str(earlier))
    found = [r for r in read_readings(folder)[0] if r.reader == "new"]
    assert [(r.code, r.digest, r.key) for r in found] == [
        (item.code, item.content.digest, item.content.key)
    ]
    told = json.loads(run("readings", "--json"))
    assert item.code in told["unread"]
    assert item.code in told["reworded"]
    run(*record)
    left = drafts(read_bank(folder).items, read_readings(folder)[0])
    assert item.code not in {one.code for one in left}
