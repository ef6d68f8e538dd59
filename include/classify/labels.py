"""The codebook's labels as types. `text[start:end] == quote` holds for every mention."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

CertStatus = Literal["required", "listed", "preferred", "mentioned_other", "none", "unsupported_language"]
CertTiming = Literal["at_hire", "post_hire"]
CertClass = Literal["framework_agile", "pm_specific", "project_mgmt", "technical_vendor", "other"]
Substitutable = Literal["other_cert", "experience", "degree"]
CriteriaTier = Literal["E1", "E2", "E2t", "E3", "A", "H", "S", "G"]
CriteriaStatus = Literal["explicit", "partial", "none", "unsupported_language"]
DegreeStatus = Literal["required", "preferred", "substitutable", "none"]
DevSupport = Literal["training_budget", "coaching_mentoring", "cert_sponsorship"]
FrameworkUse = Literal["safe", "scrum", "other", "agile_generic", "none"]
Archetype = Literal[
    "business_owner_pnl", "technical", "marketing_gtm", "framework_delivery", "catch_all", "generalist_other"
]

MAX_QUOTE: Final = 300
"""Characters of the longest quote."""

CERT_STRENGTH: tuple[CertStatus, ...] = ("required", "listed", "preferred", "mentioned_other", "none")
"""Strongest first (codebook section 1, rule 5)."""

TIER_STRENGTH: tuple[CriteriaTier, ...] = ("E1", "E2t", "E2", "E3", "A", "H", "S", "G")
"""Strongest first; E tiers are explicit, A, H and S partial, G none."""


def strongest_status(statuses: Iterable[str]) -> CertStatus:
    """Return the status of an ad whose mentions have these statuses: `none` without any."""
    found = set(statuses)
    return next((status for status in CERT_STRENGTH if status in found), "none")


class CertMention(msgspec.Struct, frozen=True, kw_only=True):
    """One certification the text talks about.

    Attributes:
        key: key of the lexicon (certifications.csv), or `generic` for an unlisted one.
        name: the certification as written.
        cert_class: codebook class.
        status: what this mention asks of the candidate.
        timing: None unless status is `required`, `listed` or `preferred`.
        substitutable: what else the employer accepts in its place, if the words say so.
        is_legally_mandated: a law or directive demands it (DoD 8140 and the like).
        cue: what decided the status: `modal`, `section`, `unmarked`, `negated`, `benefit`, `third_party`, ...
        rule: the rule that fired, for error analysis.
        quote: at most `MAX_QUOTE` characters.
        start, end: offsets of `quote` in the stored text, in characters.
    """

    key: str
    name: str
    cert_class: CertClass
    status: CertStatus
    timing: CertTiming | None
    substitutable: Substitutable | None
    is_legally_mandated: bool
    cue: str
    rule: str
    quote: str
    start: int
    end: int


class CriteriaMention(msgspec.Struct, frozen=True, kw_only=True):
    """One passage on how success in the role is recognised (or mere KPI talk, tier G)."""

    tier: CriteriaTier
    rule: str
    quote: str
    start: int
    end: int


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """The passage behind one of the other labels."""

    label: str
    value: str
    quote: str
    start: int
    end: int


class Versions(msgspec.Struct, frozen=True, kw_only=True):
    """What produced a row of labels. Any change re-classifies history."""

    lexicon: str
    rules: str
    model: str


class Labels(msgspec.Struct, frozen=True, kw_only=True):
    """All labels of one posting text."""

    cert_status: CertStatus
    cert_timing: CertTiming | None
    certs: tuple[CertMention, ...]
    criteria_status: CriteriaStatus
    criteria_tiers: tuple[CriteriaTier, ...]
    criteria: tuple[CriteriaMention, ...]
    generic_kpi: bool
    degree_status: DegreeStatus
    dev_support: tuple[DevSupport, ...]
    framework_use: FrameworkUse
    archetype: Archetype | None
    requires_clearance: bool
    evidence: tuple[Evidence, ...]
    versions: Versions
