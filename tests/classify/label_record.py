"""Labels that the shipped versions give to invented texts, kept to show a change that no version tells.

A classifier that labels differently under the same version makes a change of method look like a change of the
labour market. So the labels of some hundred invented texts, and the readings of as many titles, are kept as
hashes beside the versions that gave them. A change that shows in none of them stays unseen.
`python -m tests.classify.label_record` writes the record anew.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from include.classify.classifier import Ad, classify_all
from include.classify.training.labelled import INVENTED_FILE
from include.classify.versions import VERSIONS
from include.normalize.titles import TITLES_VERSION, role_family, seniority
from include.sample_market.config import MarketConfig
from include.sample_market.market import generate
from include.sample_market.markup import ad_plain
from include.settings import PROJECT_ROOT

RECORD = Path(__file__).parent / "data" / "label_record.json"
_INVENTED = (
    (Path(__file__).parent / "data" / "codebook_examples.csv", "text"),
    (PROJECT_ROOT / "include" / "classify" / "lexicon" / "certifications.csv", "name"),
)
_TITLES = PROJECT_ROOT / "tests" / "normalize" / "titles.csv"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What some versions made of the texts.

    Attributes:
        labels: hash of a text to hash of its labels.
        titles: hash of a title to hash of its family and rank.
    """

    lexicon: str
    rules: str
    model: str
    titles_version: str
    labels: dict[str, str]
    titles: dict[str, str]

    def unsaid_changes(self, new: Record) -> list[str]:
        """Return what reads otherwise in `new` although no version that covers it was raised."""
        changes = []
        if (self.lexicon, self.rules, self.model) == (new.lexicon, new.rules, new.model):
            n_changed = _n_changed(self.labels, new.labels)
            if n_changed:
                changes.append(
                    f"{n_changed} texts have other labels: raise the version of the lexicon, the rules or "
                    "the model in include/classify/versions.py"
                )
        if self.titles_version == new.titles_version:
            n_changed = _n_changed(self.titles, new.titles)
            if n_changed:
                changes.append(
                    f"{n_changed} titles are read otherwise: raise the version in "
                    "include/normalize/titles.yaml"
                )
        return changes


def read_record() -> Record:
    """Return the kept record."""
    return msgspec.json.decode(RECORD.read_bytes(), type=Record)


def make_record() -> Record:
    """Return the record of the code at hand."""
    ads = list(_ads())
    labels = {
        _hash(f"{ad.title}\n{ad.text}"): _hash(repr(msgspec.structs.replace(of_ad, versions=_NO_VERSIONS)))
        for ad, of_ad in zip(ads, classify_all(ads), strict=True)
    }
    titles = [row["title"] for row in csv.DictReader(_TITLES.read_text(encoding="utf-8").splitlines())]
    return Record(
        lexicon=VERSIONS.lexicon,
        rules=VERSIONS.rules,
        model=VERSIONS.model,
        titles_version=TITLES_VERSION,
        labels=dict(sorted(labels.items())),
        titles={
            _hash(title): _hash(f"{role_family(title)} {seniority(title)}")
            for title in sorted(dict.fromkeys([*titles, *(ad.title for ad in ads)]))
        },
    )


def main() -> int:
    """Write the record anew, unless a change is not told by a version; return the process's exit code."""
    new = make_record()
    changes = read_record().unsaid_changes(new) if RECORD.exists() else []
    if changes:
        print("\n".join(changes), file=sys.stderr)
        return 1
    RECORD.write_bytes(msgspec.json.format(msgspec.json.encode(new), indent=1) + b"\n")
    print(f"{RECORD.name}: {len(new.labels)} texts, {len(new.titles)} titles")
    return 0


_NO_VERSIONS = msgspec.structs.replace(VERSIONS, lexicon="", rules="", model="")


def _ads() -> Iterator[Ad]:
    for file, column in _INVENTED:
        for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
            yield Ad("Product Manager", row[column])
    for line in INVENTED_FILE.read_text(encoding="utf-8").splitlines():
        yield Ad("Product Manager", line.partition("\t")[2].replace("\\n", "\n"))
    market = generate(MarketConfig(weeks=1, product_openings_per_week=400))
    for opening in market.openings:
        ad = market.ad(opening)
        yield Ad(ad.title, ad_plain(ad.sections), ad.language)


def _n_changed(old: dict[str, str], new: dict[str, str]) -> int:
    return sum(new.get(key, value) != value for key, value in old.items())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


if __name__ == "__main__":
    sys.exit(main())
