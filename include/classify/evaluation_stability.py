"""Labels of ads that are typed otherwise: `python -m include.classify.evaluation_stability`.

Who types an ad, and what a collection makes of it, must not decide what is said of it. The English ads with a
product title or a neighbouring one are labelled as they are and after each change of how they are typed; the
table counts the ads that have another label then. Only ads count that a change alters: those with list marks
where these are lost, those that kept their line breaks where they are lost. The texts are evaluation data
outside the project; nothing is kept unless a file is named.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, get_args

from include.classify import classifier
from include.classify.classifier import classify_all
from include.classify.evaluation_data import add_shared_option, refusal, write_rows
from include.classify.labels import Labels
from include.classify.structure.lines import BULLET_MARKS
from include.classify.structure.lost_breaks import VERY_LONG_LINE
from include.classify.training.labelled import Ad, ads_titled
from include.classify.training.line_starts import (
    LOSSES,
    Loss,
    flattened,
    has_its_breaks,
    is_mostly_long_lines,
    lines_of,
)
from include.normalize.languages import detect_language
from include.role_families import RoleFamily

_FAMILIES: Final = tuple(family for family in get_args(RoleFamily) if family != "not_product")
_BATCH_SIZE: Final = 200

_LIST_MARK: Final = re.compile(rf"^[ >]*(?:[-*+–—](?= )|[{BULLET_MARKS}]) *", re.MULTILINE)
_GAP: Final = re.compile(r"(?<=[^ \n]) ")  # not at a line's start: there blanks nest lists
_OPENING_QUOTE: Final = re.compile(r'(?<![^\s(])"')
_HYPHEN: Final = re.compile(r"(?<=\w)-(?=\w)")

LABELS: Final[dict[str, Callable[[Labels], str]]] = {
    "certification status": lambda labels: labels.cert_status,
    "criteria status": lambda labels: labels.criteria_status,
    "degree": lambda labels: labels.degree_status,
    "framework": lambda labels: labels.framework_use,
    "support": lambda labels: "+".join(labels.dev_support) or "none",
}
"""The labels that are compared, by their heading in the table."""


class Changed(NamedTuple):
    """A label that an ad has no longer once it is typed otherwise."""

    change: str
    label: str
    id: str
    before: str
    after: str


def without_list_marks(text: str) -> str:
    """Return a text whose list items are plain lines."""
    return _LIST_MARK.sub("", text)


def without_breaks(text: str, loss: Loss) -> str:
    """Return a text as one line without marks of lists and headings, or as it is if it was flat before."""
    lines = lines_of(text)
    return flattened(lines, loss)[0] if has_its_breaks(lines) else text


def in_print(text: str) -> str:
    """Return a text with curly quotes, and with the hyphen that no line ends at."""
    text = _OPENING_QUOTE.sub("“", text).replace('"', "”").replace("'", "’")
    return _HYPHEN.sub("\u2011", text)


def spaced(text: str, blank: str = " \u00a0", n_breaks: int = 2) -> str:
    """Return a text with other blanks between words, more of them, and with blank lines."""
    return _GAP.sub(blank, text).replace("\n", "\n" * n_breaks)


def _name(loss: Loss) -> str:
    what = "line breaks and punctuation" if loss.marks else "line breaks"
    return f"{what} lost, {'nothing' if loss.blanks else 'a blank'} in their place"


CHANGES: Final[dict[str, Callable[[str], str]]] = {
    "upper case": str.upper,
    "list marks lost": without_list_marks,
    **{_name(loss): partial(without_breaks, loss=loss) for loss in LOSSES},
    "curly quotes, other hyphens": in_print,
    "other spacing, blank lines": spaced,
}
"""How an ad can be typed otherwise, by the name of the row in the table."""


def changed_labels(
    ads: Sequence[Ad], changes: Mapping[str, Callable[[str], str]] = CHANGES
) -> tuple[dict[str, int], list[Changed]]:
    """Return how many ads each change alters, and every label that is another one then."""
    n_altered = dict.fromkeys(changes, 0)
    found: list[Changed] = []
    for start in range(0, len(ads), _BATCH_SIZE):
        batch = ads[start : start + _BATCH_SIZE]
        before = _labels(batch)
        for change, typed in changes.items():
            texts = [typed(ad.text) for ad in batch]
            altered = [n for n, ad in enumerate(batch) if texts[n] != ad.text]
            after = _labels([batch[n]._replace(text=texts[n]) for n in altered])
            n_altered[change] += len(altered)
            for n, labels in zip(altered, after, strict=True):
                found += _differences(change, batch[n].id, before[n], labels)
    return n_altered, found


def _labels(ads: Sequence[Ad]) -> list[Labels]:
    return classify_all([classifier.Ad(ad.title, ad.text) for ad in ads])


def _differences(change: str, ad_id: str, before: Labels, after: Labels) -> list[Changed]:
    return [
        Changed(change, name, ad_id, value(before), value(after))
        for name, value in LABELS.items()
        if value(before) != value(after)
    ]


def table(n_altered: Mapping[str, int], changed: Iterable[Changed]) -> str:
    """Return how many ads have another label after each change, as a Markdown table."""
    n_changed = Counter((each.change, each.label) for each in changed)
    rows = [f"| change | ads | {' | '.join(LABELS)} |", f"|---|---:|{'---:|' * len(LABELS)}"]
    for change, n_ads in n_altered.items():
        counts = [n_ads, *(n_changed[change, label] for label in LABELS)]
        rows.append(f"| {change} | {' | '.join(f'{n:,}' for n in counts)} |")
    return "\n".join(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, write the changed labels where told to; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m include.classify.evaluation_stability", description=__doc__
    )
    add_shared_option(parser, "corpus/")
    parser.add_argument("--changes", type=Path, help="file for every changed label; outside the project")
    options = parser.parse_args(arguments)
    if refused := refusal(options.changes):
        print(refused, file=sys.stderr)
        return 2
    try:
        titled = list(ads_titled(options.shared / "corpus", _FAMILIES))
    except OSError as error:
        print(f"cannot read the ads: {error}. Give their folder with --shared.", file=sys.stderr)
        return 2
    ads = [ad for ad in titled if detect_language(ad.text) == "en"]
    n_long = sum(is_mostly_long_lines(ad.text) for ad in ads)
    print(f"{len(ads):,} different English texts of product ads and their neighbours, {n_long:,} of which")
    print(f"hold most of their characters in lines of over {VERY_LONG_LINE}\n")
    n_altered, changed = changed_labels(ads)
    print(table(n_altered, changed))
    if options.changes is not None:
        write_rows(options.changes, [each._asdict() for each in changed])
        print(f"{len(changed)} changed labels written to {options.changes}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
