"""A candidate's browser: one kept connection, cookies, tokens, and what exam.js sends."""

from __future__ import annotations

import http.client
import json
import re
import time
from html import unescape
from urllib.parse import urlencode

from benchmarks.hall import PASSWORD

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
DATA = re.compile(r'data-(lease|next-seq|token|save-url|summary-url)="([^"]*)"')
INPUT = re.compile(r'<input type="(radio|checkbox)" name="item-(\d+)" value="([^"]+)"')
LANGUAGE = {"Accept-Language": "zh-CN,zh;q=0.9", "User-Agent": "bench"}


class Candidate:
    """Does by HTTP what a person's browser does; counts what went wrong."""

    def __init__(self, port: int, username: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}
        self.username = username
        self.requests = 0
        self.faults: list[str] = []
        self.waits: list[float] = []  # seconds that each save took

    def ask(
        self, method: str, path: str, expect: int, body: bytes | None = None, **headers: str
    ) -> tuple[str, str]:
        """The body and the address that a redirect leads to."""
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{n}={v}" for n, v in self._cookies.items())
        self.requests += 1
        try:
            self._connection.request(method, path, body, LANGUAGE | headers)
            answer = self._connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            self.faults.append(f"{method} {path}: {error!r}")
            return "", ""
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name] = value
        if answer.status != expect:
            self.faults.append(f"{method} {path}: {answer.status} instead of {expect}")
        return text, answer.headers.get("Location", "")

    def _send(self, path: str, **fields: str) -> str:
        """Send a form; where the answer leads to."""
        body = urlencode(fields).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, 302, body, **kind)[1]

    def sign_in(self) -> None:
        token = _token(self.ask("GET", "/sign-in", 200)[0])
        self._send("/sign-in", csrf_token=token, username=self.username, password=PASSWORD, next="")

    def lobby(self, exam: str) -> None:
        """The page with the rules and the button."""
        self._exam = exam
        self._token = _token(self.ask("GET", f"/exams/{exam}", 200)[0])

    def start(self) -> None:
        self._page = self._send(f"/exams/{self._exam}/start", csrf_token=self._token)

    def page(self) -> None:
        """The exam page with all its items."""
        html = self.ask("GET", self._page, 200)[0]
        self._data = {name: unescape(value) for name, value in DATA.findall(html)}
        self._choices: dict[int, list[str]] = {}
        for kind, position, option in INPUT.findall(html):
            chosen = self._choices.setdefault(int(position), [])
            if len(chosen) < (2 if kind == "checkbox" else 1):
                chosen.append(option)

    def save_all(self) -> None:
        """One choice after the other, each as exam.js sends it, each confirmed."""
        url = self._data["save-url"]
        lease, first = int(self._data["lease"]), int(self._data["next-seq"])
        headers = {"Content-Type": "application/json", "X-CSRFToken": self._data["token"]}
        for seq, (position, choice) in enumerate(self._choices.items(), first):
            sent = {"lease": lease, "seq": seq, "position": position, "choice": choice}
            body = json.dumps(sent).encode()
            began = time.perf_counter()
            text = self.ask("POST", url, 200, body, **headers)[0]
            self.waits.append(time.perf_counter() - began)
            if f'"saved":{seq}' not in text.replace(" ", ""):
                self.faults.append(f"save {seq} was not confirmed: {text[:80]}")

    def hand_in(self) -> None:
        """The summary, the button, the receipt."""
        token = _token(self.ask("GET", self._data["summary-url"], 200)[0])
        self.ask("GET", self._send(f"{self._page}/submit", csrf_token=token), 200)

    def review(self) -> None:
        """The released paper with keys, rationales and articles."""
        self.ask("GET", f"{self._page}/review", 200)

    @property
    def places(self) -> int:
        return len(self._choices)

    def rest(self) -> None:
        """Between two steps the server may close an idle connection; the next one opens anew."""
        self._connection.close()


def _token(html: str) -> str:
    found = TOKEN.search(html)
    return unescape(found.group(1)) if found else ""
