"""What a disk may hold without power: small traces made by hand."""

from __future__ import annotations

import random

import pytest

from benchmarks.powercut.calls import (
    Call,
    Closed,
    Mapped,
    Opened,
    Other,
    Renamed,
    Resized,
    Synced,
    Unlinked,
    Wrote,
)
from benchmarks.powercut.disk import Disk, NotModelled, Write
from benchmarks.powercut.possible import everything, possible, some_sectors, some_writes, synced

FOLDER, FILE = 9, 3
OLD, NEW = b"o" * 1024, b"n" * 1024


def disk_after(*calls: Call, **files: bytes) -> Disk:
    disk = Disk("/d", files, ignore=lambda name: name.endswith("-shm"))
    for call in calls:
        disk.do(call)
    return disk


def opened(name: str = "a", fd: int = FILE, **how: bool) -> Opened:
    return Opened(fd, f"/d/{name}", **how)


def states(disk: Disk, kind=some_sectors, count: int = 400) -> set[tuple[tuple[str, bytes], ...]]:
    chance = random.Random(1)
    return {tuple(sorted(kind(disk, chance).items())) for _ in range(count)}


def contents(disk: Disk, kind=some_sectors) -> set[bytes]:
    return {dict(state)["a"] for state in states(disk, kind)}


def test_a_write_is_there_for_sure_only_when_it_was_synced():
    disk = disk_after(opened(), Wrote(FILE, b"new", 0), a=b"old")
    assert (synced(disk), everything(disk)) == ({"a": b"old"}, {"a": b"new"})
    disk.do(Synced(FILE))
    assert synced(disk) == everything(disk) == {"a": b"new"}
    assert not disk.unsure()


def test_a_sync_of_another_file_makes_nothing_sure():
    disk = disk_after(opened(), opened("b", 4), Wrote(FILE, b"new", 0), Synced(4), a=b"old", b=b"")
    assert synced(disk)["a"] == b"old"
    assert disk.unsure()


def test_a_sync_through_another_descriptor_of_the_file_counts():
    disk = disk_after(opened(), opened(fd=4), Wrote(FILE, b"new", 0), Synced(4), a=b"old")
    assert synced(disk) == {"a": b"new"}


def test_any_of_the_writes_may_be_missing_as_a_whole():
    disk = disk_after(opened(), Wrote(FILE, b"A", 0), Wrote(FILE, b"B", 1), a=b"..")
    assert contents(disk, some_writes) == {b"..", b"A.", b".B", b"AB"}


def test_a_write_is_torn_where_a_sector_begins_and_nowhere_else():
    disk = disk_after(opened(), Wrote(FILE, NEW, 0), a=OLD)
    half = 512
    assert contents(disk) == {
        OLD, NEW, NEW[:half] + OLD[half:], OLD[:half] + NEW[half:],
    }  # fmt: skip


def test_a_sector_stands_as_it_was_at_some_moment():
    disk = disk_after(opened(), Wrote(FILE, b"1", 0), Wrote(FILE, b"2", 1), a=b"..")
    assert contents(disk) == {b"..", b"1.", b"12"}  # one sector: never the later write alone


def test_a_file_may_have_grown_without_its_bytes():
    disk = disk_after(opened(), Wrote(FILE, b"end", 3), a=b"old")
    assert contents(disk) == {b"old", b"old\0\0\0", b"oldend"}


def test_a_resize_may_have_happened_or_not():
    disk = disk_after(opened(), Resized(FILE, 1), a=b"old")
    assert contents(disk) == {b"old", b"o"}
    assert synced(disk) == {"a": b"old"}


def test_writes_go_on_at_the_position_of_the_file():
    disk = disk_after(opened(), Wrote(FILE, b"ab"), Wrote(FILE, b"cd"), a=b"......")
    assert everything(disk) == {"a": b"abcd.."}


def test_a_new_file_is_there_for_sure_only_when_its_folder_was_synced():
    disk = disk_after(opened("b", made=True), Wrote(FILE, b"new", 0), Synced(FILE))
    assert synced(disk) == {}
    assert states(disk) == {(), (("b", b"new"),)}
    for call in (Opened(FOLDER, "/d"), Synced(FOLDER), Closed(FOLDER)):
        disk.do(call)
    assert synced(disk) == {"b": b"new"}


def test_a_removed_file_may_come_back_as_it_was():
    disk = disk_after(Unlinked("/d/a"), a=b"old")
    assert (synced(disk), everything(disk)) == ({"a": b"old"}, {})
    assert states(disk) == {(("a", b"old"),), ()}


def test_of_a_removed_file_and_its_successor_either_may_be_found():
    disk = disk_after(
        Unlinked("/d/a"), opened(made=True), Wrote(FILE, b"new", 0), Synced(FILE), a=b"old"
    )
    assert states(disk) == {(("a", b"old"),), (), (("a", b"new"),)}


def test_a_renamed_file_keeps_its_content():
    disk = disk_after(Renamed("/d/a", "/d/b"), Opened(FOLDER, "/d"), Synced(FOLDER), a=b"old")
    assert synced(disk) == {"b": b"old"}


def test_an_emptied_file_may_still_be_full():
    disk = disk_after(opened(made=True, emptied=True), a=b"old")
    assert contents(disk) == {b"old", b""}


def test_files_elsewhere_and_ignored_ones_are_no_matter():
    disk = disk_after(
        Opened(FILE, "/e/a", True), Wrote(FILE, b"x", 0), Opened(4, "/d/a-shm", True), Mapped(4),
        Other("dup", FILE), Unlinked("/e/a"), Synced(77), a=b"old",
    )  # fmt: skip
    assert everything(disk) == {"a": b"old"}
    assert not disk.unsure()


def test_a_descriptor_that_was_closed_belongs_to_the_next_file():
    disk = disk_after(
        opened(), Closed(FILE), Opened(FILE, "/e/x"), Wrote(FILE, b"new", 0), a=b"old"
    )
    assert everything(disk) == {"a": b"old"}


@pytest.mark.parametrize("call", [Mapped(FILE), Other("pwritev", FILE), Other("truncate", -1)])
def test_what_is_not_modelled_is_never_passed_over(call):
    with pytest.raises(NotModelled):
        disk_after(opened(), call, a=b"old")


def test_the_two_ends_come_first_and_then_the_draws():
    disk = disk_after(opened(), Wrote(FILE, NEW, 0), a=OLD)
    found = list(possible(disk, random.Random(1), 3))
    assert found[:2] == [{"a": OLD}, {"a": NEW}]
    assert len(found) == 8


def test_a_write_is_cut_at_the_sectors_of_the_disk():
    pieces = [(piece.offset, len(piece.data)) for piece in Write(500, b"x" * 600).sectors()]
    assert pieces == [(500, 12), (512, 512), (1024, 76)]
