"""What the simulated boards answer: routes, simulated clock, conditional requests, statistics, truth."""

from __future__ import annotations

import gzip
import hashlib
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Mapping
from datetime import date

import msgspec

from include.archive.reads import Board
from include.collect.boards import BoardRow, format_boards
from include.partitions import PartitionKeyError, day_key, parse_day, parse_week, week_name
from include.sample_market.boards import FORMATS, BoardWriter
from include.sample_market.config import MarketConfig
from include.sample_market.employers import Employer
from include.sample_market.faults import BODY_FAULTS, Fault, FaultBook
from include.sample_market.http_messages import JSON_TYPE, HttpRequest, HttpResponse, json_response
from include.sample_market.market import Market
from include.sample_market.spoiling import spoil

ROBOTS = b"User-agent: *\nDisallow: /_market/\nAllow: /\n"

_BODIES_KEPT = 600
_GZIP_LEVEL = 1  # the answer is packed once a day and board; speed counts
_TEXT_TYPE = "text/plain; charset=utf-8"
_FAULTS = msgspec.json.Decoder(dict[str, Fault])


class _Clock(msgspec.Struct):
    day: str


class _Body(msgspec.Struct, frozen=True):
    plain: bytes
    packed: bytes
    etag: str


class BoardStatistics(msgspec.Struct):
    """Requests that one board received on one simulated day."""

    requests: int = 0
    statuses: Counter[int] = msgspec.field(default_factory=Counter)
    user_agents: Counter[str] = msgspec.field(default_factory=Counter)
    faults: Counter[str] = msgspec.field(default_factory=Counter)


class Reply(msgspec.Struct, frozen=True):
    """An answer, and the fault in force: some faults lie in the answer, others in how it is sent."""

    response: HttpResponse
    fault: Fault | None = None


