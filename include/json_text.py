"""JSON that people write, made fit for a strict decoder, and JSON for people to read."""

from __future__ import annotations

import re
from typing import Any

import msgspec

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_ESCAPE = re.compile(
    rb"\\(?:(?P<pair>u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|"
    rb"(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


def whole_characters(json: bytes) -> bytes:
    r"""Return JSON with U+FFFD for each escaped half of a character (`\ud83d` without its other half).

    Who cuts a text after so many characters, as JavaScript counts them, cuts an emoji in two. Strict decoders
    refuse such a text, and with it the whole answer.
    """
    if not _SURROGATE.search(json):
        return json
    return _ESCAPE.sub(lambda match: rb"\ufffd" if match["half"] else match[0], json)


def readable_json(value: Any) -> bytes:
    """Return a value as JSON on indented lines."""
    return msgspec.json.format(msgspec.json.encode(value)) + b"\n"
