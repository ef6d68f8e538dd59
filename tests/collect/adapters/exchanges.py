"""Plays an adapter against scripted answers, as the polite client would, without a network."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import yaml

from include.archive.reads import Answer, Board, Request
from include.collect.adapters import ADAPTERS
from include.collect.protocol import BoardListing, Listing

CASES = Path(__file__).parent / "cases"
FETCHED_AT = datetime(2026, 11, 16, 6, 30, tzinfo=UTC)


def answer_to(request: Request, body: bytes, status: int = 200, content_type: str = "") -> Answer:
    """Return the answer to `request` as the client would hand it over."""
    return Answer(
        request=request,
        url=request.url,
        status=status,
        headers=(("content-type", content_type),) if content_type else (),
        fetched_at=FETCHED_AT,
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
    )


def list_answer(body: bytes | object, url: str = "https://board.example/list") -> Answer:
    """Return a 200 to a list request; objects are encoded as JSON."""
    return answer_to(Request(url=url), body if isinstance(body, bytes) else msgspec.json.encode(body))


def play(
    source: str, board: Board, respond: Callable[[Request], Answer], base_url: str | None = None
) -> list[Answer]:
    """Drive the adapter's requests to the end and return the answers."""
    answers: list[Answer] = []
    generator = ADAPTERS[source].requests(board, base_url)
    try:
        request = next(generator)
        while True:
            answers.append(respond(request))
            request = generator.send(answers[-1])
    except StopIteration:
        return answers


@dataclass
class Case:
    """One scripted exchange with a source and what must come of it."""

    source: str
    name: str
    board: Board
    exchange: list[dict[str, Any]]
    expect: dict[str, Any]
    requests: list[Request] = field(default_factory=list)

    def respond(self, request: Request) -> Answer:
        """Answer the next request of the script, after checking that it is the one expected."""
        assert len(self.requests) < len(self.exchange), f"request beyond the script: {request.url}"
        step = self.exchange[len(self.requests)]
        self.requests.append(request)
        method = "POST" if "post" in step else "GET"
        assert (request.method, request.url) == (method, step.get("post") or step["get"])
        assert request.purpose == step.get("purpose", "list")
        if "sends" in step:
            assert msgspec.json.decode(request.body or b"null") == step["sends"]
        return answer_to(request, self.body_of(step), step.get("status", 200), step.get("type", ""))

    @staticmethod
    def body_of(step: dict[str, Any]) -> bytes:
        """Return the scripted body."""
        return msgspec.json.encode(step["json"]) if "json" in step else str(step.get("text", "")).encode()

    def play(self) -> tuple[list[Answer], BoardListing]:
        """Run the whole exchange and parse it."""
        self.requests = []
        answers = play(self.source, self.board, self.respond)
        assert len(self.requests) == len(self.exchange), "the adapter stopped before the end of the script"
        return answers, ADAPTERS[self.source].parse(self.board, answers)


def all_cases() -> list[Case]:
    """Read the scripted exchanges of every source."""
    cases = []
    for path in sorted(CASES.glob("*.yaml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
            board = {"source": path.stem, "token": "acme", "employer": "Acme"} | entry.get("board", {})
            cases.append(
                Case(
                    path.stem,
                    entry["name"],
                    msgspec.convert(board, Board),
                    entry["exchange"],
                    entry["expect"],
                )
            )
    return cases


def plain(listing: Listing) -> dict[str, Any]:
    """Return the fields of a listing that are not at their default, in the notation of the cases."""
    defaults = Listing(native_id="", title="", raw_pointer="")
    fields: dict[str, Any] = {}
    for name in Listing.__struct_fields__:
        value = getattr(listing, name)
        if value == getattr(defaults, name):
            continue
        if name == "places":
            value = [f"{p.text} [{p.country_code}]" if p.country_code else p.text for p in value]
        elif name == "pay":
            value = [[p.minimum, p.maximum, p.currency, p.period] for p in value]
        elif isinstance(value, date):  # a datetime is one too
            value = value.isoformat()
        fields[name] = value
    return fields
