"""The one clock, and the one place: rules get the moment as an argument."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


@lru_cache(maxsize=1)
def zone() -> ZoneInfo:
    """The bureau's time zone: EXAMAPP_TIME_ZONE, by default Asia/Shanghai."""
    return ZoneInfo(os.environ.get("EXAMAPP_TIME_ZONE", "Asia/Shanghai"))


def local_date(moment: datetime) -> date:
    """The day on the bureau's calendar: years, certificates and deadlines go by it."""
    return moment.astimezone(zone()).date()
