"""What strace writes is read as it was done."""

from __future__ import annotations

import pytest

from benchmarks.powercut.calls import (
    Closed,
    Mapped,
    Opened,
    Other,
    Renamed,
    Resized,
    Synced,
    Unlinked,
    UnreadableTrace,
    Wrote,
    read,
)


def hexed(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


A, B = hexed("/d/a"), hexed("/d/b")


@pytest.mark.parametrize(
    ("line", "call"),
    [
        (f'7 openat(AT_FDCWD, "{A}", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 3', Opened(3, "/d/a", True)),
        (f'7 openat(AT_FDCWD, "{A}", O_RDONLY) = 3', Opened(3, "/d/a")),
        (
            f'7 openat(AT_FDCWD, "{A}", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 4',
            Opened(4, "/d/a", True, True),
        ),
        (f'7 pwrite64(3, "{hexed("xyz")}", 3, 4096) = 3', Wrote(3, b"xyz", 4096)),
        (f'7 pwrite64(3, "{hexed("xyz")}", 3, 0) = 2', Wrote(3, b"xy", 0)),
        (f'write(1, "{hexed("ack")}", 3)     = 3', Wrote(1, b"ack")),
        ("7 fsync(3)                          = 0", Synced(3)),
        ("7 fdatasync(3) = 0", Synced(3)),
        ("7 ftruncate(3, 8192) = 0", Resized(3, 8192)),
        ("7 close(3) = 0", Closed(3)),
        (f'7 unlink("{A}") = 0', Unlinked("/d/a")),
        (f'7 rename("{A}", "{B}") = 0', Renamed("/d/a", "/d/b")),
        ("7 mmap(NULL, 32768, PROT_READ|PROT_WRITE, MAP_SHARED, 5, 0) = 0x7f47b31be000", Mapped(5)),
        (f'7 pwritev(3, [{{iov_base="{A}", iov_len=4}}], 1, 0) = 4', Other("pwritev", 3)),
        ("7 dup(3) = 9", Other("dup", 3)),
        (f'7 truncate("{A}", 10) = 0', Other("truncate", -1)),
    ],
)
def test_a_call_is_read(line, call):
    assert list(read([line])) == [call]


@pytest.mark.parametrize(
    "line",
    [
        f'7 openat(AT_FDCWD, "{A}", O_RDONLY) = -1 ENOENT (No such file or directory)',
        "7 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f47",
        "7 mmap(NULL, 4096, PROT_READ, MAP_SHARED, 5, 0) = 0x7f47b31be000",
        "7 +++ exited with 0 +++",
        "7 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED} ---",
    ],
)
def test_what_changes_nothing_is_left_out(line):
    assert list(read([line])) == []


@pytest.mark.parametrize(
    "line",
    [
        f'7 pwrite64(3, "{hexed("xyz")}"..., 4096, 0) = 4096',
        "7 fsync(3 <unfinished ...>",
        "7 <... fsync resumed>) = 0",
    ],
)
def test_what_cannot_be_read_is_never_passed_over(line):
    with pytest.raises(UnreadableTrace):
        list(read([line]))
