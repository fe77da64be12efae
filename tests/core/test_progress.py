"""How far somebody has come is decided by the last try."""

import pytest

from examapp.core.progress import Progress, progress
from examapp.core.sittings import SittingState

OPEN, SUBMITTED, LAPSED = SittingState.OPEN, SittingState.SUBMITTED, SittingState.LAPSED


@pytest.mark.parametrize(
    ("tries", "expected"),
    [
        ([], Progress.NOT_YET),
        ([OPEN], Progress.SITTING),
        ([SUBMITTED], Progress.HANDED_IN),
        ([SUBMITTED, LAPSED], Progress.LAPSED),
        ([LAPSED, OPEN], Progress.SITTING),
    ],
)
def test_the_last_try_decides(tries, expected):
    assert progress(tries) is expected
