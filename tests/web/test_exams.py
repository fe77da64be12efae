"""The room of exams: who may, what a form says, what a page shows before and after."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from sqlalchemy import select

from examapp import clock
from examapp.core.people import Role
from examapp.services.assessments.policies import PackFacts, load_policies
from examapp.services.exams import setting
from examapp.services.people.persons import by_id
from examapp.store.bank import Item
from examapp.store.exams import Exam
from tests.bureau import (
    HOUR,
    MINUTE,
    make_bank,
    make_exam,
    make_spec,
    make_unit,
    make_user,
)
from tests.hall import begin, sit

NUMBERS = iter(range(100_000))
LANGUAGES = ("zh_Hans_CN", "en")


@pytest.fixture
def now():
    return clock.now().replace(second=0, microsecond=0)


@pytest.fixture
def new(store):
    """Makes people with a name of their own on every call."""

    def make(*roles, **fields):
        return make_user(store, f"u{next(NUMBERS)}", *roles, **fields)

    return make


@pytest.fixture
def trainer(store, new):
    if store.scalar(select(Item.id).limit(1)) is None:
        make_bank(store)
    user = new(Role.TRAINER)
    store.commit()
    return user


@pytest.fixture
def exam_of(store, trainer, now):
    def make(**fields):
        window = {"opens_at": now - HOUR, "closes_at": now + 5 * HOUR}
        made = make_exam(store, by_id(store, trainer.id), **{**window, **fields})
        store.commit()
        return made

    return make


def filled(store, **changes):
    """A form that is right, but for the changes."""
    unit = make_unit(store)
    store.commit()
    return {
        "title_zh": "年度考试",
        "title_en": "Yearly exam",
        "lines-0-topic": "law",
        "lines-0-kind": "single",
        "lines-0-difficulty": "",
        "lines-0-count": "3",
        "lines-0-points": "1.5",
        "lines-1-topic": "law.basic",
        "lines-1-kind": "multiple",
        "lines-1-difficulty": "easy",
        "lines-1-count": "2",
        "lines-1-points": "3/2",
        "lines-2-topic": "",
        "lines-2-kind": "judgement",
        "lines-2-count": "",
        "lines-2-points": "",
        "minutes": "30",
        "cut_score": "４.5",
        "band_good": "6",
        "tries": "2",
        "counts": "last",
        "opens_at": "2031-06-01T09:00",
        "closes_at": "2031-06-01T17:30",
        "units": [str(unit.id)],
        "release": "close",
        "certificate_years": "3",
        **changes,
    }


def newest(store) -> Exam | None:
    """The exam made last, as the database has it; the session waits for nothing then."""
    store.expire_all()
    exam = store.scalar(select(Exam).order_by(Exam.id.desc()).limit(1))
    store.commit()
    return exam


def fresh(store, exam: Exam) -> Exam:
    """The exam as the database has it now."""
    store.refresh(exam)
    store.commit()
    return exam


def test_a_filled_in_form_makes_a_draft_with_exact_points_and_the_bureaus_time(
    store, trainer, as_user
):
    answer = as_user(trainer).post("/set-exams/new", data=filled(store))
    assert answer.status_code == 302
    exam = newest(store)
    assert exam
    assert exam.published_at is None
    spec = setting.spec_of(exam)
    assert [line.points for line in spec.lines] == [Fraction(3, 2), Fraction(3, 2)]
    assert (spec.points, spec.cut_score) == (Fraction(15, 2), Fraction(9, 2))
    assert (spec.tries, spec.counts, spec.bands[0].least) == (2, "last", 6)
    assert exam.opens_at.isoformat() == "2031-06-01T01:00:00+00:00"
    assert exam.release_on_close


def test_the_rarely_used_rules_are_kept_and_shown_again(store, exam_of, trainer, as_user, now):
    original = exam_of(title={"en": "The first exam"})
    client = as_user(trainer)
    fresh_form = client.get("/set-exams/new").text
    assert re.search(r'name="tolerance"[^>]*value="0.25"', fresh_form)
    assert re.search(r'<details class="panel" id="more-rules">', fresh_form)
    more = {
        "tolerance": "1/2", "entry_minutes": "15", "wait_minutes": "60", "grace_seconds": "0",
        "make_up_of": original.public_id, "make_up_failed": "y",
    }  # fmt: skip
    assert client.post("/set-exams/new", data=filled(store, **more)).status_code == 302
    exam = newest(store)
    assert setting.spec_of(exam).tolerance == Fraction(1, 2)
    assert (exam.entry_minutes, exam.wait_minutes, exam.grace_seconds) == (15, 60, 0)
    assert (exam.make_up_of, exam.make_up_failed) == (original.id, True)
    store.commit()
    page = client.get(f"/set-exams/{exam.public_id}").text
    for words in ("0.5 points of 100", "15 minutes after the opening", "60 minutes", "0 seconds",
                  "The first exam: for those excused, and for those who did not pass"):  # fmt: skip
        assert words in page
    again = client.get(f"/set-exams/{exam.public_id}/edit").text
    assert '<details class="panel" id="more-rules" open>' in again
    assert re.search(rf'selected[^>]*value="{original.public_id}"', again)
    publish = client.post(f"/set-exams/{exam.public_id}/publish", data={"edit_no": exam.edit_no})
    assert publish.status_code == 409
    assert "Release the results of the first exam" in publish.text


def test_without_them_the_usual_ones_hold(store, trainer, as_user):
    assert as_user(trainer).post("/set-exams/new", data=filled(store)).status_code == 302
    exam = newest(store)
    assert setting.spec_of(exam).tolerance == Fraction(1, 4)
    assert (exam.entry_minutes, exam.wait_minutes, exam.grace_seconds) == (None, 0, 60)
    assert (exam.make_up_of, exam.make_up_failed) == (None, False)


def test_time_slots_are_added_shown_and_removed(store, exam_of, trainer, new, as_user, now):
    exam, client, cadre = exam_of(opens_at=now + HOUR), as_user(trainer), new()
    store.commit()
    address = f"/set-exams/{exam.public_id}/slots"
    assert f'href="{address}"' in client.get(f"/set-exams/{exam.public_id}").text
    assert "This exam has no time slots" in client.get(address).text
    local = [(now + n * HOUR).astimezone(clock.zone()).isoformat()[:16] for n in (1, 2, 3)]
    wrong = client.post(address, data={"opens_at": local[1], "closes_at": local[0], "units": "x"})
    assert wrong.status_code == 422
    assert "closes_at-error" in client.post(
        address, data={"opens_at": local[1], "closes_at": local[0], "capacity": "2"}
    ).text  # fmt: skip
    form = {"opens_at": local[0], "closes_at": local[1], "capacity": "2"}
    assert client.post(address, data=form).status_code == 302
    page = client.get(address).text
    assert "have no slot yet" in page or "has no slot yet" in page
    (slot,) = re.findall(rf'action="{address}/([\w-]+)/remove"', page)
    booked = as_user(cadre).post(f"/exams/{exam.public_id}/slots/{slot}/book")
    assert booked.status_code == 302
    assert "booked, stays" in client.get(address).text
    assert client.post(f"{address}/{slot}/remove").status_code == 409
    units = {"opens_at": local[1], "closes_at": local[2], "units": [str(make_unit(store).id)]}
    store.commit()
    assert client.post(address, data=units).status_code == 302
    assert "Everybody for whom the exam is has a slot." in client.get(address).text
    open_now = exam_of()
    fixed = client.get(f"/set-exams/{open_now.public_id}/slots").text
    assert "can no longer be changed" in fixed
    assert "Add the slot" not in fixed


def test_every_fault_stands_beside_its_field_at_once(store, trainer, as_user):
    wrong = filled(
        store,
        title_zh=" ",
        title_en="",
        minutes="soon",
        tries="11",
        opens_at="2031-06-02T09:00",
        units=[],
        certificate_years="",
        **{"lines-0-points": "a few", "lines-1-topic": ""},
    )
    answer = as_user(trainer).post("/set-exams/new", data=wrong)
    assert answer.status_code == 422
    for field in (
        "title_zh", "minutes", "tries", "closes_at", "units", "certificate_years",
        "lines-0-points", "lines-1-topic",
    ):  # fmt: skip
        assert f'id="{field}-error"' in answer.text, field
        assert f'href="#{field}' in answer.text, field
    assert "soon" in answer.text
    assert "a few" in answer.text
    assert 'id="cut_score-error"' not in answer.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cut_score": "7.6", "band_good": ""}, "cut_score"),
        ({"band_pass": "1"}, "band_good"),
        ({"lines-0-count": "0"}, "lines-0-count"),
        ({"lines-0-points": "0"}, "lines-0-points"),
        ({"lines-0-points": "1/0"}, "lines-0-points"),
        ({"lines-0-points": "1e3"}, "lines-0-points"),
        ({"lines-0-kind": "essay"}, "lines-0-kind"),
        ({"opens_at": "tomorrow"}, "opens_at"),
        ({"units": ["987654"]}, "units"),
        ({"tolerance": "6"}, "tolerance"),
        ({"tolerance": "0"}, "tolerance"),
        ({"entry_minutes": "0"}, "entry_minutes"),
        ({"entry_minutes": "9999"}, "entry_minutes"),
        ({"tries": "1", "wait_minutes": "5"}, "wait_minutes"),
        ({"grace_seconds": "601"}, "grace_seconds"),
        ({"make_up_failed": "y"}, "make_up_of"),
        ({"make_up_of": "nothing"}, "make_up_of"),
        ({"counts": "worst"}, "counts"),
    ],
)
def test_one_fault_is_said_at_its_field_and_nothing_is_saved(
    store, trainer, as_user, changes, field
):
    before = newest(store)
    answer = as_user(trainer).post("/set-exams/new", data=filled(store, **changes))
    assert answer.status_code == 422
    assert re.findall(r'id="([\w-]+)-error"', answer.text) == [field]
    assert newest(store) is before


def test_a_paper_without_any_line_is_refused(store, trainer, as_user):
    data = {k: v for k, v in filled(store).items() if not k.startswith("lines")}
    answer = as_user(trainer).post("/set-exams/new", data=data)
    assert answer.status_code == 422
    assert 'id="lines-0-count-error"' in answer.text


def test_lines_are_added_and_taken_away_without_judging_or_losing_anything(store, trainer, as_user):
    client = as_user(trainer)
    more = client.post("/set-exams/new", data=filled(store, title_zh="", add_line="1"))
    assert more.status_code == 200
    assert 'name="lines-3-topic"' in more.text
    assert "-error" not in more.text
    assert 'value="1.5"' in more.text
    fewer = client.post("/set-exams/new", data=filled(store, remove_line="0"))
    assert 'value="1.5"' not in fewer.text
    assert 'value="3/2"' in fewer.text


def test_a_new_exam_can_begin_from_another_ones_spec_but_not_its_window(exam_of, trainer, as_user):
    exam = exam_of(spec=make_spec(minutes=77, cut_score=Fraction(17, 2)), audiences=("support",))
    page = as_user(trainer).get(f"/set-exams/new?from={exam.public_id}").text
    assert 'value="77"' in page
    assert 'value="8.5"' in page
    assert re.search(r'name="opens_at"[^>]*value=""', page)
    assert re.search(r'checked[^>]*value="support"|value="support"[^>]*checked', page)
    assert as_user(trainer).get("/set-exams/new?from=nothing").status_code == 404


def test_a_new_exam_can_begin_with_the_rules_of_a_place(store, trainer, as_user, now):
    text = {"zh": "某地规定", "en": "Rules of a place"}
    lines = [{"topic": "law.basic", "kind": "multiple", "count": 7, "points": 3}]
    exam = {"title": text, "lines": lines, "minutes": 77, "cut_score": 12, "tries": 2}
    content = {
        "title": text,
        "exam": exam | {"counts": "best", "entry_minutes": 30, "window_days": 5},
        "consequences": [{"zh": "暂缓考核。", "en": "The assessment is suspended."}],
    }
    load_policies(store, [PackFacts("a-place", 2019, "digest", content)], now=now)
    store.commit()
    client = as_user(trainer)
    assert '<option value="a-place">' in client.get("/set-exams/new").text
    page = client.get("/set-exams/new?rules=a-place").text
    for name, value in (("minutes", 77), ("cut_score", 12), ("entry_minutes", 30), ("tries", 2)):
        assert re.search(rf'name="{name}"[^>]* value="{value}"', page), name
    assert re.search(r'name="lines-0-count"[^>]* value="7"', page)
    assert re.search(r'name="title_en"[^>]* value="Rules of a place"', page)
    assert "The assessment is suspended." in page
    assert store.scalar(select(Exam.id).where(Exam.title["en"].as_string() == text["en"])) is None
    assert client.get("/set-exams/new?rules=nowhere").status_code == 404


def test_who_saves_second_sees_both_and_can_then_save_over_it(store, exam_of, trainer, as_user):
    exam, client = exam_of(published=False), as_user(trainer)
    seen = str(exam.edit_no)
    address = f"/set-exams/{exam.public_id}/edit"
    assert client.post(address, data=filled(store, edit_no=seen, minutes="41")).status_code == 302
    second = client.post(address, data=filled(store, edit_no=seen, minutes="52"))
    assert second.status_code == 409
    assert 'value="52"' in second.text
    assert "41" in second.text
    (number,) = re.findall(r'name="edit_no"[^>]*value="(\d+)"', second.text)
    fresh(store, exam)
    assert setting.spec_of(exam).minutes == 41
    assert client.post(address, data=filled(store, edit_no=number, minutes="52")).status_code == 302
    fresh(store, exam)
    assert setting.spec_of(exam).minutes == 52


def test_publishing_is_refused_with_the_exact_shortage(store, exam_of, trainer, as_user):
    client = as_user(trainer)
    client.post("/set-exams/new", data=filled(store, **{"lines-0-count": "9"}))
    exam = newest(store)
    address = f"/set-exams/{exam.public_id}"
    page = client.get(address).text
    assert "9 asked for, 6 can be had, 3 missing" in page
    answer = client.post(f"{address}/publish", data={"edit_no": exam.edit_no})
    assert answer.status_code == 409
    assert "The exam was not published" in answer.text
    fresh(store, exam)
    assert exam.published_at is None


def test_a_draft_is_published_as_shown_and_then_closed_to_changes(store, exam_of, trainer, as_user):
    exam, client = exam_of(published=False), as_user(trainer)
    address = f"/set-exams/{exam.public_id}"
    assert client.post(f"{address}/publish", data={"edit_no": "99"}).status_code == 409
    assert client.post(f"{address}/publish", data={"edit_no": exam.edit_no}).status_code == 302
    page = client.get(address).text
    fresh(store, exam)
    assert exam.seed_commitment in page
    assert exam.pool_digest in page
    assert client.get(f"{address}/edit").status_code == 409
    assert client.get(f"{address}/delete").status_code == 409


def test_a_draft_is_deleted_after_asking(store, exam_of, trainer, as_user):
    exam, client = exam_of(published=False), as_user(trainer)
    address = f"/set-exams/{exam.public_id}"
    assert client.get(f"{address}/delete").status_code == 200
    assert client.post(f"{address}/delete").status_code == 302
    assert client.get(address).status_code == 404


def test_cancelling_needs_a_reason_which_candidates_read(store, exam_of, trainer, new, as_user):
    exam, cadre, client = exam_of(), new(), as_user(trainer)
    store.commit()
    address = f"/set-exams/{exam.public_id}"
    assert client.post(f"{address}/cancel", data={"because": "  "}).status_code == 422
    assert client.post(f"{address}/cancel", data={"because": "停电<b>"}).status_code == 302
    assert "停电&lt;b&gt;" in client.get(address).text
    assert "停电&lt;b&gt;" in as_user(cadre).get(f"/exams/{exam.public_id}").text


def test_results_are_released_only_once_it_has_closed_and_then_the_seed_is_shown(
    store, exam_of, trainer, new, as_user, now
):
    exam = exam_of()
    address, client = f"/set-exams/{exam.public_id}", as_user(trainer)
    assert client.post(f"{address}/release").status_code == 409
    exam.opens_at, exam.closes_at = now - 2 * HOUR, now - MINUTE
    store.commit()
    seed = store.scalar(select(Exam.seed).where(Exam.id == exam.id)).hex()
    store.commit()
    assert seed not in client.get(address).text
    assert client.post(f"{address}/release").status_code == 302
    assert seed in client.get(address).text


def test_the_lobby_tells_the_rules_and_when_it_would_end(store, exam_of, new, as_user, now):
    cadre = new()
    exam = exam_of(closes_at=now + 10 * MINUTE)
    page = as_user(cadre).get(f"/exams/{exam.public_id}").text
    assert "If you start now, it ends at" in page
    assert "less than 30 minutes" in page
    assert exam.pool_digest in page
    assert f'action="/exams/{exam.public_id}/start"' in page


def test_a_running_sitting_is_continued_and_a_used_up_exam_not_started(
    store, exam_of, new, as_user, now
):
    exam, cadre = exam_of(), new()
    store.commit()
    client, address = as_user(cadre), f"/exams/{exam.public_id}"
    person = by_id(store, cadre.id)
    sitting = begin(store, person, exam, now=now)
    store.commit()
    assert "Continue the exam" in client.get(address).text
    assert "Continue" in client.get("/exams").text
    sitting.submitted_at = sitting.closed_at = now
    store.commit()
    page = client.get(address).text
    assert "You have used all your tries" in page
    assert f"{address}/start" not in page


def test_nothing_of_a_result_is_told_before_the_release_and_all_after(
    store, exam_of, trainer, new, as_user, now
):
    exam, cadre = exam_of(), new()
    store.commit()
    sitting = sit(store, by_id(store, cadre.id), exam, now=now - 30 * MINUTE)
    exam.opens_at, exam.closes_at = now - HOUR, now - MINUTE
    store.commit()
    client = as_user(cadre)
    for address in ("/exams", f"/exams/{exam.public_id}"):
        page = client.get(address).text
        assert "awaiting release" in page
        assert "Excellent" not in page.split("The rules")[0]
        assert f"/sittings/{sitting.public_id}/review" not in page
    setting.release(store, exam, by=by_id(store, trainer.id), now=now)
    store.commit()
    assert "13 of 13 points" in client.get("/exams").text
    assert f"/sittings/{sitting.public_id}/review" in client.get(f"/exams/{exam.public_id}").text


def test_an_exam_of_others_does_not_exist_for_me(store, exam_of, new, as_user):
    other = make_unit(store, "far-away")
    exam = exam_of(unit_ids=(other.id,))
    draft = exam_of(published=False)
    cadre = new()
    store.commit()
    for hidden in (exam, draft):
        assert as_user(cadre).get(f"/exams/{hidden.public_id}").status_code == 404
        assert hidden.public_id not in as_user(cadre).get("/exams").text


@pytest.mark.parametrize("role", [Role.CADRE, Role.PERSONNEL, Role.AUDITOR])
def test_only_trainers_and_administrators_set_exams(store, exam_of, new, as_user, role):
    exam, client = exam_of(published=False), as_user(new(role))
    store.commit()
    for path in ("", "/new", f"/{exam.public_id}", f"/{exam.public_id}/edit"):
        assert client.get(f"/set-exams{path}").status_code == 403
    assert client.post(f"/set-exams/{exam.public_id}/publish").status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_pages_of_the_room_render_in_both_languages(
    store, exam_of, trainer, new, as_user, now, language
):
    draft, open_one = exam_of(published=False), exam_of()
    coming = exam_of(opens_at=now + HOUR, title={"zh": "只有中文"})
    cadre, admin = new(), new(Role.ADMIN)
    store.commit()
    for user, pages in (
        (trainer, ["", "/new", *(f"/{e.public_id}" for e in (draft, open_one, coming)),
                   f"/{draft.public_id}/edit", f"/{draft.public_id}/delete",
                   f"/{draft.public_id}/slots", f"/{open_one.public_id}/slots",
                   f"/{open_one.public_id}/cancel"]),
        (admin, [""]),
    ):  # fmt: skip
        for page in pages:
            assert as_user(user, language).get(f"/set-exams{page}").status_code == 200, page
    for page in ("/exams", *(f"/exams/{e.public_id}" for e in (open_one, coming))):
        answer = as_user(cadre, language).get(page)
        assert answer.status_code == 200
        assert "只有中文" in answer.text or coming.public_id not in page


def test_a_cadre_without_exams_is_told_what_to_do(store, new, as_user):
    cadre = new(unit=make_unit(store, "empty-office"))
    store.commit()
    page = as_user(cadre).get("/exams").text
    assert "There is no exam for you yet" in page
