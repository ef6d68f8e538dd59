"""A second reading of what the rules decide with little to go by.

Where a modal word, an alternative or a negation decides, the rules' verdict stands. The rest, what they drop
among it, a linear model decides: from the words around, from how readers judged such places, and from the
rules' verdict, which counts as much as it deserved where nobody had yet mended the rules by the labels
(`training/mentions.py`), and from what is said of the mentions beside it (`neighbours.py`). What the rules do
not call required becomes it only where the model is sure.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import msgspec

from include.classify.certs.mention import Candidate
from include.classify.certs.mention_features import mention_features, verdict_features
from include.classify.certs.neighbours import nearness, place_of, pooled
from include.classify.certs.timing import timing_of
from include.classify.credentials import Hit
from include.classify.labels import CERT_STRENGTH, CertMention, CertStatus, CertTiming
from include.classify.linear_model import LinearModel, load_model
from include.classify.segments import Document

CLASSES: tuple[CertStatus, ...] = ("required", "listed", "preferred", "mentioned_other", "none")

_ASKED = CERT_STRENGTH[:3]
_CERTAIN = (
    "modal_", "or_", "heading_modal", "heading_none", "heading_negated", "refused", "negated", "none_",
    "preferred_not", "may_be_required", "some_roles", "not_yet_but", "before_start",
)  # fmt: skip
# Other people's, products', documents': talk of persons' certificates perhaps, no demand on the candidate.
_NEVER_ASKED = ("dropped_decoy", "use_third_party", "use_others")
_CERTAINTY = 0.9  # what a verdict whose words decide counts beside another mention
_MARK = "_reread"


@functools.cache
def model() -> LinearModel:
    """Return the shipped model of mentions."""
    return load_model("certifications")


def is_certain(rule: str) -> bool:
    """Say whether a rule rests on words that decide; its verdict is not read again."""
    return rule.startswith(_CERTAIN)


def probabilities_alone(
    model: LinearModel, status: CertStatus, rule: str, words: Sequence[str]
) -> tuple[float, ...]:
    """Return the probabilities of `CLASSES` for a mention taken by itself.

    Args:
        model: of mentions.
        status: by the rules.
        rule: the name of the rule that gave it.
        words: features of the mention; not looked at where the rule is certain.
    """
    if is_certain(rule):
        rest = (1 - _CERTAINTY) / (len(CLASSES) - 1)
        return tuple(_CERTAINTY if name == status else rest for name in CLASSES)
    return model.probabilities([*words, *verdict_features(status, rule, words)])


def second_status(
    thresholds: Mapping[str, float], by_rules: CertStatus, rule: str, probabilities: Sequence[float]
) -> CertStatus:
    """Return the status after the second reading.

    Args:
        thresholds: the least probabilities to keep what the rules call required (`kept`), to raise a mention
            to `required`, or to `listed` one that they do not take for asked, and to give another status to
            one that they do (`asked`).
        by_rules: the rules' status.
        rule: the name of the rule that gave it.
        probabilities: of `CLASSES`.
    """
    if is_certain(rule):
        return by_rules
    of = dict(zip(CLASSES, probabilities, strict=True))
    if by_rules == "required" and of["required"] >= thresholds["kept"]:
        return "required"
    open_to = CLASSES[CLASSES.index("mentioned_other") :] if rule.startswith(_NEVER_ASKED) else CLASSES
    raised = {"required"} if by_rules in _ASKED else {"required", "listed"}
    sure = [status for status in open_to if status not in raised or of[status] >= thresholds[status]]
    likeliest = max(sure, key=of.__getitem__)
    return by_rules if by_rules in _ASKED and of[likeliest] < thresholds["asked"] else likeliest


def read_again(
    document: Document, mentions: Sequence[CertMention], hits: Sequence[Hit]
) -> tuple[CertMention, ...]:
    """Return the mentions as the model reads them.

    Args:
        document: the ad's text.
        mentions: as the rules left them, the dropped ones among them, in order of the text.
        hits: names and words `certif…` of the ad, in order of the text.

    Returns:
        Those with another status than `none`, in order; a changed one has cue `context`, and its rule's name
        ends in `_reread`.
    """
    found: list[CertMention] = []
    for mention, status in zip(mentions, _statuses(document, mentions, hits), strict=True):
        if status == "none":
            continue
        found.append(mention if status == mention.status else _changed(document, mention, status))
    return tuple(found)


def _statuses(document: Document, mentions: Sequence[CertMention], hits: Sequence[Hit]) -> list[CertStatus]:
    if all(is_certain(mention.rule) for mention in mentions):  # most ads: nothing to compute
        return [mention.status for mention in mentions]
    alone = [
        probabilities_alone(
            model(),
            mention.status,
            mention.rule,
            () if is_certain(mention.rule) else mention_features(document, mention, hits),
        )
        for mention in mentions
    ]
    places = [place_of(document, mention.start) for mention in mentions] if len(mentions) > 1 else []
    statuses: list[CertStatus] = []
    for nth, mention in enumerate(mentions):
        others = [
            (near, alone[other])
            for other, place in enumerate(places)
            if other != nth and (near := nearness(places[nth], place)) is not None
        ]
        probabilities = pooled(alone[nth], others)
        statuses.append(second_status(model().thresholds, mention.status, mention.rule, probabilities))
    return statuses


def _changed(document: Document, mention: CertMention, status: CertStatus) -> CertMention:
    is_asked = status in _ASKED
    return msgspec.structs.replace(
        mention,
        status=status,
        cue="context",
        rule=mention.rule + _MARK,
        timing=(mention.timing or _timing(document, mention)) if is_asked else None,
        substitutable=mention.substitutable if is_asked else None,
        is_legally_mandated=False,
    )


def _timing(document: Document, mention: CertMention) -> CertTiming:
    place = Candidate(mention.start, mention.end, mention.key, mention.name, mention.cert_class, True, None)
    return timing_of(document.text, document.sentence_at(mention.start), place)
