"""Whom a law concerns: the reader's post, everybody, other posts, or nobody's list."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum


class Concern(StrEnum):
    """The groups in which laws are shown to one reader, nearest first."""

    POST = "post"
    EVERYBODY = "everybody"
    OTHERS = "others"
    LIBRARY = "library"


def concern(level: str | None, posts: Collection[str], post: str) -> Concern:
    """How near a law is to a reader of this post.

    First-duty and general laws are everybody's; laws by post belong to their posts; a law
    without level came with its text alone and stands on no list.
    """
    if level is None:
        return Concern.LIBRARY
    if post and post in posts:
        return Concern.POST
    return Concern.OTHERS if level == "post" else Concern.EVERYBODY
