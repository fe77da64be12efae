"""What the codes of the law library are called."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

LAW_NAMES: dict[str, dict[str, Any]] = {
    "law_kind": {
        "constitution": _l("Constitution"),
        "law": _l("Law"),
        "regulation": _l("Regulation"),
        "decision": _l("Decision or interpretation"),
    },
    "law_standing": {
        "in-force": _l("In force now"),
        "to-come": _l("Not yet in force"),
        "replaced": _l("Replaced"),
        "repealed": _l("Repealed"),
    },
    "law_change": {
        "unchanged": _l("Unchanged"),
        "renumbered": _l("Renumbered only"),
        "typographical": _l("Typography only"),
        "cross-reference": _l("Reference numbers only"),
        "modified": _l("Words changed"),
        "added": _l("New article"),
        "removed": _l("Struck out"),
        "split": _l("Split"),
        "merged": _l("Merged"),
        "not-compared": _l("Not compared"),
    },
    "hold": {
        "modified": _l("its words changed"),
        "removed": _l("it was struck out"),
        "split": _l("it was split"),
        "merged": _l("it was merged with another"),
        "not-compared": _l("it could not be compared"),
        "not-there": _l("the older text has no such article"),
        "repealed": _l("the law was repealed"),
    },
    "hold_word": {
        "propose": _l("Release proposed"),
        "confirm": _l("Release confirmed"),
        "refuse": _l("Release refused"),
    },
    "law_badge": {
        "new": _l("New"),
        "amended": _l("Amended lately"),
        "to-come": _l("New edition to come"),
        "repealed": _l("Repealed"),
    },
    "law_news": {
        "new": _l("New law"),
        "amended": _l("Amended"),
        "edition": _l("New text"),
        "repealed": _l("Repealed"),
    },
    "law_would": {
        "new-law": _l("New law"),
        "newer": _l("New edition"),
        "older": _l("Older edition"),
        "fills": _l("Text of a known edition"),
        "same": _l("Nothing to do"),
        "differs": _l("Differs"),
        "better": _l("Better text"),
        "day-missing": _l("Day missing"),
        "refused": _l("Not to be imported"),
    },
    "concern": {
        "post": _l("For your post"),
        "everybody": _l("For everybody"),
        "others": _l("For other posts"),
        "library": _l("Others in the library"),
    },
    "basis": {
        "law": _l("Laid down by law"),
        "notice": _l("Set by a yearly notice"),
        "custom": _l("By custom"),
        "bureau": _l("Set by the bureau"),
    },
}
