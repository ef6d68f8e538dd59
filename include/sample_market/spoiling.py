"""What faults make of right answers."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import urlencode

import msgspec

from include.sample_market.faults import LOGIN_PAGE, Fault, gzip_bomb
from include.sample_market.http_messages import HttpRequest, HttpResponse, json_response


def spoil(request: HttpRequest, response: HttpResponse, fault: Fault) -> HttpResponse:
    """Return what `fault` makes of `response`: the response itself when the fault lies in how it is sent.

    Args:
        request: what was asked.
        response: the right answer.
        fault: what is to go wrong.
    """
    match fault.kind:
        case "too_many_requests":
            return _too_many(f"{fault.seconds:.0f}")
        case "too_many_requests_date":
            when = datetime.now(UTC) + timedelta(seconds=fault.seconds)
            return _too_many(format_datetime(when, usegmt=True))
        case "server_error":
            return json_response({"error": "internal error"}, 500)
        case "gone":
            return json_response({"status": 404, "error": "Job not found"}, 404)
        case "redirect_loop":
            return HttpResponse(status=302, headers=(("Location", _target(request)),))
        case "login_page":
            return HttpResponse(body=LOGIN_PAGE, headers=(("Content-Type", "text/html; charset=utf-8"),))
        case "gzip_bomb":
            headers = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))
            return HttpResponse(body=gzip_bomb(), headers=headers)
        case "malformed_json":
            plain = unpacked(response)
            return msgspec.structs.replace(plain, body=plain.body[: len(plain.body) // 2])
        case "missing_id":
            return _without_first_id(unpacked(response))
        case "wrong_charset":
            lie = ("Content-Type", "application/json; charset=utf-16")
            return HttpResponse(body=unpacked(response).body, headers=(lie,))
        case "endless":
            return unpacked(response)
        case _:
            return response


def unpacked(response: HttpResponse) -> HttpResponse:
    """Return `response` without content coding and validators (its bytes will not match them)."""
    dropped = {"content-encoding", "etag"}
    is_packed = any(name.lower() == "content-encoding" for name, _ in response.headers)
    return HttpResponse(
        status=response.status,
        body=gzip.decompress(response.body) if is_packed else response.body,
        headers=tuple(pair for pair in response.headers if pair[0].lower() not in dropped),
    )


def _too_many(retry_after: str) -> HttpResponse:
    answer = json_response({"error": "too many requests"}, 429)
    return msgspec.structs.replace(answer, headers=(*answer.headers, ("Retry-After", retry_after)))


def _target(request: HttpRequest) -> str:
    return f"{request.path}?{urlencode(request.query)}" if request.query else request.path


def _without_first_id(response: HttpResponse) -> HttpResponse:
    try:
        answer = msgspec.json.decode(response.body)
    except msgspec.DecodeError:  # not a board: lever's and ashby's 404 is a text
        return response
    records = answer.get("jobs", []) if isinstance(answer, dict) else answer
    if records:
        records[0].pop("id", None)
    return msgspec.structs.replace(response, body=msgspec.json.encode(answer))