class MarketApplication:
    """Answers requests for one market; does no input or output of its own.

    Args:
        market: whose boards to serve.
        day: the simulated day at the start.
        faults: faults in force at the start, by board key.
    """

    def __init__(self, market: Market, day: date, faults: Mapping[str, Fault] | None = None) -> None:
        self.market = market
        self.faults = FaultBook(faults)
        self.statistics: dict[str, dict[str, BoardStatistics]] = defaultdict(
            lambda: defaultdict(BoardStatistics)
        )
        self._writer = BoardWriter(market)
        self._bodies: OrderedDict[tuple[object, ...], _Body] = OrderedDict()
        self._boards = {employer.board_key: employer for employer in market.employers}
        self._day = self._checked(day)

    @property
    def day(self) -> date:
        """The simulated day."""
        return self._day

    def set_day(self, day: date) -> None:
        """Move the simulated clock, forwards or back.

        Raises:
            ValueError: the day is outside the market's window.
        """
        self._day = self._checked(day)

    def answer(self, request: HttpRequest) -> Reply:
        """Return the answer to `request`, with the fault in force for its board."""
        parts = [part for part in request.path.split("/") if part]
        if parts[:1] == ["_market"]:
            return Reply(self._control(request, parts[1:]))
        if request.method not in ("GET", "HEAD"):
            return Reply(json_response({"error": f"{request.method} is not served here"}, 405))
        if parts == ["robots.txt"]:
            return self._counted(
                "robots.txt", request, HttpResponse(body=ROBOTS, headers=(("Content-Type", _TEXT_TYPE),))
            )
        match parts:
            case ["greenhouse", "v1", "boards", token, *rest] if rest in ([], ["jobs"]) or (
                len(rest) == 2 and rest[0] == "jobs"
            ):
                return self._greenhouse(request, token, rest)
            case ["lever", "v0", "postings", token, *rest] if len(rest) <= 1:
                return self._board("lever", request, token, rest[0] if rest else None)
            case ["ashby", "posting-api", "job-board", token]:
                return self._board("ashby", request, token, None)
        return Reply(json_response({"error": f"nothing is served at {request.path}"}, 404))

    def _greenhouse(self, request: HttpRequest, token: str, rest: list[str]) -> Reply:
        if rest:
            return self._board("greenhouse", request, token, rest[1] if len(rest) == 2 else None)
        employer = self._boards.get(f"greenhouse/{token}")
        if employer is None:
            return self._counted(f"greenhouse/{token}", request, _not_found("greenhouse"))
        described = {"name": employer.name, "content": f"<p>{employer.name} is a simulated employer.</p>"}
        return self._counted(employer.board_key, request, json_response(described))

    def _board(self, source: str, request: HttpRequest, token: str, native_id: str | None) -> Reply:
        key = f"{source}/{token}"
        employer = self._boards.get(key)
        if employer is None:
            return self._counted(key, request, _not_found(source))
        if native_id is not None:
            return self._counted(key, request, self._detail(employer, native_id))
        fault = self.faults.take(key)
        if fault is not None and fault.kind == "empty":
            body = _body(msgspec.json.encode(FORMATS[source].envelope([])))
        else:
            body = self._cached(employer, request)
        # A fault that lies in the body needs one: a 304 has none, and the board would seem well.
        is_spoilt = fault is not None and fault.kind in BODY_FAULTS
        response = _whole(request, body) if is_spoilt else _conditional(request, body)
        return self._counted(key, request, response, fault)

    def _detail(self, employer: Employer, native_id: str) -> HttpResponse:
        for posting in self.market.listed_on(employer, self._day):
            if posting.native_id == native_id:
                body = self._writer.posting(employer, posting, self._day)
                return HttpResponse(body=body, headers=(("Content-Type", JSON_TYPE),))
        return _not_found(employer.source)

    def _cached(self, employer: Employer, request: HttpRequest) -> _Body:
        is_greenhouse = employer.source == "greenhouse"
        has_content = not is_greenhouse or request.query.get("content") == "true"
        has_pay = not is_greenhouse or request.query.get("pay_transparency") == "true"
        key = (employer.board_key, self._day, has_content, has_pay)
        found = self._bodies.get(key)
        if found is None:
            plain = self._writer.board(employer, self._day)
            if not (has_content and has_pay):
                plain = _without(plain, content=not has_content, pay=not has_pay)
            found = self._bodies[key] = _body(plain)
            if len(self._bodies) > _BODIES_KEPT:
                self._bodies.popitem(last=False)
        else:
            self._bodies.move_to_end(key)
        return found

    def _counted(
        self, key: str, request: HttpRequest, response: HttpResponse, fault: Fault | None = None
    ) -> Reply:
        if key == "robots.txt":
            fault = self.faults.take(key)
        if fault is not None:
            response = spoil(request, response, fault)
        statistics = self.statistics[day_key(self._day)][key]
        statistics.requests += 1
        statistics.statuses[response.status] += 1
        statistics.user_agents[request.headers.get("user-agent", "")] += 1
        if fault is not None:
            statistics.faults[fault.kind] += 1
        return Reply(response, fault)

    def _control(self, request: HttpRequest, parts: list[str]) -> HttpResponse:
        match (request.method, parts):
            case ("GET", ["clock"]):
                return json_response({"day": day_key(self._day)})
            case ("PUT", ["clock"]):
                return self._put_clock(request.body)
            case ("GET", ["faults"]):
                return json_response(self.faults.in_force())
            case ("PUT", ["faults"]):
                return self._put_faults(request.body)
            case ("GET", ["boards.csv"]):
                body = boards_csv(self.market.employers).encode()
                return HttpResponse(body=body, headers=(("Content-Type", "text/csv; charset=utf-8"),))
            case ("GET", ["stats"]):
                return json_response(self.statistics)
            case ("GET", ["truth"]):
                return self._truth(request.query)
            case ("GET", ["truth", "openings"]):
                return self._truth_rows(request.query)
        return json_response({"error": f"{request.method} {request.path} is no control"}, 404)

    def _put_clock(self, body: bytes) -> HttpResponse:
        try:
            self.set_day(parse_day(msgspec.json.decode(body, type=_Clock).day))
        except (msgspec.MsgspecError, ValueError) as error:
            return json_response({"error": str(error)}, 400)
        return json_response({"day": day_key(self._day)})

    def _put_faults(self, body: bytes) -> HttpResponse:
        try:
            faults = _FAULTS.decode(body)
        except msgspec.MsgspecError as error:
            return json_response({"error": str(error)}, 400)
        unknown = sorted(set(faults) - set(self._boards) - {"robots.txt"})
        if unknown:
            return json_response({"error": f"no such board: {', '.join(unknown)}"}, 400)
        self.faults.replace(faults)
        return json_response(faults)

    def _truth(self, query: Mapping[str, str]) -> HttpResponse:
        try:
            monday = parse_week(query.get("week", week_name(self._day)))
            since = query.get("observed_since")
            observed_since = parse_day(since) if since else None
        except PartitionKeyError as error:
            return json_response({"error": str(error)}, 400)
        return json_response(self.market.true_weekly(monday, observed_since))

    def _truth_rows(self, query: Mapping[str, str]) -> HttpResponse:
        try:
            monday = parse_week(query.get("week", week_name(self._day)))
        except PartitionKeyError as error:
            return json_response({"error": str(error)}, 400)
        return json_response(list(self.market.truth_in(monday)))

    def _checked(self, day: date) -> date:
        config: MarketConfig = self.market.config
        if not config.first_week <= day <= config.end_day:
            raise ValueError(
                f"{day} is outside the market's window of {config.first_week} to {config.end_day}; "
                "start the server with a later --end-day or more --weeks"
            )
        return day


