"""A candidate's browser without a browser: what the exam page's script sends, and its patience."""

from __future__ import annotations

import html
import http.client
import json
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.flows.house import PASSWORD, House

Choice = tuple[str, ...]
Key = tuple[int, int]  # lease and number of a save: later devices come after earlier ones
_INPUT = re.compile(r'<input type="(radio|checkbox)" name="item-(\d+)" value="([^"]+)"( checked)?')
_DATA = re.compile(r'data-(token|lease|next-seq)="([^"]+)"')
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Answer:
    status: int
    location: str
    text: str


@dataclass
class Candidate:
    """Signs in, starts, and saves; remembers what was sent and what was confirmed."""

    house: House
    username: str
    password: str = PASSWORD
    exam: str = ""
    over_at: float | None = None  # of time.monotonic(): from then on nothing is chosen any more
    cookies: dict[str, str] = field(default_factory=dict)
    sitting: str = ""
    token: str = ""
    lease: int = 1
    options: dict[int, tuple[str, list[str]]] = field(default_factory=dict)
    seq: int = 0
    sent: dict[Key, tuple[int, Choice]] = field(default_factory=dict)
    confirmed: set[Key] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    retries: int = 0
    on_confirmed: Callable[[Candidate, Key, float], None] | None = None
    _line: http.client.HTTPConnection | None = None

    # ---- asking ----

    def ask(
        self, method: str, path: str, body: bytes | str = b"", kind: str = "", **headers: str
    ) -> Answer:
        """One request on a kept line; OSError or HTTPException where the server is gone."""
        if self._line is None:
            self._line = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=10)
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **headers}
        if kind:
            sent["Content-Type"] = kind
        try:
            self._line.request(method, path, body or None, sent)
            got = self._line.getresponse()
            text = got.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            self.hang_up()
            raise
        for cookie in got.headers.get_all("Set-Cookie") or []:
            self.cookies.update({k: m.value for k, m in SimpleCookie(cookie).items()})
        return Answer(got.status, got.headers.get("Location", ""), text)

    def hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None

    def post(self, path: str, page: str, **fields: str) -> Answer:
        """Fill in a form of a page and send it."""
        shown = self.ask("GET", page)
        if shown.status >= 500:
            return shown
        found = _TOKEN.search(shown.text)
        assert found, shown.text[:500]
        return self.send(path, html.unescape(found[1]), **fields)

    def send(self, path: str, token: str, **fields: str) -> Answer:
        """Send a form whose token is known."""
        body = urlencode({"csrf_token": token, **fields})
        return self.ask("POST", path, body, "application/x-www-form-urlencoded")

    def patiently(self, do: Callable[[], Answer], patience: float = 120.0) -> Answer:
        """Ask again, a little later each time, until the server answers and is not at fault."""
        end, pause = time.monotonic() + patience, 0.05
        while True:
            try:
                answer = do()
                if answer.status < 500:
                    return answer
            except (OSError, http.client.HTTPException):
                pass
            assert time.monotonic() < end, "the server did not come back"
            self.retries += 1
            time.sleep(pause)
            pause = min(pause * 1.5, 0.5)

    # ---- the exam ----

    def begin(self) -> None:
        """Sign in, start the exam, read the paper."""
        self.sign_in()
        exam = f"/exams/{self.exam or self.house.exam}"
        answer = self.post(f"{exam}/start", exam)
        self.sitting = answer.location
        self.read()

    def sign_in(self) -> Answer:
        return self.post("/sign-in", "/sign-in", username=self.username, password=self.password)

    def take_over(self) -> None:
        """Go on with the sitting in another browser."""
        self.hang_up()
        self.cookies = {}
        assert self.patiently(self.sign_in).status in (302, 303)
        self.patiently(lambda: self.post(f"{self.sitting}/take-over", self.sitting))
        self.read()

    def twin(self) -> Candidate:
        """The same browser's other window."""
        return replace(self, cookies=dict(self.cookies), retries=0, _line=None)

    def read(self) -> dict[int, Choice]:
        """Open the exam page; the options of every place, and what it shows as chosen."""
        page = self.patiently(lambda: self.ask("GET", self.sitting)).text
        data = {name: html.unescape(value) for name, value in _DATA.findall(page)}
        assert "token" in data, page[:500]
        self.token, self.lease = data["token"], int(data["lease"])
        used = [seq for lease, seq in self.sent if lease == self.lease]
        self.seq = max([int(data["next-seq"]) - 1, *used])
        chosen: dict[int, list[str]] = {}
        self.options = {}
        for kind, place, value, checked in _INPUT.findall(page):
            self.options.setdefault(int(place), (kind, []))[1].append(value)
            if checked:
                chosen.setdefault(int(place), []).append(value)
        return {place: tuple(sorted(values)) for place, values in chosen.items()}

    def choose(self, chance: random.Random) -> Key:
        """Make up one's mind about some place; the key of the save that is to be sent."""
        place = chance.choice(sorted(self.options))
        kind, ids = self.options[place]
        count = chance.randint(0, len(ids)) if kind == "checkbox" else chance.randint(0, 1)
        self.seq += 1
        key = self.lease, self.seq
        self.sent[key] = place, tuple(sorted(chance.sample(ids, count)))
        return key

    def save(self, key: Key) -> Answer:
        """Send one save, once."""
        place, choice = self.sent[key]
        lease, seq = key
        body = json.dumps({"lease": lease, "seq": seq, "position": place, "choice": list(choice)})
        at = time.time()
        answer = self.ask(
            "POST", f"{self.sitting}/responses", body, "application/json",
            **{"X-CSRFToken": self.token},
        )  # fmt: skip
        said = json.loads(answer.text) if answer.status == 200 else {}
        if said and not said.get("late"):
            assert said["saved"] == seq
            if self.on_confirmed and key not in self.confirmed:
                self.on_confirmed(self, key, at)
            self.confirmed.add(key)
        elif answer.status < 500:
            self.refused.append(f"{key}: {answer.status} {answer.text[:200]}")
        return answer

    def save_until_confirmed(self, key: Key) -> None:
        """As the page does: the same save again and again until the server has confirmed it."""
        self.patiently(lambda: self.save(key))
        assert key in self.confirmed, self.refused

    def is_over(self) -> bool:
        return self.over_at is not None and time.monotonic() > self.over_at

    @property
    def sitting_id(self) -> str:
        return self.sitting.rsplit("/", 1)[1]

    def hand_in(self) -> Answer:
        """Until the server has taken it; leads to the receipt."""
        return self.patiently(lambda: self.send(f"{self.sitting}/submit", self.token))

    def receipt(self) -> str:
        """The digest that the page of what was handed in shows."""
        page = self.patiently(lambda: self.ask("GET", f"{self.sitting}/receipt")).text
        found = re.search(r"\b[0-9a-f]{64}\b", page)
        return found[0] if found else ""

    def newest(self) -> dict[int, Choice]:
        """The last confirmed choice at every place; what was taken back is left out."""
        last: dict[int, Choice] = {}
        for key in sorted(self.confirmed):
            place, choice = self.sent[key]
            last[place] = choice
        return {place: choice for place, choice in last.items() if choice}
