"""What the form of a draft shows at first: a fresh one, or a draft as it was saved."""

from __future__ import annotations

from typing import Any

from examapp.core.place_rules import PlaceExam
from examapp.core.spec import TOLERANCE, ExamSpec
from examapp.services.exams.drafts import ExamDraft

USUAL_GRACE = 60  # seconds
FRESH: dict[str, Any] = {
    "lines": [{"kind": "single"}, {"kind": "multiple"}, {"kind": "judgement"}],
    "tries": 1,
    "counts": "best",
    "release": "hand",
    "certificate_years": 0,
    "tolerance": TOLERANCE,
    "make_up_of": "",
    "wait_minutes": 0,
    "grace_seconds": USUAL_GRACE,
}


def by_rules(exam: PlaceExam) -> dict[str, Any]:
    """A fresh form filled with a place's rules; days, units and audiences are the setter's."""
    return FRESH | {
        "title_zh": exam.title["zh"],
        "title_en": exam.title["en"],
        **_shown_spec(exam.spec),
        "entry_minutes": exam.entry_minutes,
        "certificate_years": exam.certificate_years,
    }


def shown(draft: ExamDraft, edit_no: int) -> dict[str, Any]:
    """A draft as the form shows it."""
    return {
        "edit_no": str(edit_no),
        "title_zh": draft.title.get("zh", ""),
        "title_en": draft.title.get("en", ""),
        **_shown_spec(draft.spec),
        "opens_at": draft.opens_at,
        "closes_at": draft.closes_at,
        "units": list(draft.unit_ids),
        "audiences": list(draft.audiences),
        "release": "close" if draft.release_on_close else "hand",
        "certificate_years": draft.certificate_years,
        "entry_minutes": draft.entry_minutes,
        "wait_minutes": draft.wait_minutes,
        "grace_seconds": draft.grace_seconds,
        "make_up_of": draft.make_up_of or "",
        "make_up_failed": draft.make_up_failed,
    }


def _shown_spec(spec: ExamSpec) -> dict[str, Any]:
    return {
        "lines": [
            {
                "topic": line.topic,
                "kind": str(line.kind),
                "difficulty": str(line.difficulty or ""),
                "count": line.count,
                "points": line.points,
            }
            for line in spec.lines
        ],
        "minutes": spec.minutes,
        "cut_score": spec.cut_score,
        **{f"band_{band.code}": band.least for band in spec.bands},
        "tries": spec.tries,
        "counts": str(spec.counts),
        "tolerance": spec.tolerance or TOLERANCE,
    }
