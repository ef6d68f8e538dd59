"""The list of boards to read: `boards.csv`, one row per board."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from include.archive.reads import Board
from include.archive.redaction import is_secret_name
from include.collect.adapters import ADAPTERS
from include.collect.board_options import option_problem
from include.errors import ExplainedError

COLUMNS = ("source", "token", "employer", "enabled", "options", "note")
"""The columns, in order. `options` holds `name=value` pairs, separated by semicolons."""

_SOURCE = re.compile(r"[a-z][a-z0-9_]*")
_OPTION = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_SHOWN_PROBLEMS = 20


class BoardsFileError(ExplainedError, ValueError):
    """The boards file cannot be used; the message lists every problem with its line and mend."""


class BoardRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the file.

    Attributes:
        is_enabled: it is to be read.
        note: why it is there, or why it is not enabled.
    """

    board: Board
    is_enabled: bool
    note: str = ""


def load_boards(path: Path) -> list[BoardRow]:
    """Read and check the whole file.

    Args:
        path: CSV in UTF-8 with the header `COLUMNS`; `options` and `note` may be left out.

    Raises:
        BoardsFileError: the file is missing, not UTF-8, has another header, or has rows that cannot be used.
    """
    rows = _parsed(path)
    header = next(rows, None)
    if header is None:
        raise BoardsFileError(f"{path} is empty: give it the header {','.join(COLUMNS)}")
    names = [name.strip().lower() for name in header[1]]
    _check_header(path, names)
    found: list[BoardRow] = []
    problems: list[str] = []
    seen: dict[tuple[str, str], int] = {}
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            problems.append(
                f"line {line}: {len(cells)} cells, expected {len(names)}; quote cells with commas"
            )
            continue
        row = _row(line, dict(zip(names, (cell.strip() for cell in cells), strict=True)), problems)
        if row is None:
            continue
        key = row.board.key
        if key in seen:
            problems.append(f"line {line}: {key[0]}/{key[1]} stands on line {seen[key]} already; remove one")
        elif key[0] not in ADAPTERS:
            problems.append(f"line {line}: there is no source {key[0]!r}; known are {', '.join(ADAPTERS)}")
        elif wrong := _wrong_options(row.board):
            problems += [f"line {line}: {problem}" for problem in wrong]
        else:
            seen[key] = line
            found.append(row)
    if problems:
        more = len(problems) - _SHOWN_PROBLEMS
        shown = problems[:_SHOWN_PROBLEMS] + ([f"and {more} more"] if more > 0 else [])
        raise BoardsFileError(f"{path} cannot be used:\n  " + "\n  ".join(shown))
    return found


def _wrong_options(board: Board) -> list[str]:
    found = (option_problem(board.source, name, value) for name, value in board.options.items())
    return [problem for problem in found if problem]


def format_boards(rows: list[BoardRow]) -> str:
    """Return the file's text for `rows`; `load_boards` reads it back unchanged."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        options = ";".join(f"{name}={value}" for name, value in row.board.options.items())
        enabled = "true" if row.is_enabled else "false"
        writer.writerow([row.board.source, row.board.token, row.board.employer, enabled, options, row.note])
    return sink.getvalue()


def _parsed(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise BoardsFileError(
            f"{path} does not exist: name another file in HIRING_SIGNALS_BOARDS_FILE, or make it with the "
            f"header {','.join(COLUMNS)}"
        ) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BoardsFileError(f"{path}, line {line}: not UTF-8; save the file as UTF-8") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise BoardsFileError(
            f"{path}, line {reader.line_num}: {error}; check the quotes of this row and the one before"
        ) from None


def _check_header(path: Path, names: list[str]) -> None:
    missing = [name for name in COLUMNS[:4] if name not in names]
    unknown = [name for name in names if name not in COLUMNS]
    if missing or unknown or len(set(names)) != len(names):
        raise BoardsFileError(
            f"{path}, line 1: the header is {','.join(names)}, expected {','.join(COLUMNS)}"
            + (f"; missing: {', '.join(missing)}" if missing else "")
            + (f"; unknown: {', '.join(unknown)}" if unknown else "")
        )


def _row(line: int, cells: Mapping[str, str], problems: list[str]) -> BoardRow | None:
    before = len(problems)
    if not _SOURCE.fullmatch(cells["source"]):
        problems.append(
            f"line {line}: source {cells['source']!r}: an adapter's name such as greenhouse is needed"
        )
    if not cells["token"]:
        problems.append(f"line {line}: token is empty: give the board's name as it stands in its URL")
    elif any(ord(letter) < 32 or ord(letter) == 127 for letter in cells["token"]):
        problems.append(f"line {line}: token {cells['token']!r} holds a control character; type it anew")
    if not cells["employer"]:
        problems.append(f"line {line}: employer is empty: give the name to show")
    enabled = _TRUTH.get(cells["enabled"].lower())
    if enabled is None:
        problems.append(f"line {line}: enabled is {cells['enabled']!r}: write true or false")
    options = _options(line, cells.get("options", ""), problems)
    if len(problems) > before:
        return None
    return BoardRow(
        board=Board(
            source=cells["source"], token=cells["token"], employer=cells["employer"], options=options
        ),
        is_enabled=bool(enabled),
        note=cells.get("note", ""),
    )


def _options(line: int, text: str, problems: list[str]) -> dict[str, str]:
    options: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(";"))):
        name, equals, value = pair.partition("=")
        name = name.strip()
        if not equals or not _OPTION.fullmatch(name):
            problems.append(f"line {line}: option {pair!r}: write name=value; name=value")
        elif name in options:
            problems.append(f"line {line}: option {name} is given twice")
        elif is_secret_name(name):
            problems.append(
                f"line {line}: option {name} looks like a secret; keep it in an Airflow connection instead"
            )
        else:
            options[name] = value.strip()
    return options
