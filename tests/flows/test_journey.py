"""The main line, whole: study, sit, result, certificate, yearly sheet, report, record."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from examapp.clock import now, zone
from examapp.services.sittings.closing import responses_of, scored_items
from examapp.services.verification.whole import verify
from examapp.store.bank import ItemRevision
from examapp.store.certificates import Certificate
from examapp.store.exams import Exam
from examapp.store.sittings import Score, Sitting
from examapp.store.study import Check, Note, ReadingPosition, StudyCredit
from tests.flows.house import NEWCOMER, House, user_of
from tests.flows.visitor import Visitor

pytestmark = pytest.mark.browser
USERNAME, NAME = NEWCOMER[0], NEWCOMER[1]
OWN_PASSWORD = "harbour lantern eight"
TITLE = {"zh": "年度法律知识考试", "en": "Yearly exam in law"}
NOTE = "港口经营许可：第二十二条。 Ask Lin about it."
PAPER = (("constitution", "single", 2, "2"), ("constitution", "multiple", 1, "3"),
         ("rule-of-law", "judgement", 2, "1.5"))  # fmt: skip
ROUTES = (("sqlite", "zh", 1280), ("postgresql", "en", 360))


class Journey:
    """One bureau, one language, one width; a step of the way is a method."""

    def __init__(self, house: House, language: str, width: int, visitors) -> None:
        self.house, self.language, self.width, self._visitors = house, language, width, visitors
        with self.db() as db:  # other tests of the house move deadlines, and verification sees it
            self.found_before = set(verify(db))

    def visitor(self, username: str = "") -> Visitor:
        visitor: Visitor = self._visitors(self.house, self.language, self.width)
        if username:
            visitor.sign_in(username)
            visitor.look()
        return visitor

    def db(self) -> Session:
        return self.house.reads()

    # ---- the cadre comes in ----

    def comes_in_with_a_one_time_password(self) -> Visitor:
        cadre = self.visitor()
        cadre.go("/study")
        assert "/sign-in" in cadre.page.url
        cadre.look()
        self.changes_the_language_and_back(cadre)
        cadre.page.fill("#username", USERNAME)
        cadre.page.fill("#password", self.house.one_time_password)
        cadre.press("form:has(#username) button.btn-primary")
        assert cadre.page.url.endswith("/me/password")
        cadre.look()
        cadre.go("/exams")  # nothing else is open before the password is changed
        assert cadre.page.url.endswith("/me/password")
        for field, text in (("#old", self.house.one_time_password), ("#new", OWN_PASSWORD),
                            ("#again", OWN_PASSWORD)):  # fmt: skip
            cadre.page.fill(field, text)
        cadre.press("form:has(#old) button.btn-primary")
        cadre.see(".notice-success")
        cadre.look()
        return cadre

    def changes_the_language_and_back(self, cadre: Visitor) -> None:
        for language in ({"zh", "en"} - {self.language}).pop(), self.language:
            menu = cadre.page.locator("details.menu summary")
            if menu.count() and menu.is_visible():
                menu.click()
            cadre.press("form[action='/language'] button")
            expect(cadre.page.locator("html")).to_have_attribute(
                "lang", {"zh": "zh-Hans-CN", "en": "en"}[language]
            )

    # ---- studies ----

    def studies(self, cadre: Visitor) -> None:
        cadre.go("/study")
        cadre.look()
        cadre.press("main .panel a.btn-primary")
        self.section = cadre.page.url
        cadre.look()
        self.keeps_a_note(cadre)
        cadre.go("/study")
        href = cadre.see("main .panel a.btn-primary").get_attribute("href")
        assert href
        assert self.section.split("#")[0].endswith(href)
        with self.db() as db:
            user = user_of(db, USERNAME)
            assert db.scalar(select(ReadingPosition).where(ReadingPosition.user_id == user.id))

    def keeps_a_note(self, cadre: Visitor) -> None:
        self._unfold(cadre)
        cadre.page.fill("#note textarea", NOTE)
        cadre.press("#note button")
        cadre.see(".notice-success")
        self._unfold(cadre)
        expect(cadre.page.locator("#note textarea")).to_have_value(NOTE)
        cadre.look()
        cadre.go("/study/notes")
        expect(cadre.page.locator("main")).to_contain_text("第二十二条")
        cadre.look()
        with self.db() as db:
            notes = db.scalars(select(Note)).all()
        assert [note.body for note in notes] == [NOTE]

    def _unfold(self, cadre: Visitor) -> None:
        if not cadre.page.locator("#note textarea").is_visible():
            cadre.page.locator("details.fold:has(+ #note) summary").click()

    def passes_the_check(self, cadre: Visitor) -> None:
        cadre.go(self.section)
        cadre.press("#check form button")
        cadre.look()
        cadre.press("main form button.btn-primary")  # nothing answered: asked for, not marked
        cadre.forgiven.append("422")
        cadre.complaints = [c for c in cadre.complaints if "422" not in c]
        cadre.see(".error-summary")
        cadre.look()
        for place, key in self._keys_of_check(cadre.page.url.rsplit("/", 1)[1]).items():
            for choice in key:
                cadre.page.check(f"input[name='place-{place}'][value='{choice}']")
        cadre.press("main form button.btn-primary")
        cadre.see(".notice-success")
        cadre.look()
        with self.db() as db:
            credit = db.scalars(select(StudyCredit)).one()
            assert credit.user_id == user_of(db, USERNAME).id

    def _keys_of_check(self, public_id: str) -> dict[int, list[str]]:
        with self.db() as db:
            check = db.scalars(select(Check).where(Check.public_id == public_id)).one()
            return {
                place: db.get_one(ItemRevision, revision).content["key"]
                for place, (revision, _) in enumerate(check.items, 1)
            }

    # ---- the trainer sets an exam ----

    def sets_and_publishes_an_exam(self) -> None:
        trainer = self.visitor("trainer")
        trainer.go("/set-exams")
        trainer.look()
        trainer.press("main .page-head a.btn-primary, main a[href$='/set-exams/new']")
        trainer.look()
        self._fill(trainer)
        trainer.press("main form .actions button.btn-primary")
        self.exam = trainer.page.url.rsplit("/", 1)[1].split("#")[0]
        trainer.look()
        trainer.press("form[action$='/publish'] button")
        trainer.see(".notice-success")
        trainer.look()

    def _fill(self, trainer: Visitor) -> None:
        page = trainer.page
        page.fill("#title_zh", TITLE["zh"])
        page.fill("#title_en", TITLE["en"])
        while page.locator("#lines-2-topic").count() == 0:
            trainer.press("button[name=add_line]")
        for number, (topic, kind, count, points) in enumerate(PAPER):
            page.select_option(f"#lines-{number}-topic", topic)
            page.select_option(f"#lines-{number}-kind", kind)
            page.fill(f"#lines-{number}-count", str(count))
            page.fill(f"#lines-{number}-points", points)
        for field, value in (("minutes", "30"), ("cut_score", "6"), ("tries", "1"),
                             ("certificate_years", "3"), ("band_good", "8"),
                             ("opens_at", self._local(hours=-1)),
                             ("closes_at", self._local(hours=3))):  # fmt: skip
            page.fill(f"#{field}", value)
        page.locator("#units input[type=checkbox]").first.check()  # the whole bureau
        page.locator("#more-rules summary").click()
        page.fill("#tolerance", "5")  # the bank of this test is small

    def _local(self, *, hours: int) -> str:
        return (now() + timedelta(hours=hours)).astimezone(zone()).strftime("%Y-%m-%dT%H:%M")

    # ---- the cadre sits it, by keyboard alone ----

    def sits_by_keyboard_alone(self, cadre: Visitor) -> None:
        cadre.go("/")
        cadre.look()
        cadre.see(f"main a[href='/exams/{self.exam}']")
        cadre.go("/exams")
        cadre.look()
        cadre.press(f"main a[href='/exams/{self.exam}']")
        cadre.look()
        self._enter(cadre, lambda here: here["tag"] == "BUTTON" and "btn-primary" in here["cls"]
                    and here["main"])  # fmt: skip
        cadre.page.wait_for_url("**/sittings/*")
        self.sitting = cadre.page.url.rsplit("/", 1)[1]
        cadre.look()
        keys = self._keys_of_paper()
        for position, key in keys.items():
            self._answer(cadre, position, key)
        expect(cadre.page.locator(".item-state[data-state=confirmed]")).to_have_count(len(keys))
        cadre.look()
        self._enter(cadre, lambda here: here["handIn"])
        cadre.page.wait_for_url("**/hand-in")
        cadre.look()
        self._enter(cadre, lambda here: here["tag"] == "BUTTON" and "btn-primary" in here["cls"]
                    and here["main"])  # fmt: skip
        cadre.page.wait_for_url("**/receipt")

    def _enter(self, cadre: Visitor, wanted) -> None:
        cadre.tab_to(wanted)
        cadre.page.keyboard.press("Enter")

    def _answer(self, cadre: Visitor, position: int, key: frozenset[str]) -> None:
        """Tab into the question; Space and the arrows choose."""
        name = f"item-{position}"
        here = cadre.tab_to(lambda focus: focus["name"] == name)
        if here["type"] == "radio":
            cadre.page.keyboard.press("Space")
            for _ in range(6):
                if cadre.focus()["value"] in key:
                    break
                cadre.page.keyboard.press("ArrowDown")
            assert cadre.focus()["checked"]
            return
        while here["name"] == name:
            if here["value"] in key:
                cadre.page.keyboard.press("Space")
            cadre.page.keyboard.press("Tab")
            here = cadre.focus()
        if "flag" in here["cls"] or here["tag"] == "BUTTON":
            self._flag(cadre, position)

    def _flag(self, cadre: Visitor, position: int) -> None:
        """A question can be marked for a second look by keyboard, too."""
        cadre.tab_to(lambda focus: "flag" in focus["cls"])
        cadre.page.keyboard.press("Space")
        flag = cadre.page.locator(f"#item-{position} .flag")
        expect(flag).to_have_attribute("aria-pressed", "true")

    def _keys_of_paper(self) -> dict[int, frozenset[str]]:
        with self.db() as db:
            paper = self._sitting(db).paper_id
            return {item.position: item.key for item in scored_items(db, paper)}

    def _sitting(self, db: Session) -> Sitting:
        return db.scalars(select(Sitting).where(Sitting.public_id == self.sitting)).one()

    def gets_the_receipt(self, cadre: Visitor) -> None:
        cadre.look()
        with self.db() as db:
            sitting, keys = self._sitting(db), self._keys_of_paper()
            assert responses_of(db, sitting.id)[0] == keys
            assert sitting.answered == len(keys)
        expect(cadre.page.locator("main")).to_contain_text(sitting.responses_digest or "?")
        cadre.forgiven.append("403")
        cadre.go(f"/sittings/{self.sitting}/review")  # not released: a page, and no score on it
        cadre.look()
        expect(cadre.page.locator(".rationale")).to_have_count(0)

    # ---- the window closes, the trainer releases ----

    def closes_and_is_released(self) -> None:
        with self.house.writes() as db, db.begin():
            exam = self._exam(db)
            self.closes_at: datetime = exam.closes_at
            self._close_at(db, now() - timedelta(minutes=1))
        trainer = self.visitor("trainer")
        trainer.go(f"/set-exams/{self.exam}")
        trainer.look()
        trainer.press("form[action$='/release'] button")
        trainer.see(".notice-success")
        trainer.look()
        with self.house.writes() as db, db.begin():
            self._close_at(db, self.closes_at)  # the record knows the window as it was

    def _exam(self, db: Session) -> Exam:
        return db.scalars(select(Exam).where(Exam.public_id == self.exam)).one()

    def _close_at(self, db: Session, moment: datetime) -> None:
        db.execute(update(Exam).where(Exam.public_id == self.exam).values(closes_at=moment))

    # ---- result, certificate, sheet ----

    def sees_result_and_review(self, cadre: Visitor) -> None:
        cadre.go("/")
        cadre.look()
        cadre.press(f"main a[href='/sittings/{self.sitting}/review']")
        cadre.look()
        keys = self._keys_of_paper()
        expect(cadre.page.locator(".rationale")).to_have_count(len(keys))
        expect(cadre.page.locator(".option.is-key.is-chosen")).to_have_count(
            sum(len(key) for key in keys.values())
        )
        with self.db() as db:
            score = db.scalars(select(Score).where(Score.sitting_id == self._sitting(db).id)).one()
        assert (score.points, score.outcome, score.band) == (10, "passed", "good")
        cadre.go(f"/exams/{self.exam}")
        cadre.look()

    def has_a_certificate(self, cadre: Visitor) -> None:
        with self.db() as db:
            self.serial = db.scalars(
                select(Certificate.serial).where(Certificate.user_id == user_of(db, USERNAME).id)
            ).one()
        cadre.go("/certificates")
        cadre.look()
        cadre.press(f"main a[href='/certificates/{self.serial}/paper']")
        cadre.look()
        expect(cadre.page.locator(".certificate")).to_contain_text(NAME)
        expect(cadre.page.locator(".certificate")).to_contain_text(self.serial)

    def anybody_can_check_it(self) -> None:
        anybody = self.visitor()
        anybody.go("/c")
        anybody.look()
        anybody.page.fill("#serial", self.serial.lower().replace("-", " "))
        anybody.press("main form button.btn-primary")
        assert anybody.page.url.endswith(f"/c/{self.serial}")
        anybody.see(".notice-success")
        anybody.look()
        assert NAME not in anybody.page.content()
        assert USERNAME not in anybody.page.content()

    def finds_it_on_the_yearly_sheet(self, cadre: Visitor) -> None:
        cadre.go("/year")
        cadre.look()
        lines = cadre.page.locator(".sheet-line")
        expect(lines).to_have_count(2)
        expect(lines.filter(has_text=TITLE[self.language])).to_have_count(1)
        expect(cadre.page.locator(".sheet-line tbody tr")).to_have_count(2)  # exam and section

    # ---- the officers ----

    def is_reported(self, folder: Path) -> None:
        officer = self.visitor("personnel")
        officer.go("/reports")
        officer.look()
        officer.press(f"main a[href='/reports/exams/{self.exam}']")
        officer.look()
        expect(officer.page.locator("main tbody tr")).to_have_count(2)
        assert "周国平" not in officer.page.content()  # of another unit
        officer.page.select_option("#pick-progress", "not-yet")
        officer.press("form.filters button")
        officer.look()
        expect(officer.page.locator("main tbody tr")).to_have_count(1)
        expect(officer.page.locator("main tbody")).to_contain_text("王海燕")
        officer.go(f"/reports/exams/{self.exam}")
        rows = self._downloaded(officer, folder)
        assert {NAME, "王海燕"} <= {str(cell) for row in rows["xlsx"] for cell in row}
        first = {kind: [str(row[0]) for row in table] for kind, table in rows.items()}
        assert first["xlsx"] == first["csv"]
        assert any(self.serial in row for row in rows["csv"])
        officer.press("main tbody th a")
        officer.look()

    def _downloaded(self, officer: Visitor, folder: Path) -> dict[str, list[list[object]]]:
        rows: dict[str, list[list[object]]] = {}
        for kind in ("xlsx", "csv"):
            with officer.page.expect_download() as coming:
                officer.page.locator(f"main a[href*='rows.{kind}']").click()
            path = folder / f"{self.language}.{kind}"
            coming.value.save_as(path)
            if kind == "xlsx":
                rows[kind] = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
            else:
                text = path.read_text(encoding="utf-8-sig")
                rows[kind] = [row for row in csv.reader(io.StringIO(text)) if row]
        return rows

    def stands_on_the_record(self) -> None:
        auditor = self.visitor("auditor")
        auditor.go(f"/record?subject={self.sitting}")
        auditor.look()
        expect(auditor.page.locator("main tbody tr")).to_have_count(3)  # drawn, handed in, scored
        auditor.press("main tbody th a")
        auditor.look()
        auditor.go("/record")
        auditor.look()
        auditor.forgiven.append("403")
        auditor.go("/people")  # an auditor reads, and administers nothing
        auditor.look()

    def proves_itself(self) -> None:
        with self.db() as db:
            assert set(verify(db)) <= self.found_before


@pytest.mark.parametrize(("kind", "language", "width"), ROUTES)
def test_the_whole_journey(houses, visitors, tmp_path, kind, language, width):
    journey = Journey(houses(kind), language, width, visitors)
    cadre = journey.comes_in_with_a_one_time_password()
    journey.studies(cadre)
    journey.passes_the_check(cadre)
    journey.sets_and_publishes_an_exam()
    journey.sits_by_keyboard_alone(cadre)
    journey.gets_the_receipt(cadre)
    journey.closes_and_is_released()
    journey.sees_result_and_review(cadre)
    journey.has_a_certificate(cadre)
    journey.anybody_can_check_it()
    journey.finds_it_on_the_yearly_sheet(cadre)
    journey.is_reported(tmp_path)
    journey.stands_on_the_record()
    journey.proves_itself()
    assert journey.house.faults() == []
    assert cadre.looked > 20
