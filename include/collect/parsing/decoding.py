"""From an answer's bytes to its envelope, decoded strictly: a wrong one is a `MalformedAnswer`."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from include.archive.reads import Answer
from include.collect.protocol import MalformedAnswer
from include.json_text import whole_characters

_Envelope = TypeVar("_Envelope")

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


def list_answers(answers: Sequence[Answer]) -> list[Answer]:
    """Return the answers to list requests, in order, whatever their status.

    Raises:
        MalformedAnswer: there is none.
    """
    lists = [answer for answer in answers if answer.request.purpose == "list"]
    if not lists:
        raise MalformedAnswer("no answer to a list request: nothing to read")
    return lists


def successful_lists(answers: Sequence[Answer]) -> list[Answer]:
    """Return the answers to list requests, in order.

    Raises:
        MalformedAnswer: there is none, or one of them is no success.
    """
    lists = list_answers(answers)
    for answer in lists:
        require_ok(answer)
    return lists


def require_ok(answer: Answer) -> None:
    """Check that an answer is a success (2xx).

    Raises:
        MalformedAnswer: it is not.
    """
    if not answer.is_success:
        raise MalformedAnswer(f"{answer.request.url} answered {answer.status}: there is no board to read")


def decode_envelope(answer: Answer, envelope: type[_Envelope]) -> _Envelope:
    """Decode the JSON envelope of an answer; fields the type does not name are ignored.

    Raises:
        MalformedAnswer: the body is not JSON or not of this shape; the message names the URL and the place.
    """
    require_ok(answer)
    try:
        return msgspec.json.decode(whole_characters(utf8_body(answer)), type=envelope)
    except msgspec.DecodeError as error:
        start = answer.body[:60].decode("utf-8", "replace")
        raise MalformedAnswer(f"{answer.request.url}: {error}; the body starts {start!r}") from error
    except RecursionError as error:
        raise MalformedAnswer(f"{answer.request.url}: the JSON is nested too deeply to be a board") from error


def utf8_body(answer: Answer) -> bytes:
    """Return the body as UTF-8 without a byte order mark, whatever the host said its charset is.

    UTF-8 is tried first, because hosts that declare something else mostly send UTF-8 all the same.

    Raises:
        MalformedAnswer: the body is neither UTF-8 nor of a declared charset that Python knows.
    """
    body = answer.body
    if body.startswith(codecs.BOM_UTF8):
        return body[3:]
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _transcode(answer, "utf-16")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        declared = _CHARSET.search(dict(answer.headers).get("content-type", ""))
        return _transcode(answer, declared[1] if declared else "utf-8")
    return body


def _transcode(answer: Answer, charset: str) -> bytes:
    try:
        return answer.body.decode(charset).encode("utf-8")
    except (UnicodeError, LookupError) as error:
        raise MalformedAnswer(f"{answer.request.url}: the body is not {charset} text: {error}") from error
