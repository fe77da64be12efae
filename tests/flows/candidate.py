"""A candidate's browser without a browser: what the exam page's script sends, and its patience."""

from __future__ import annotations

import html
import http.client
import json
import random
import re
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.flows.house import PASSWORD, House

Choice = tuple[str, ...]
_INPUT = re.compile(r'<input type="(radio|checkbox)" name="item-(\d+)" value="([^"]+)"( checked)?')


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
    cookies: dict[str, str] = field(default_factory=dict)
    sitting: str = ""
    token: str = ""
    options: dict[int, tuple[str, list[str]]] = field(default_factory=dict)
    seq: int = 0
    sent: dict[int, tuple[int, Choice]] = field(default_factory=dict)
    confirmed: set[int] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
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
        shown = self.ask("GET", page).text
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown)
        assert found, shown[:500]
        body = urlencode({"csrf_token": html.unescape(found[1]), **fields})
        return self.ask("POST", path, body, "application/x-www-form-urlencoded")

    # ---- the exam ----

    def begin(self) -> None:
        """Sign in, start the exam, read the paper."""
        self.post("/sign-in", "/sign-in", username=self.username, password=PASSWORD)
        exam = f"/exams/{self.house.exam}"
        answer = self.post(f"{exam}/start", exam)
        self.sitting = answer.location
        self.read()

    def read(self) -> dict[int, Choice]:
        """Open the exam page; the options of every place, and what it shows as chosen."""
        page = self.ask("GET", self.sitting).text
        found = re.search(r'data-token="([^"]+)"', page)
        assert found, page[:500]
        self.token = html.unescape(found[1])
        chosen: dict[int, list[str]] = {}
        self.options = {}
        for kind, place, value, checked in _INPUT.findall(page):
            self.options.setdefault(int(place), (kind, []))[1].append(value)
            if checked:
                chosen.setdefault(int(place), []).append(value)
        return {place: tuple(sorted(values)) for place, values in chosen.items()}

    def choose(self, chance: random.Random) -> None:
        """Make up one's mind about some place and save it, until it is confirmed or refused."""
        place = chance.choice(sorted(self.options))
        kind, ids = self.options[place]
        count = chance.randint(0, len(ids)) if kind == "checkbox" else chance.randint(0, 1)
        self.seq += 1
        self.sent[self.seq] = place, tuple(sorted(chance.sample(ids, count)))

    def save(self, seq: int) -> Answer:
        place, choice = self.sent[seq]
        body = json.dumps({"lease": 1, "seq": seq, "position": place, "choice": list(choice)})
        answer = self.ask(
            "POST", f"{self.sitting}/responses", body, "application/json",
            **{"X-CSRFToken": self.token},
        )  # fmt: skip
        if answer.status == 200:
            assert json.loads(answer.text) == {"saved": seq}
            self.confirmed.add(seq)
        elif answer.status < 500:
            self.refused.append(f"{seq}: {answer.status} {answer.text[:200]}")
        return answer

    def save_until_confirmed(self, seq: int, patience: float = 30.0) -> None:
        """As the page does: the same save again and again until the server has confirmed it."""
        end = time.monotonic() + patience
        while seq not in self.confirmed and not self.refused:
            try:
                self.save(seq)
            except (OSError, http.client.HTTPException):
                assert time.monotonic() < end, "the server did not come back"
                time.sleep(0.05)

    def newest(self) -> dict[int, Choice]:
        """The last confirmed choice at every place; what was taken back is left out."""
        last: dict[int, Choice] = {}
        for seq in sorted(self.confirmed):
            place, choice = self.sent[seq]
            last[place] = choice
        return {place: choice for place, choice in last.items() if choice}
