"""New texts of one partition to staged labels and mentions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from include.classify.classifier import Ad, classify_all
from include.classify.labels import Labels
from include.warehouse.staging import Staging
from include.warehouse.texts import StoredText, TextStore

_BATCH_SIZE = 200  # texts whose structure is in memory at once


def stage_signals(
    *, staging: Staging, texts: TextStore, source: str, text_files: Sequence[Path] | None = None
) -> int:
    """Classify the texts that a partition brought and stage one row of labels for each.

    Args:
        staging: the partition's staging area.
        texts: the text store.
        source: whose texts.
        text_files: text files to classify instead of the partition's own (re-classification).

    Returns:
        Number of texts classified.

    Raises:
        StorageError: a staged file could not be written.
    """
    files = [texts.path(source, staging.partition_key)] if text_files is None else text_files
    with (
        staging.writer(source, "core_signals") as signals,
        staging.writer(source, "core_certification_mentions") as certifications,
        staging.writer(source, "core_criteria_mentions") as criteria,
    ):
        for file in files:
            for batch in texts.read(file, _BATCH_SIZE):
                ads = [Ad(text.title, text.text, text.language) for text in batch]
                labelled = list(zip(batch, classify_all(ads), strict=True))
                signals.write([_signal_row(text, labels) for text, labels in labelled])
                certifications.write([row for pair in labelled for row in _certification_rows(*pair)])
                criteria.write([row for pair in labelled for row in _criteria_rows(*pair)])
        return signals.count


def _versions(labels: Labels) -> dict[str, str]:
    return {
        "lexicon_version": labels.versions.lexicon,
        "rules_version": labels.versions.rules,
        "model_version": labels.versions.model,
    }


def _signal_row(text: StoredText, labels: Labels) -> dict[str, Any]:
    return {
        "content_hash": text.content_hash,
        "cert_status": labels.cert_status,
        "cert_timing": labels.cert_timing,
        "is_cert_legally_mandated": any(
            mention.is_legally_mandated and mention.status == "required" for mention in labels.certs
        ),
        "criteria_status": labels.criteria_status,
        "criteria_tiers": list(labels.criteria_tiers),
        "has_generic_kpi": labels.generic_kpi,
        "degree_status": labels.degree_status,
        "dev_support": list(labels.dev_support),
        "framework_use": labels.framework_use,
        "archetype": labels.archetype,
        "requires_clearance": labels.requires_clearance,
        "n_certification_mentions": len(labels.certs),
        "n_criteria_mentions": len(labels.criteria),
    } | _versions(labels)


def _certification_rows(text: StoredText, labels: Labels) -> list[dict[str, Any]]:
    return [
        _mention_row(text, index, mention, labels) | {"cert_key": mention.key, "cert_name": mention.name}
        for index, mention in enumerate(labels.certs)
    ]


def _criteria_rows(text: StoredText, labels: Labels) -> list[dict[str, Any]]:
    return [_mention_row(text, index, mention, labels) for index, mention in enumerate(labels.criteria)]


def _mention_row(text: StoredText, index: int, mention: msgspec.Struct, labels: Labels) -> dict[str, Any]:
    fields = msgspec.structs.asdict(mention)
    return (
        fields
        | {
            "content_hash": text.content_hash,
            "mention_index": index,
            "start_offset": fields["start"],
            "end_offset": fields["end"],
        }
        | _versions(labels)
    )