def boards_csv(employers: tuple[Employer, ...]) -> str:
    """Return the list of boards in the form of include/sources/boards.csv."""
    rows = [
        BoardRow(
            board=Board(source=employer.source, token=employer.token, employer=employer.name),
            is_enabled=True,
            note="simulated",
        )
        for employer in sorted(employers, key=lambda item: item.board_key)
    ]
    return format_boards(rows)


def _body(plain: bytes) -> _Body:
    packed = gzip.compress(plain, compresslevel=_GZIP_LEVEL, mtime=0)
    return _Body(plain, packed, f'"{hashlib.sha256(plain).hexdigest()[:32]}"')


def _conditional(request: HttpRequest, body: _Body) -> HttpResponse:
    asked = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if body.etag in asked:
        return HttpResponse(status=304, headers=_validators(body))
    return _whole(request, body)


def _whole(request: HttpRequest, body: _Body) -> HttpResponse:
    headers = (("Content-Type", JSON_TYPE), *_validators(body))
    if "gzip" in request.headers.get("accept-encoding", ""):
        return HttpResponse(body=body.packed, headers=(*headers, ("Content-Encoding", "gzip")))
    return HttpResponse(body=body.plain, headers=headers)


def _validators(body: _Body) -> tuple[tuple[str, str], ...]:
    return (("ETag", body.etag), ("Cache-Control", "max-age=60"), ("Vary", "Accept-Encoding"))


def _without(plain: bytes, *, content: bool, pay: bool) -> bytes:
    """Drop fields that Greenhouse sends only when they are asked for."""
    answer = msgspec.json.decode(plain)
    for job in answer["jobs"]:
        if content:
            for name in ("content", "departments", "offices"):
                job.pop(name, None)
        if pay:
            job.pop("pay_input_ranges", None)
    return msgspec.json.encode(answer)


def _not_found(source: str) -> HttpResponse:
    if source == "lever":
        return json_response({"ok": False, "error": "Document not found"}, 404)
    if source == "ashby":
        return HttpResponse(status=404, body=b"Not Found", headers=(("Content-Type", _TEXT_TYPE),))
    return json_response({"status": 404, "error": "Job not found"}, 404)
