"""Label ads from the command line: `python -m include.classify --in FILE.jsonl[.gz] --out FILE.jsonl`.

Each input line is a JSON object with `id`, `title` and either `description_text` or `description_html`.
Each output line has the same id and the labels; the cards of core_signals and of the tables of mentions
(include/tables) explain their values. Offsets refer to `description_text` exactly as given; for
`description_html` the row also carries `text`, which they refer to then.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, cast

import msgspec

from include.classify.classifier import classify
from include.json_text import whole_characters
from include.normalize.text import TextTooLargeError, html_to_text
from include.normalize.titles import role_family
from include.storage import StorageError, atomic_path


class InputRow(msgspec.Struct, kw_only=True):
    """One ad to label; other fields are ignored."""

    id: str | int
    title: str | None = None
    description_html: str | None = None
    description_text: str | None = None
    language: str | None = None


class SourceError(RuntimeError):
    """The input file cannot be read; the message says why."""


class InputError(ValueError):
    """An input line cannot be used; the message says what to mend."""


def label_row(row: InputRow) -> dict[str, Any]:
    """Return the output row of one ad.

    Raises:
        InputError: the row has no text, or more of it than is read.
    """
    title = row.title or ""
    stored_text: str | None = None
    if row.description_text is not None:
        text = row.description_text
    elif row.description_html is not None:
        try:
            text = stored_text = html_to_text(row.description_html)
        except TextTooLargeError as error:
            raise InputError(f"description_html is too large: {error}") from error
    else:
        raise InputError("neither description_html nor description_text: give one of them")
    family = role_family(title)
    labels = classify(title, text, row.language, role_family=family)
    output: dict[str, Any] = {
        "id": row.id,
        "role_family": family,
        "cert_status": labels.cert_status,
        "cert_timing": labels.cert_timing,
        "certs": [_cert_fields(mention) for mention in labels.certs],
        "criteria_status": labels.criteria_status,
        "criteria_tiers": labels.criteria_tiers,
        "criteria": labels.criteria,
        "generic_kpi": int(labels.generic_kpi),
        "degree_status": labels.degree_status,
        "dev_support": labels.dev_support,
        "framework_use": labels.framework_use,
        "archetype": labels.archetype,
        "requires_clearance": labels.requires_clearance,
        "evidence": labels.evidence,
        "versions": labels.versions,
    }
    if stored_text is not None:
        output["text"] = stored_text
    return output


def label_file(source: Path, target: IO[bytes]) -> tuple[int, int]:
    """Label every line of `source`, writing one line each to `target`.

    Unusable lines are reported on stderr with file and line, and left out.

    Returns:
        Number of rows written, number of lines refused.
    """
    decoder = msgspec.json.Decoder(InputRow)
    encoder = msgspec.json.Encoder()
    n_written = n_refused = 0
    for number, line in _lines(source):
        try:
            output = encoder.encode(label_row(decoder.decode(whole_characters(line))))
        except (msgspec.DecodeError, InputError, UnicodeError) as error:
            n_refused += 1
            print(f"{source}:{number}: {error}", file=sys.stderr)
            continue
        target.write(output + b"\n")
        n_written += 1
    return n_written, n_refused


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status (0 all labelled, 1 some lines refused, 2 nothing possible)."""
    parser = argparse.ArgumentParser(
        prog="python -m include.classify",
        description="Label job ads: certifications asked, success criteria stated, and the other labels.",
        epilog="Input rows: id, title, description_html or description_text. Lines that cannot be used are "
        "reported on stderr and left out; the exit status is then 1.",
    )
    parser.add_argument("--in", dest="source", type=Path, required=True, help="JSONL, may be gzipped (.gz)")
    parser.add_argument("--out", dest="target", type=Path, required=True, help="JSONL to write")
    options = parser.parse_args(arguments)
    try:
        with atomic_path(options.target) as temporary, temporary.open("wb") as target:
            n_written, n_refused = label_file(options.source, target)
    except (StorageError, SourceError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{n_written} rows labelled, {n_refused} lines refused", file=sys.stderr)
    return 1 if n_refused else 0


def _cert_fields(mention: Any) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.structs.asdict(mention)
    fields["class"] = fields.pop("cert_class")
    return fields


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as raw:
            is_gzip = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            stream = cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if is_gzip else raw
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield number, line.removeprefix(b"\xef\xbb\xbf")
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"cannot read {path}: {error}. Nothing was written.") from error


if __name__ == "__main__":
    sys.exit(main())
