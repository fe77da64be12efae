"""The exam day in the browser: whose people, who may do what, and few queries for thousands."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event, insert, select

from examapp import clock
from examapp.core.people import Role
from examapp.services.exams import pausing
from examapp.services.people.persons import by_id
from examapp.services.sittings import closing
from examapp.store.bank import Item
from examapp.store.exam_days import ExtraTime, Pause, Slot, SlotUnit
from examapp.store.exams import Paper
from examapp.store.people import Unit, User, UserRole
from examapp.store.sittings import LateDecision, LateResponse, Presence, Score, Sitting
from tests.bureau import HOUR, MINUTE, make_bank, make_exam, make_unit, make_user
from tests.hall import begin

COUNT = iter(range(1000))
WHY = "网络中断"


class Bureau:
    """A new corner of the organisation for every test: top, office, desk; another office."""

    def __init__(self, store):
        if store.scalar(select(Item.id).limit(1)) is None:
            make_bank(store)
        self.store, self.n = store, next(COUNT)
        self.now = clock.now()
        self.top = self.unit("top", None)
        self.office, self.other = self.unit("office", self.top), self.unit("other", self.top)
        self.desk = self.unit("desk", self.office)
        self.admin = self.user("admin", self.top, Role.ADMIN)
        self.trainer = self.user("trainer", self.top, Role.TRAINER)
        self.officer = self.user("officer", self.office, Role.PERSONNEL)
        self.here, self.below = self.user("here", self.office), self.user("below", self.desk)
        self.beside, self.late = self.user("beside", self.other), self.user("late", self.office)
        self.exam = make_exam(
            store, self.person(self.trainer), unit_ids=(self.top.id,),
            opens_at=self.now - HOUR, closes_at=self.now + 5 * HOUR,
        )  # fmt: skip
        self.url = f"/set-exams/{self.exam.public_id}/day"
        store.commit()

    def unit(self, name: str, parent: Unit | None) -> Unit:
        return make_unit(self.store, f"{name}-{self.n}", parent)

    def user(self, name: str, unit: Unit, *roles: Role):
        made = make_user(self.store, f"{name}-{self.n}", *roles, unit=unit)
        made.name = f"{name}某{self.n}"
        self.store.flush()
        return made

    def person(self, user):
        return by_id(self.store, user.id)

    def sit(self, user, *, ago=5 * MINUTE, heard=None) -> Sitting:
        """Began some minutes ago, last heard of just now or some time ago."""
        sitting = begin(self.store, self.person(user), self.exam, now=self.now - ago)
        seen = self.now if heard is None else self.now - heard
        self.store.add(Presence(sitting_id=sitting.id, seen_at=seen))
        self.store.commit()
        return sitting

    def with_late(self, user) -> Sitting:
        """Handed in with nothing on it; everything right came too late."""
        sitting = self.sit(user)
        closing.submit(self.store, self.person(user), sitting.public_id, now=self.now)
        for item in closing.scored_items(self.store, sitting.paper_id):
            self.store.add(
                LateResponse(
                    sitting_id=sitting.id, lease_no=1, seq=item.position, position=item.position,
                    choice=",".join(sorted(item.key)), left_ms=1500, received_at=self.now,
                )
            )  # fmt: skip
        self.store.commit()
        return sitting

    def look(self, query):
        """The one thing there; the transaction ends, so that the client may write."""
        found = self.store.scalars(query).one()
        self.store.commit()
        return found

    def of(self, user) -> str:
        return f"{self.url}/{user.public_id}"


@pytest.fixture
def bureau(store):
    return Bureau(store)


def page_of(client, url, status=200):
    answer = client.get(url)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def row_of(page: str, user) -> str:
    rows = [row for row in page.split("<tr>") if user.name in row]
    return re.sub(r"<[^>]+>|\s+", " ", rows[0]) if rows else ""


def send(client, url, status=302, **data):
    answer = client.post(url, data=data)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def test_everybody_stands_there_with_their_state(bureau, as_user):
    bureau.sit(bureau.here)
    bureau.sit(bureau.below, heard=2 * MINUTE)
    bureau.with_late(bureau.late)
    page = page_of(as_user(bureau.trainer), bureau.url)
    assert "Connected" in row_of(page, bureau.here)
    assert "No contact" in row_of(page, bureau.below)
    assert "Handed in" in row_of(page, bureau.late)
    assert "Late choices" in row_of(page, bureau.late)
    assert "Not begun" in row_of(page, bureau.beside)


def test_the_time_left_and_the_last_sign_are_told(bureau, as_user):
    bureau.sit(bureau.here, heard=30 * MINUTE, ago=10 * MINUTE)
    row = row_of(page_of(as_user(bureau.admin), bureau.url), bureau.here)
    assert "19 min" in row
    assert "30 min ago" in row


def test_whose_time_is_over_lapsed_though_nobody_has_closed_it_yet(bureau, as_user):
    bureau.sit(bureau.here, ago=31 * MINUTE)
    assert "Time ran out" in row_of(page_of(as_user(bureau.admin), bureau.url), bureau.here)


def test_an_officer_sees_their_own_subtree_alone(bureau, as_user):
    page = page_of(as_user(bureau.officer), bureau.url)
    assert row_of(page, bureau.here)
    assert row_of(page, bureau.below)
    assert bureau.beside.name not in page
    assert bureau.other.name not in page
    page_of(as_user(bureau.officer), bureau.of(bureau.beside), 404)
    page_of(as_user(bureau.officer), bureau.of(bureau.below))


def test_officers_find_the_way_from_home_and_setters_from_the_exam(bureau, as_user):
    assert bureau.url in page_of(as_user(bureau.officer), "/")
    assert bureau.url in page_of(as_user(bureau.trainer), f"/set-exams/{bureau.exam.public_id}")


def test_an_exam_for_nobody_of_theirs_does_not_exist_for_an_officer(bureau, store, as_user):
    stranger = make_user(
        store, f"far-{bureau.n}", Role.PERSONNEL, unit=make_unit(store, f"far-{bureau.n}")
    )
    store.commit()
    page_of(as_user(stranger), bureau.url, 404)


@pytest.mark.parametrize("role", [Role.CADRE, Role.AUDITOR])
def test_others_have_no_exam_day(bureau, store, as_user, role):
    user = bureau.user(f"role-{role}", bureau.top, role)
    store.commit()
    for url in (bureau.url, bureau.of(bureau.here)):
        page_of(as_user(user), url, 403)


def test_a_draft_has_no_exam_day(bureau, store, as_user):
    draft = make_exam(store, bureau.person(bureau.trainer), published=False)
    store.commit()
    page_of(as_user(bureau.admin), f"/set-exams/{draft.public_id}/day", 404)


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("state=not-begun", "beside", "here"),
        ("state=connected", "here", "beside"),
        ("q=BELOW", "below", "here"),
        ("late=1", "late", "here"),
        ("unit={desk}", "below", "here"),
    ],
)
def test_the_list_can_be_narrowed(bureau, as_user, query, there, gone):
    bureau.sit(bureau.here)
    bureau.with_late(bureau.late)
    query = query.format(desk=bureau.desk.public_id)
    page = page_of(as_user(bureau.admin), f"{bureau.url}?{query}")
    assert row_of(page, getattr(bureau, there))
    assert not row_of(page, getattr(bureau, gone))


def test_when_nobody_fits_the_page_says_what_to_do(bureau, as_user):
    assert "Show everybody" in page_of(as_user(bureau.admin), f"{bureau.url}?q=nobody")
    assert "Show everybody" in page_of(as_user(bureau.admin), f"{bureau.url}?unit=no-unit")


def test_slots_are_shown_where_the_exam_has_them(bureau, store, as_user):
    slot = Slot(
        exam_id=bureau.exam.id, opens_at=bureau.now, closes_at=bureau.now + HOUR,
        units=[SlotUnit(unit_id=bureau.office.id)],
    )  # fmt: skip
    store.add(slot)
    store.commit()
    page = page_of(as_user(bureau.admin), bureau.url)
    assert "–" in row_of(page, bureau.below)
    assert "none" in row_of(page, bureau.beside)


# ---- pausing ----


def test_an_administrator_pauses_and_lets_it_go_on(bureau, store, as_user):
    sitting = bureau.sit(bureau.here)
    deadline = sitting.deadline
    client = as_user(bureau.admin)
    send(client, f"{bureau.url}/pause", **{"pause-unit": "", "pause-because": WHY})
    page = page_of(client, bureau.url)
    assert "Paused since" in page
    assert WHY in page
    assert "Paused" in row_of(page, bureau.here)
    pause = bureau.look(select(Pause).where(Pause.exam_id == bureau.exam.id))
    send(client, f"{bureau.url}/resume", pause=pause.public_id)
    store.refresh(sitting)
    store.refresh(pause)
    assert sitting.deadline - deadline == pause.resumed_at - pause.paused_at
    assert "Paused since" not in page_of(client, bureau.url)


def test_a_unit_alone_can_be_paused(bureau, store, as_user):
    here, beside = bureau.sit(bureau.here), bureau.sit(bureau.beside)
    data = {"pause-unit": bureau.office.public_id, "pause-because": WHY}
    send(as_user(bureau.admin), f"{bureau.url}/pause", **data)
    store.expire_all()
    assert here.paused_at
    assert not beside.paused_at


def test_an_officer_hears_of_the_pauses_that_concern_their_people_alone(bureau, store, as_user):
    by = bureau.person(bureau.admin)
    for unit, reason in ((bureau.other, "elsewhere"), (bureau.desk, "below"), (bureau.top, "all")):
        pausing.pause(store, bureau.exam, unit, because=reason, by=by, now=clock.now())
    store.commit()
    page = page_of(as_user(bureau.officer), bureau.url)
    assert "Reason: below" in page
    assert "Reason: all" in page
    assert "Reason: elsewhere" not in page
    assert "Reason: elsewhere" in page_of(as_user(bureau.trainer), bureau.url)


def test_a_pause_needs_a_reason_and_a_second_one_is_told_off(bureau, as_user):
    client = as_user(bureau.admin)
    page = send(client, f"{bureau.url}/pause", 422, **{"pause-unit": "", "pause-because": " "})
    assert "Give the reason in a sentence." in page
    for _ in range(2):
        send(client, f"{bureau.url}/pause", **{"pause-unit": "", "pause-because": WHY})
    assert "paused already" in page_of(client, bureau.url)


def test_a_pause_of_another_exam_is_not_found(bureau, store, as_user):
    other = Bureau(store)
    made = pausing.pause(
        store, other.exam, None, because=WHY, by=other.person(other.admin), now=other.now
    ).public_id
    store.commit()
    send(as_user(bureau.admin), f"{bureau.url}/resume", 404, pause=made)


@pytest.mark.parametrize("who", ["trainer", "officer"])
def test_only_administrators_pause(bureau, as_user, who):
    client = as_user(getattr(bureau, who))
    assert "Pause the exam" not in page_of(client, bureau.url)
    send(client, f"{bureau.url}/pause", 403, **{"pause-unit": "", "pause-because": WHY})
    send(client, f"{bureau.url}/resume", 403, pause="x")


# ---- one person ----


def extra(minutes=20):
    return {"extra-minutes": str(minutes), "extra-because": WHY}


@pytest.mark.parametrize("who", ["admin", "officer"])
def test_extra_time_moves_the_paper_under_way(bureau, store, as_user, who):
    sitting = bureau.sit(bureau.here)
    deadline, client = sitting.deadline, as_user(getattr(bureau, who))
    send(client, f"{bureau.of(bureau.here)}/extra-time", **extra())
    store.refresh(sitting)
    store.commit()
    assert sitting.deadline == deadline + 20 * MINUTE
    page = page_of(client, bureau.of(bureau.here))
    assert "Extra time given" in page
    assert WHY in page
    assert "20 min" in row_of(page_of(client, bureau.url), bureau.here)


def test_a_trainer_gives_no_time_and_does_not_read_why(bureau, store, as_user):
    send(as_user(bureau.admin), f"{bureau.of(bureau.here)}/extra-time", **extra())
    client = as_user(bureau.trainer)
    send(client, f"{bureau.of(bureau.here)}/extra-time", 403, **extra())
    page = page_of(client, bureau.of(bureau.here))
    assert "Extra time given" in page
    assert WHY not in page


def test_extra_time_is_given_within_the_subtree_and_never_to_oneself(bureau, store, as_user):
    client = as_user(bureau.officer)
    send(client, f"{bureau.of(bureau.beside)}/extra-time", 404, **extra())
    both = bureau.user("both", bureau.office, Role.CADRE, Role.PERSONNEL)
    store.commit()
    send(as_user(both), f"{bureau.of(both)}/extra-time", 403, **extra())
    assert "This is you" in page_of(as_user(both), bureau.of(both))
    assert store.scalars(
        select(ExtraTime).where(ExtraTime.exam_id == bureau.exam.id)
    ).all() == []  # fmt: skip


@pytest.mark.parametrize("minutes", ["", "x", "601", "-1", "0"])
def test_minutes_that_cannot_be_are_said_beside_the_field(bureau, as_user, minutes):
    client = as_user(bureau.admin)
    page = send(client, f"{bureau.of(bureau.here)}/extra-time", 422, **extra(minutes))
    assert 'id="extra-minutes-error"' in page


@pytest.mark.parametrize("who", ["admin", "officer", "trainer"])
def test_a_person_is_freed_for_another_computer(bureau, store, as_user, who):
    sitting = bureau.sit(bureau.here)
    data = {"free-because": WHY, "sitting": sitting.public_id}
    client = as_user(getattr(bureau, who))
    send(client, f"{bureau.of(bureau.here)}/free", **data)
    store.refresh(sitting)
    store.commit()
    assert (sitting.lease_no, sitting.lease_device) == (2, "")
    assert "Freed for another computer" in page_of(client, bureau.of(bureau.here))


def test_a_sitting_is_freed_under_its_own_person_alone(bureau, as_user):
    sitting = bureau.sit(bureau.here)
    data = {"free-because": WHY, "sitting": sitting.public_id}
    send(as_user(bureau.admin), f"{bureau.of(bureau.below)}/free", 404, **data)


def test_two_officers_decide_on_late_choices(bureau, store, as_user):
    sitting = bureau.with_late(bureau.late)
    url, one, two = bureau.of(bureau.late), as_user(bureau.officer), as_user(bureau.admin)
    page = page_of(one, url)
    assert "6 choices came after the end" in page
    assert "1.5 s before the end" in page
    data = {"late-counts": "yes", "late-because": WHY, "sitting": sitting.public_id}
    send(one, f"{url}/late", **data)
    decision = bureau.look(
        select(LateDecision.public_id).where(LateDecision.sitting_id == sitting.id)
    )
    done = {"sitting": sitting.public_id, "decision": decision, "do": "confirm"}
    assert "Confirm as the second officer" not in page_of(one, url)
    send(one, f"{url}/late/settle", 403, **done)
    assert "Confirm as the second officer" in page_of(two, url)
    send(two, f"{url}/late/settle", **done)
    points = store.scalars(
        select(Score.points).where(Score.sitting_id == sitting.id).order_by(Score.number)
    ).all()
    store.commit()
    assert points == [0, 13]
    assert "They count: decided by" in page_of(two, url)


def test_a_proposal_can_be_withdrawn_by_the_other(bureau, store, as_user):
    sitting = bureau.with_late(bureau.late)
    url = bureau.of(bureau.late)
    data = {"late-counts": "no", "late-because": WHY, "sitting": sitting.public_id}
    send(as_user(bureau.officer), f"{url}/late", **data)
    decision = bureau.look(select(LateDecision).where(LateDecision.sitting_id == sitting.id))
    send(
        as_user(bureau.admin), f"{url}/late/settle",
        sitting=sitting.public_id, decision=decision.public_id, do="withdraw",
    )  # fmt: skip
    store.refresh(decision)
    store.commit()
    assert decision.withdrawn_at
    assert "was withdrawn" in page_of(as_user(bureau.officer), url)


def test_trainers_and_other_officers_decide_nothing(bureau, store, as_user):
    sitting = bureau.with_late(bureau.late)
    elsewhere = bureau.user("elsewhere", bureau.other, Role.PERSONNEL)
    store.commit()
    data = {"late-counts": "yes", "late-because": WHY, "sitting": sitting.public_id}
    for who, status in ((bureau.trainer, 403), (elsewhere, 404)):
        send(as_user(who), f"{bureau.of(bureau.late)}/late", status, **data)


def test_the_release_panel_says_what_nobody_decided_on(bureau, store, as_user):
    bureau.with_late(bureau.late)
    page = page_of(as_user(bureau.trainer), f"/set-exams/{bureau.exam.public_id}")
    assert "1 paper has late choices that nobody decided on" in page


def test_no_choice_and_no_score_stands_on_any_page_of_the_day(bureau, as_user):
    bureau.with_late(bureau.late)
    for url in (bureau.url, bureau.of(bureau.late)):
        page = page_of(as_user(bureau.admin), url)
        for word in ("题干", "选项", "Option", "points", "Passed", "Not passed"):
            assert word not in page


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_the_pages_speak_both_languages(bureau, store, as_user, language):
    sitting = bureau.sit(bureau.here)
    bureau.with_late(bureau.late)
    pausing.pause(
        store, bureau.exam, bureau.office, because=WHY, by=bureau.person(bureau.admin),
        now=clock.now(),
    )  # fmt: skip
    store.commit()
    client = as_user(bureau.admin, language)
    for url in (
        bureau.url,
        bureau.of(bureau.here),
        bureau.of(bureau.late),
        bureau.of(bureau.beside),
    ):
        page = page_of(client, url)
        assert ("考试现场" in page) == (language != "en")
    assert sitting


# ---- thousands ----

MANY = 5000


def test_five_thousand_need_no_more_queries_than_five(bureau, store, app, as_user):
    client = as_user(bureau.admin)
    few = _queries(app, client, bureau.url)
    crowd(bureau, MANY)
    store.commit()
    many = _queries(app, client, bureau.url)
    assert len(many) == len(few) <= 25
    page = page_of(client, f"{bureau.url}?page=50")
    assert "Page 50 of" in page


def _queries(app, client, url) -> list[str]:
    said: list[str] = []
    engine = app.extensions["engine"]

    def listen(_connection, _cursor, statement, *_):
        said.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    page_of(client, url)
    event.remove(engine, "before_cursor_execute", listen)
    return said


def crowd(bureau, count):
    """So many people, two thirds of them sitting."""
    store, first = bureau.store, 1_000_000 * (bureau.n + 1)
    ids = range(first, first + count)
    people = [
        {"id": n, "username": f"c{n}", "name": f"众{n}", "unit_id": bureau.desk.id,
         "created_at": bureau.now, "must_change_password": False}
        for n in ids
    ]  # fmt: skip
    store.execute(insert(User), people)
    store.execute(insert(UserRole), [{"user_id": n, "role": "cadre"} for n in ids])
    sitting = [n for n in ids if n % 3]
    common = {"exam_id": bureau.exam.id, "try_no": 1}
    papers = [{"id": n, "user_id": n, "digest": "d", "drawn_at": bureau.now, **common}
              for n in sitting]  # fmt: skip
    store.execute(insert(Paper), papers)
    rows = [
        {"id": n, "paper_id": n, "user_id": n, "started_at": bureau.now,
         "deadline": bureau.now + HOUR, "accepts_until": bureau.now + HOUR, **common}
        for n in sitting
    ]  # fmt: skip
    store.execute(insert(Sitting), rows)
    store.execute(insert(Presence), [{"sitting_id": n, "seen_at": bureau.now} for n in sitting])
