"""What the exam page's script and its forms are answered: status, code, words, whose it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from examapp import clock
from examapp.core.people import Role
from examapp.services.people.persons import by_id
from examapp.services.sittings import starting
from examapp.store.bank import Item
from examapp.store.exams import Exam, PaperItem
from examapp.store.sittings import LateDecision, LateResponse, Presence, Response, Score, Sitting
from examapp.web.devices import device_digest
from tests.bureau import HOUR, MINUTE, make_bank, make_exam, make_spec, make_user

NUMBERS = iter(range(100_000))
SECOND = timedelta(seconds=1)
HERE = device_digest("")  # a test's client has no cookie of a device


@pytest.fixture
def world(store, as_user):
    """A cadre who has just begun, with a browser."""
    if store.scalar(select(Item.id).limit(1)) is None:
        make_bank(store)
    trainer = make_user(store, f"st{next(NUMBERS)}", Role.TRAINER)
    at = clock.now()
    exam = make_exam(
        store, by_id(store, trainer.id), opens_at=at - HOUR, closes_at=at + 5 * HOUR,
        spec=make_spec(tries=2),
    )  # fmt: skip
    user = make_user(store, f"sc{next(NUMBERS)}")
    store.commit()
    person = by_id(store, user.id)
    sitting = starting.start(store, person, exam.public_id, device=HERE, now=at)
    store.commit()
    return World(store, as_user, user, sitting, exam)


class World:
    def __init__(self, store, as_user, user, sitting, exam):
        self.store, self.as_user, self.user, self.exam = store, as_user, user, exam
        self.row, self.id = sitting.id, sitting.public_id
        self.url = f"/sittings/{self.id}"
        self.client = as_user(user)

    def of(self, position):
        """Option ids at a place."""
        paper = select(Sitting.paper_id).where(Sitting.id == self.row).scalar_subquery()
        found = select(PaperItem.option_order).where(
            PaperItem.paper_id == paper, PaperItem.position == position
        )
        ids = self.store.scalars(found).one().split(",")
        self.store.rollback()  # an open session would keep the client waiting
        return ids

    def move(self, **values):
        self.store.execute(update(Sitting).where(Sitting.id == self.row).values(**values))
        self.store.commit()

    def ended(self, ago, grace=60 * SECOND):
        """As if the deadline had been so long ago."""
        at = clock.now() - ago
        self.move(started_at=at - HOUR, deadline=at, accepts_until=at + grace)

    def save(self, seq=1, *, client=None, **changes):
        sent = {"lease": 1, "seq": seq, "position": 1, "choice": self.of(1)[:1], **changes}
        return (client or self.client).post(f"{self.url}/responses", json=sent)

    def count(self, table):
        found = self.store.scalar(
            select(func.count()).select_from(table).where(table.sitting_id == self.row)
        )
        self.store.rollback()
        return found

    def sitting(self):
        self.store.expire_all()
        found = self.store.get_one(Sitting, self.row)
        self.store.rollback()
        return found


def test_a_save_is_confirmed_with_the_whole_milliseconds_left(world):
    answer = world.save(7)
    assert answer.status_code == 200
    assert answer.json["saved"] == 7
    assert 29 * 60_000 < answer.json["left_ms"] <= 30 * 60_000
    assert isinstance(answer.json["left_ms"], int)


@pytest.mark.parametrize("left", [1, 0, -5, 10**9, -(10**9), None])
def test_a_device_may_say_how_much_was_left(world, left):
    assert world.save(left_ms=left).status_code == 200


@pytest.mark.parametrize("left", ["1", 1.5, True, [], 10**9 + 1, -(10**9) - 1, 10**30])
def test_what_is_no_number_of_milliseconds_is_not_understood(world, left):
    answer = world.save(left_ms=left)
    assert (answer.status_code, answer.json["code"]) == (400, "http_400")
    assert world.count(Response) == 0


def test_within_the_grace_the_devices_word_decides(world):
    world.ended(10 * SECOND)
    refused = world.save(1)
    assert (refused.status_code, refused.json["code"]) == (409, "sitting_closed")
    taken = world.save(2, left_ms=1)
    assert (taken.status_code, taken.json["saved"]) == (200, 2)
    assert -12_000 < taken.json["left_ms"] <= -10_000


def test_after_the_grace_it_is_kept_as_late_and_said_so(world):
    world.ended(2 * MINUTE)
    for _ in range(2):
        answer = world.save(1, left_ms=900)
        assert answer.status_code == 202
        assert answer.json["late"] == 1
        assert "late" in answer.json["message"]
        assert "saved" not in answer.json
    assert (world.count(Response), world.count(LateResponse)) == (0, 1)
    chinese = world.save(2, left_ms=900, client=world.as_user(world.user, "zh_Hans_CN"))
    assert "迟到" in chinese.json["message"]


def test_a_pause_takes_everything_and_its_clock_stands(world):
    world.ended(HOUR)
    world.move(paused_at=world.sitting().deadline - MINUTE)
    answer = world.save(1)
    assert (answer.status_code, answer.json["left_ms"]) == (200, 60_000)


REFUSED = [
    ("an item not on the paper", {"position": 99}, 422, "not_on_paper"),
    ("an option not of the item", {"choice": ["zz"]}, 422, "not_on_paper"),
    ("two options where one is right", {"choice": ["A", "B"]}, 422, "not_on_paper"),
    ("an older lease", {"lease": 1}, 409, "taken_over"),
    ("a lease nobody was given", {"lease": 7}, 409, "taken_over"),
    ("no object", None, 400, "http_400"),
]


@pytest.mark.parametrize(("what", "sent", "status", "code"), REFUSED, ids=[r[0] for r in REFUSED])
def test_what_does_not_belong_is_refused_with_its_words(world, what, sent, status, code):
    world.move(lease_no=2)
    if sent is None:
        answer = world.client.post(f"{world.url}/responses", json=["seq", 1])
    else:
        answer = world.save(**{"lease": 2, **sent})
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.json["message"]
    assert (world.count(Response), world.count(LateResponse)) == (0, 0)


def test_anothers_sitting_is_not_found_by_script_or_form(world, store, as_user):
    other = make_user(store, f"so{next(NUMBERS)}")
    store.commit()
    stranger = as_user(other)
    saved = world.save(1, client=stranger, left_ms=5)
    assert (saved.status_code, saved.json["code"]) == (404, "not_found")
    for path in ("pulse", "submit"):
        assert stranger.post(f"{world.url}/{path}", json={"left_ms": 5}).status_code == 404
    for path in ("", "/here", "/receipt", "/review", "/hand-in"):
        assert stranger.get(world.url + path).status_code == 404
    assert (world.count(Response), world.count(LateResponse), world.count(Presence)) == (0, 0, 0)


def test_a_number_used_twice_is_refused_with_the_next_free_one(world):
    world.save(4)
    answer = world.save(4, choice=world.of(1)[1:2])
    assert (answer.status_code, answer.json["code"]) == (409, "out_of_order")
    assert answer.json["next_seq"] == 5


def test_after_handing_in_a_save_is_refused_or_kept_by_when_it_was_made(world):
    assert world.client.post(f"{world.url}/submit", json={"left_ms": 1}).status_code == 200
    late = world.save(1, left_ms=31 * 60_000)
    assert late.status_code == 202
    refused = world.save(2, left_ms=60_000)
    assert (refused.status_code, refused.json["code"]) == (409, "sitting_closed")


def test_who_is_signed_out_is_told_so(world, app):
    answer = world.save(1, client=app.test_client())
    assert (answer.status_code, answer.json["code"]) == (401, "sign_in_needed")


# ---- handing in ----


def test_the_script_hands_in_and_gets_the_way_to_the_same_receipt_twice(world):
    answers = [
        world.client.post(f"{world.url}/submit", json={"left_ms": 1000, "lease": 1}) for _ in "12"
    ]
    assert [a.status_code for a in answers] == [200, 200]
    assert answers[0].json == answers[1].json == {"receipt": f"{world.url}/receipt"}
    assert world.count(Score) == 1


@pytest.mark.parametrize(
    ("ago", "left", "status"),
    [(10 * SECOND, 5, 200), (10 * SECOND, 0, 409), (10 * SECOND, None, 409), (HOUR, 5, 409)],
)
def test_a_hand_in_on_its_way_is_taken_within_the_grace(world, ago, left, status):
    world.ended(ago)
    answer = world.client.post(f"{world.url}/submit", json={"left_ms": left})
    assert answer.status_code == status
    assert answer.json.get("code") == (None if status == 200 else "sitting_closed")


def test_a_device_that_was_left_hands_nothing_in(world):
    world.move(lease_no=2)
    answer = world.client.post(f"{world.url}/submit", json={"left_ms": 9, "lease": 1})
    assert (answer.status_code, answer.json["code"]) == (409, "taken_over")
    form = world.client.post(f"{world.url}/submit", data={"lease": "1"})
    assert form.headers["Location"] == world.url
    assert world.sitting().closed_at is None


@pytest.mark.parametrize("sent", [{"left_ms": "soon"}, {"lease": "one"}, {"lease": 0}, []])
def test_a_hand_in_of_the_wrong_shape_hands_nothing_in(world, sent):
    assert world.client.post(f"{world.url}/submit", json=sent).status_code == 400
    assert world.sitting().closed_at is None


def test_a_form_that_comes_too_late_leads_to_the_receipt_and_says_why(world):
    world.ended(HOUR)
    for path, data in (("submit", {}), ("choices", {"item-1": world.of(1)[0]})):
        answer = world.client.post(f"{world.url}/{path}", data=data, follow_redirects=True)
        assert answer.status_code == 200
        assert answer.request.path == f"{world.url}/receipt"
        assert "The time is up" in answer.text
        assert "notice-warning" in answer.text
    assert world.count(Response) == 0


def test_the_summarys_form_tells_what_was_left(world):
    world.ended(10 * SECOND)
    world.client.post(f"{world.url}/submit", data={"lease": "1", "left_ms": "800"})
    assert world.sitting().submitted_at


# ---- the pulse ----


def test_the_pulse_is_of_the_device_that_holds_the_sitting(world):
    told = world.client.post(f"{world.url}/pulse", json={}).json
    assert told["state"] == "open"
    assert (told["mine"], told["lease"], told["since"]) == (True, 1, None)
    assert 0 < told["left_ms"] <= 30 * 60_000
    assert told["counts_until"].count(":") == 2
    assert world.count(Presence) == 1
    world.move(lease_device="phone", lease_no=2)
    assert not world.client.post(f"{world.url}/pulse", json={}).json["mine"]


# ---- pages ----


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_a_paused_sitting_shows_no_question_and_says_that_time_stands_still(world, language):
    client = world.as_user(world.user, language)
    assert "data-exam" in client.get(world.url).text
    world.move(paused_at=clock.now())
    page = client.get(world.url).text
    assert "data-exam" not in page
    assert "题干" not in page
    assert "Stem" not in page
    assert ("停止计时" if language == "zh_Hans_CN" else "stands still") in page


def test_a_paused_sitting_is_open_although_its_deadline_has_passed(world):
    world.ended(HOUR)
    world.move(paused_at=world.sitting().deadline - MINUTE)
    assert "data-paused-page" in world.client.get(world.url).text
    assert world.client.get(f"{world.url}/receipt").headers["Location"] == world.url


def test_a_freed_sitting_is_taken_by_the_next_device_that_opens_it(world):
    world.move(lease_no=2, lease_device="")
    page = world.client.get(world.url, follow_redirects=True)
    assert page.status_code == 200
    assert 'data-lease="2"' in page.text
    assert world.sitting().lease_device == HERE


def test_opening_a_held_sitting_takes_nothing_over(world):
    world.move(lease_no=2, lease_device="phone")
    for path in (world.url, f"{world.url}/here"):
        page = world.client.get(path, follow_redirects=True)
        assert "data-exam" not in page.text
        assert "/take-over" in page.text
    assert world.client.get(f"{world.url}/hand-in").headers["Location"] == world.url
    assert world.sitting().lease_device == "phone"


def test_a_page_from_before_a_take_over_saves_nothing_by_form(world):
    world.move(lease_no=2)
    sent = {"item-1": world.of(1)[0], "lease": "1"}
    answer = world.client.post(f"{world.url}/choices", data=sent)
    assert answer.headers["Location"] == world.url
    assert world.count(Response) == 0


@pytest.mark.parametrize(
    ("language", "told"), [("en", "60 seconds after the end"), ("zh_Hans_CN", "60 秒内")]
)
def test_the_rule_for_late_arrival_stands_on_the_exam_page(world, language, told):
    assert told in world.as_user(world.user, language).get(world.url).text


@pytest.mark.parametrize(
    ("counts", "told"),
    [(None, "marked as late"), (True, "that it counts."), (False, "does not count")],
)
def test_the_receipt_says_what_came_late_and_what_becomes_of_it(world, counts, told):
    world.ended(HOUR)
    world.save(1, left_ms=5)
    if counts is not None:
        late = world.store.scalars(
            select(LateResponse.id).where(LateResponse.sitting_id == world.row)
        ).one()
        officers = [make_user(world.store, f"of{next(NUMBERS)}", Role.PERSONNEL) for _ in "12"]
        world.store.add(
            LateDecision(
                sitting_id=world.row, upto=late, counts=counts, reason="fire alarm",
                proposed_by=officers[0].id, proposed_at=clock.now(),
                confirmed_by=officers[1].id, confirmed_at=clock.now(),
            )
        )  # fmt: skip
        world.store.commit()
    page = world.client.get(f"{world.url}/receipt").text
    assert "1 choice came too late" in page
    assert told in page


def test_a_receipt_without_late_choices_does_not_speak_of_them(world):
    world.client.post(f"{world.url}/submit", json={})
    assert "too late" not in world.client.get(f"{world.url}/receipt").text.split("<script")[0]


def test_the_review_says_that_a_second_score_was_decided_and_why(world):
    answer = world.client.post(f"{world.url}/submit", json={})
    assert answer.status_code == 200
    first = world.store.scalars(select(Score).where(Score.sitting_id == world.row)).one()
    again = Score(
        sitting_id=world.row, number=2, points=first.points, most=first.most,
        outcome=first.outcome, earned=first.earned, reason="fire alarm in room 3",
        scored_at=clock.now(),
    )  # fmt: skip
    world.store.add(again)
    world.store.execute(
        update(Exam).where(Exam.id == world.exam.id).values(released_at=clock.now())
    )
    world.store.commit()
    page = world.client.get(f"{world.url}/review").text
    assert "This score was made anew" in page
    assert "fire alarm in room 3" in page
