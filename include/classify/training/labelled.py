"""Labelled material for the models, read from a folder outside the repository.

Three sources: postings labelled whole by two annotators (`gold/`), whose quotes say which passages count;
single passages labelled by reading (`passage_labels.csv`, which names a posting by hash and a character
offset); and postings labelled for their archetype by reading (`archetype_labels.csv`). Texts are
plain (include/classify/plain_text.py), as the classifiers read them, and offsets are offsets in these.
The label files hold no text.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

from include.classify.archetype import archetype_features
from include.classify.cues import find_cues
from include.classify.plain_text import PlainText
from include.classify.success.candidates import Candidate, find_candidates
from include.classify.success.features import features, reading
from include.normalize.titles import role_family
from include.role_families import PRODUCT_FAMILIES, RoleFamily

PassageLabel = Literal["explicit", "partial", "none"]

LABELS_FILE = Path(__file__).parent / "passage_labels.csv"
ARCHETYPE_LABELS_FILE = Path(__file__).parent / "archetype_labels.csv"
INVENTED_FILE = Path(__file__).parent / "invented_passages.txt"
CERTAIN_WEIGHT = 2.0
"""What an invented passage or one of a posting with two annotators counts, against one of a single reader."""
_NEAREST = 150  # characters between a labelled cue and the candidate's, when the cue patterns have changed


class Passage(NamedTuple):
    """A candidate passage as the model sees it; `label` is None when nobody judged it."""

    features: list[str]
    label: PassageLabel | None
    weight: float = 1.0


class GoldPosting(NamedTuple):
    """A posting labelled whole.

    Attributes:
        file: `postings` (product and related roles) or `criteria` (any occupation, rich in criteria).
        weight: 1 / inclusion probability, to speak of the population.
        is_population: of the strata that make up the product population.
    """

    file: Literal["postings", "criteria"]
    id: str
    title: str
    text: str
    status: str
    generic_kpi: bool
    archetype: str | None
    source: str
    weight: float
    is_population: bool
    passages: tuple[Passage, ...]


def read_gold(folder: Path) -> list[GoldPosting]:
    """Read the labelled postings below `folder` (the evaluation data's `gold`).

    Raises:
        OSError: a file is missing.
    """
    return [
        _gold_posting(file, row)
        for file in ("postings", "criteria")
        for row in json_lines(folder / f"{file}.dev.jsonl.gz")
    ]


def read_passages(corpus: Path, labels: Path = LABELS_FILE) -> list[tuple[str, Passage]]:
    """Read the singly labelled passages from the unlabelled postings below `corpus`.

    Returns:
        Pairs of the posting's text and the passage.

    Raises:
        OSError: a file is missing.
    """
    wanted: dict[str, list[_PassageLabel]] = defaultdict(list)
    with labels.open(newline="") as file:
        for row in csv.DictReader(file):
            wanted[row["posting"]].append(_PassageLabel(int(row["offset"]), _label(row["label"])))
    found: list[tuple[str, Passage]] = []
    for posting in ads(corpus):
        at = wanted.pop(posting_hash(posting.id), None)
        if at:
            found.extend((posting.text, passage) for passage in _labelled_passages(posting, at))
    return found


class KindExample(NamedTuple):
    """A posting whose archetype one reader gave."""

    text: str
    features: dict[str, float]
    archetype: str


class KpiExample(NamedTuple):
    """A posting of which is known whether it talks of KPIs in general."""

    text: str
    has_kpi_talk: bool


def read_archetypes(corpus: Path, labels: Path = ARCHETYPE_LABELS_FILE) -> list[KindExample]:
    """Read the singly labelled archetypes of unlabelled postings below `corpus`.

    Raises:
        OSError: a file is missing.
    """
    with labels.open(newline="") as file:
        wanted = {row["posting"]: row["archetype"] for row in csv.DictReader(file)}
    found: list[KindExample] = []
    for posting in ads(corpus):
        archetype = wanted.pop(posting_hash(posting.id), None)
        if archetype is not None:
            # Product-marketing ads lend their texts as examples of marketing_gtm; their titles say it all.
            title = posting.title if role_family(posting.title) in PRODUCT_FAMILIES else ""
            found.append(KindExample(posting.text, archetype_features(posting.text, title), archetype))
    return found


def read_invented(path: Path = INVENTED_FILE) -> list[Passage]:
    """Read the invented passages: canonical forms, and languages that the labelled postings hardly have."""
    found: list[Passage] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        label, _, words = line.partition("\t")
        text = words.replace("\\n", "\n")
        found.extend(
            Passage(sorted(features(reading(text, candidate))), _label(label), weight=CERTAIN_WEIGHT)
            for candidate in find_candidates(text, find_cues(text))
        )
    return found


def posting_hash(posting_id: str) -> str:
    """Return the name of a posting in the label file."""
    return hashlib.sha256(posting_id.encode()).hexdigest()[:12]


class _PassageLabel(NamedTuple):
    """One row of `passage_labels.csv`.

    Attributes:
        offset: of the passage's cue, in characters.
    """

    offset: int
    label: PassageLabel


def _labelled_passages(posting: Ad, labels: list[_PassageLabel]) -> Iterator[Passage]:
    text = posting.text
    candidates = find_candidates(text, find_cues(text))
    for offset, label in labels:
        nearest = min(candidates, key=lambda candidate: abs(candidate.cue_start - offset), default=None)
        if nearest is not None and abs(nearest.cue_start - offset) <= _NEAREST:
            read = reading(text, nearest, posting.title)
            yield Passage(sorted(features(read)), label)


def _gold_posting(file: Literal["postings", "criteria"], row: dict[str, Any]) -> GoldPosting:
    labels = row["labels"] if file == "postings" else row
    text = PlainText(row["text"]).text
    candidates = find_candidates(text, find_cues(text))
    stratum = str(row["stratum"])
    return GoldPosting(
        file=file,
        id=row["id"],
        title=row["title"],
        text=text,
        status=labels["criteria_status"],
        generic_kpi=bool(labels["generic_kpi"]),
        archetype=labels.get("archetype"),
        source=str(row.get("source_kind", "")),
        weight=1 / row.get("incl_prob", 1),
        is_population=file == "postings" and stratum[0] in "ABCD",
        passages=tuple(
            Passage(
                sorted(features(reading(text, candidate, row["title"]))),
                gold_label(text, candidate, labels),
                CERTAIN_WEIGHT,
            )
            for candidate in candidates
        ),
    )


_TIER_OF_KIND = {"success": "S", "horizon": "H", "metric": "A", "judged": "A", "target": "A"}


def gold_label(text: str, candidate: Candidate, labels: dict[str, Any]) -> PassageLabel | None:
    """Return what the posting's labels say of one passage, None when they leave it open.

    Annotators quote one passage per tier, so in a posting with criteria an unquoted passage may count too.
    """
    if labels["criteria_status"] == "none":
        return "none"
    is_quoted = any(_overlaps(text, candidate, quote) for quote in labels["criteria_quotes"])
    tiers = labels["criteria_tiers"]
    if labels["criteria_status"] == "explicit":
        return "explicit" if is_quoted and candidate.kind != "metric" else None
    if is_quoted:
        return None if candidate.kind == "metric" and "A" not in tiers else "partial"
    return None if _TIER_OF_KIND[candidate.kind] in tiers else "none"


def _overlaps(text: str, candidate: Candidate, quote: str) -> bool:
    quote = PlainText(quote).text
    start = text.find(quote)
    end = max([candidate.passage.end, *(item_end for _, item_end in candidate.passage.body[:8])])
    return start >= 0 and candidate.passage.start < start + len(quote) and start < end


def _label(words: str) -> PassageLabel:
    match words:
        case "explicit" | "partial" | "none":
            return words
        case _:
            raise ValueError(f"{LABELS_FILE}: unknown label {words!r}; use explicit, partial or none")


def json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a gzipped JSON-lines file.

    Raises:
        OSError: the file is missing.
    """
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


class Ad(NamedTuple):
    """An ad of the collections, its text plain; `employer` is empty where the collection names none."""

    id: str
    title: str
    text: str
    employer: str


def ads(corpus: Path) -> Iterator[Ad]:
    """Yield every ad of the collections below `corpus` (`all_jobs.parquet` and `postings.jsonl.gz`).

    Raises:
        OSError: a file is missing.
    """
    import pyarrow.parquet as pq

    columns = ["id", "title", "description", "company"]
    for batch in pq.ParquetFile(corpus / "all_jobs.parquet").iter_batches(columns=columns):
        for row in batch.to_pylist():
            yield _ad(row["id"], row["title"], row["description"], row["company"])
    for row in json_lines(corpus / "postings.jsonl.gz"):
        yield _ad(row["id"], row["title"], row["description_text"], row.get("company"))


def ads_titled(corpus: Path, families: Collection[RoleFamily]) -> Iterator[Ad]:
    """Yield the ads of the collections below `corpus` with a title of these families, each text once.

    Raises:
        OSError: a file is missing.
    """
    seen: set[str] = set()
    for ad in ads(corpus):
        if role_family(ad.title) in families and ad.text not in seen:
            seen.add(ad.text)
            yield ad


def _ad(posting_id: str, title: str | None, text: str | None, employer: str | None) -> Ad:
    return Ad(posting_id, title or "", PlainText(text or "").text, employer or "")
