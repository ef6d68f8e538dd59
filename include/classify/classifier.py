"""All labels of one ad: the entry point of the stage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar, cast

import msgspec

from include.classify.archetype import archetype
from include.classify.certifications import find_certifications
from include.classify.clearance import clearance
from include.classify.criteria import criteria_status, criteria_tiers, find_all_criteria, generic_kpi
from include.classify.cues import find_cues
from include.classify.degrees import degree
from include.classify.frameworks import framework
from include.classify.labels import (
    MAX_QUOTE,
    Archetype,
    CertMention,
    CertStatus,
    CertTiming,
    CriteriaMention,
    DegreeStatus,
    DevSupport,
    Evidence,
    FrameworkUse,
    Labels,
    strongest_status,
)
from include.classify.language import is_supported
from include.classify.plain_text import PlainText
from include.classify.scan import scan
from include.classify.segments import Span, segment
from include.classify.support import all_dev_support
from include.classify.versions import VERSIONS
from include.normalize.titles import MAX_TITLE_CHARACTERS
from include.normalize.titles import role_family as role_family_of
from include.role_families import RoleFamily

_Found = TypeVar("_Found", CertMention, CriteriaMention, Evidence)
_UNSUPPORTED = Labels(
    cert_status="unsupported_language",
    cert_timing=None,
    certs=(),
    criteria_status="unsupported_language",
    criteria_tiers=(),
    criteria=(),
    generic_kpi=False,
    degree_status="none",
    dev_support=(),
    framework_use="none",
    archetype=None,
    requires_clearance=False,
    evidence=(),
    versions=VERSIONS,
)


class Ad(NamedTuple):
    """What is read of one ad.

    Attributes:
        text: every offset of the labels refers to it.
        language: ISO 639-1 code when known; without it the words decide.
        role_family: when known; otherwise it is read from the title.
    """

    title: str
    text: str
    language: str | None = None
    role_family: RoleFamily | None = None


def classify(
    title: str, text: str, language: str | None = None, *, role_family: RoleFamily | None = None
) -> Labels:
    """Return the codebook's labels of one ad, each with its evidence; see `Ad` and `classify_all`."""
    return classify_all([Ad(title, text, language, role_family)])[0]


def classify_all(ads: Sequence[Ad]) -> list[Labels]:
    """Return the codebook's labels of each ad, each with its evidence.

    One step at a time over all ads: a step's code and tables stay in the processor's cache, which takes a
    fifth off the time. Some hundred ads are enough for that.

    Returns:
        The labels, in the order of the ads. In a language the rules cannot read, certification and criteria
        status are `unsupported_language`, and nothing else is said of the ad.
    """
    labels = [_UNSUPPORTED] * len(ads)
    all_plain = [PlainText(ad.text) for ad in ads]
    readable = [index for index, ad in enumerate(ads) if is_supported(all_plain[index].text, ad.language)]
    titles = [ads[index].title[:MAX_TITLE_CHARACTERS] for index in readable]
    plain_texts = [all_plain[index] for index in readable]
    documents = [segment(plain.text) for plain in plain_texts]
    scans = [scan(document.text) for document in documents]
    cues = [find_cues(document.text) for document in documents]
    certs = list(map(find_certifications, documents, titles, [found.hits for found in scans]))
    texts = [document.text for document in documents]
    families = [ads[index].role_family or role_family_of(ads[index].title) for index in readable]
    criteria = find_all_criteria(texts, titles, families, cues)
    supports = all_dev_support(texts, cues)
    degrees = [degree(document, found.degrees) for document, found in zip(documents, scans, strict=True)]
    frameworks = list(map(framework, documents, scans, map(_spans, certs)))
    clearances = [
        clearance(document, found.clearances) for document, found in zip(documents, scans, strict=True)
    ]
    archetypes = list(map(archetype, documents, titles, families))
    rows = zip(certs, criteria, supports, degrees, frameworks, clearances, archetypes, strict=True)
    for index, plain, row in zip(readable, plain_texts, rows, strict=True):
        labels[index] = _as_given(_labels(*row), ads[index].text, plain)
    return labels


def _as_given(labels: Labels, text: str, plain: PlainText) -> Labels:
    """Return labels of a plain text as those of the text as it was given."""
    if plain.is_as_given:
        return labels
    return msgspec.structs.replace(
        labels,
        certs=_moved(labels.certs, text, plain),
        criteria=_moved(labels.criteria, text, plain),
        evidence=_moved(labels.evidence, text, plain),
    )


def _moved(found: Iterable[_Found], text: str, plain: PlainText) -> tuple[_Found, ...]:
    moved = []
    for each in found:
        start, end = plain.original_span(each.start, each.end)
        end = min(end, start + MAX_QUOTE)  # many blanks may stand between the words
        moved.append(msgspec.structs.replace(each, start=start, end=end, quote=text[start:end]))
    return tuple(moved)


def _spans(mentions: Sequence[CertMention]) -> list[Span]:
    return [Span(mention.start, mention.end) for mention in mentions]


def _labels(
    certs: tuple[CertMention, ...],
    criteria: tuple[CriteriaMention, ...],
    support: tuple[Evidence, ...],
    degree_evidence: Evidence | None,
    framework_evidence: Evidence | None,
    clearance_evidence: Evidence | None,
    kind: Archetype | None,
) -> Labels:
    cert_status = strongest_status(mention.status for mention in certs)
    single = (degree_evidence, framework_evidence, clearance_evidence)
    return Labels(
        cert_status=cert_status,
        cert_timing=_cert_timing(certs, cert_status),
        certs=certs,
        criteria_status=criteria_status(criteria),
        criteria_tiers=criteria_tiers(criteria),
        criteria=criteria,
        generic_kpi=generic_kpi(criteria),
        degree_status=cast(DegreeStatus, degree_evidence.value) if degree_evidence else "none",
        dev_support=tuple(sorted({cast(DevSupport, evidence.value) for evidence in support})),
        framework_use=cast(FrameworkUse, framework_evidence.value) if framework_evidence else "none",
        archetype=kind,
        requires_clearance=clearance_evidence is not None,
        evidence=(*support, *[evidence for evidence in single if evidence is not None]),
        versions=VERSIONS,
    )


def _cert_timing(certs: Sequence[CertMention], status: CertStatus) -> CertTiming | None:
    """Return when the asked certification is needed: at hire as soon as one of the strongest is."""
    timings = {mention.timing for mention in certs if mention.status == status}
    if "at_hire" in timings:
        return "at_hire"
    return "post_hire" if "post_hire" in timings else None
