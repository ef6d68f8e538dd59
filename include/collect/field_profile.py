"""Which fields the records of an answer carry: a changed format shows before anybody misses a field.

No knowledge of a source is needed. Fields are counted under the path that leads to them, such as
`jobs[].title`; so a field that every object had can be told from one that only some had.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

import msgspec

from include.archive.profile import PATH_MARK, FieldProfile
from include.archive.reads import Answer
from include.collect.parsing.decoding import utf8_body
from include.collect.parsing.xml_feeds import parse_element
from include.collect.protocol import MalformedAnswer
from include.json_text import whole_characters

_MOST_ITEMS = 500  # of one list: enough to tell "every record" from "some"
_MOST_DETAILS = 100
_MOST_FIELDS = 60  # an object with more is a table keyed by data, not a record
_MOST_PATHS = 1_500
_DEEPEST = 8
_SHOWN = 8


def field_profile(answers: Sequence[Answer]) -> FieldProfile:
    """Count the fields of JSON and XML answers; pages of HTML have none."""
    profile = FieldProfile({}, {})
    details = 0
    for answer in answers:
        is_detail = answer.request.purpose == "detail"
        details += is_detail
        if not answer.is_success or (details > _MOST_DETAILS and is_detail):
            continue
        root = "detail" if is_detail else ""
        start = answer.body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
        try:
            if start in (b"{", b"["):
                _add(profile, root, msgspec.json.decode(whole_characters(utf8_body(answer))), 0)
            elif start == b"<":
                element = parse_element(answer)
                _add(profile, f"{root}{_local(element.tag)}", _as_object(element), 0)
        except (msgspec.DecodeError, RecursionError, MalformedAnswer):
            continue  # HTML, or what the parser says of it
    return profile


def format_changes(now: FieldProfile, board_before: FieldProfile, source_before: FieldProfile) -> str | None:
    """Say which fields vanished or appeared in every record of a board; None when none did.

    A field that only some records carry comes and goes with them. So a field counts as gone when every
    record of the board's last good read had it, every record of the source's boards that day too, and none
    has it now; and as new when every record has it and none of those had.

    Args:
        now: of the read that is judged.
        board_before: of the board's last good read.
        source_before: of all boards of the source on the day of that read.
    """
    gone = [
        path
        for path in board_before.fields
        if board_before.in_every(path) and source_before.in_every(path) and now.in_none(path)
    ]
    new = [
        path
        for path in now.fields
        if now.in_every(path) and board_before.in_none(path) and source_before.in_none(path)
    ]
    parts = [f"{word}: {_listed(paths)}" for word, paths in (("gone", gone), ("new", new)) if paths]
    return "; ".join(parts) or None


def _listed(paths: list[str]) -> str:
    shown = [path.replace(PATH_MARK, ".").lstrip(".") for path in sorted(paths)]
    return ", ".join(shown[:_SHOWN]) + (f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else "")


def _add(profile: FieldProfile, path: str, value: object, depth: int) -> None:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value[:_MOST_ITEMS]:
            _add(profile, f"{path}[]", item, depth + 1)
    elif isinstance(value, dict) and len(value) <= _MOST_FIELDS and len(profile.fields) < _MOST_PATHS:
        profile.objects[path] = profile.objects.get(path, 0) + 1
        for name, inner in value.items():
            field = f"{path}{PATH_MARK}{name.replace(PATH_MARK, '|')}"
            profile.fields[field] = profile.fields.get(field, 0) + 1
            _add(profile, field, inner, depth + 1)


def _as_object(element: Element) -> dict[str, object]:
    children: dict[str, list[object]] = {}
    for child in element:
        children.setdefault(_local(child.tag), []).append(_as_object(child) if len(child) else None)
    return dict(children)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]  # names of namespaces are addresses
