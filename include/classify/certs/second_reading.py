"""A second reading of demands on which the rules had little to go by.

Where a modal word, an alternative or a negation decides, the rules' verdict stands. What they take for asked
from the section alone, a linear model reads again: it knows the rules' verdict and the words around
(`mention_features`), and how readers judged such places. It may only take back: weaken a status or drop the
mention. What the rules do not call required never becomes it.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import msgspec

from include.classify.certs.mention_features import mention_features
from include.classify.credentials import Hit
from include.classify.labels import CERT_STRENGTH, CertMention, CertStatus
from include.classify.linear_model import LinearModel, load_model
from include.classify.segments import Document

CLASSES: tuple[CertStatus, ...] = ("required", "listed", "preferred", "mentioned_other", "none")

_ASKED = CERT_STRENGTH[:3]
_CERTAIN = ("modal_", "or_", "heading_modal", "refused", "none_", "preferred_not")
_MARK = "_reread"


@functools.cache
def model() -> LinearModel:
    """Return the shipped model of mentions."""
    return load_model("certifications")


def is_open(mention: CertMention) -> bool:
    """Say whether a mention is read again: asked of the candidate by a rule that rests on little."""
    return mention.status in _ASKED and not mention.rule.startswith(_CERTAIN)


def second_status(model: LinearModel, by_rules: CertStatus, features: Sequence[str]) -> CertStatus:
    """Return the status after the second reading: the model's, where it is weaker than that of the rules."""
    probabilities = model.probabilities(features)
    status = CLASSES[probabilities.index(max(probabilities))]
    return max(by_rules, status, key=CERT_STRENGTH.index)


def read_again(
    document: Document, mentions: Sequence[CertMention], hits: Sequence[Hit]
) -> tuple[CertMention, ...]:
    """Return the mentions as the model reads them.

    Args:
        document: the ad's text.
        mentions: as the rules left them, in order of the text.
        hits: names and words `certif…` of the ad, in order of the text.

    Returns:
        Those that are left, in order; a changed one has cue `context`, and its rule's name ends in `_reread`.
    """
    found: list[CertMention] = []
    for mention in mentions:
        status = mention.status
        if is_open(mention):
            features = mention_features(document, mention, mentions, hits)
            status = second_status(model(), status, features)
        if status == mention.status:
            found.append(mention)
        elif status != "none":
            found.append(_changed(mention, status))
    return tuple(found)


def _changed(mention: CertMention, status: CertStatus) -> CertMention:
    is_asked = status in _ASKED
    return msgspec.structs.replace(
        mention,
        status=status,
        cue="context",
        rule=mention.rule + _MARK,
        timing=mention.timing if is_asked else None,
        substitutable=mention.substitutable if is_asked else None,
        is_legally_mandated=False,
    )
