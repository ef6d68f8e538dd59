"""An ad as the market writes it: sections of sentences, with the evidence for its labels."""

from __future__ import annotations

from typing import Literal

import msgspec

SectionKind = Literal[
    "company",
    "role",
    "duties",
    "success",
    "onboarding",
    "required",
    "neutral",
    "preferred",
    "benefits",
    "process",
    "questions",
    "contact",
]


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an ad under one heading (None: no heading).

    Attributes:
        has_bullets: sentences are list items, else running text.
    """

    kind: SectionKind
    heading: str | None
    has_bullets: bool
    sentences: tuple[str, ...]


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence that carries a label.

    Attributes:
        label: `certification`, `criteria`, `degree`, `support`, `framework`, `clearance` or `decoy`.
        value: status, tiers joined by `+`, or the label's value.
        cue: the pool of phrases the sentence was made from.
        keys: lexicon keys of the credentials named.
        sentence: the text, without markup.
    """

    label: str
    value: str
    cue: str
    sentence: str
    keys: tuple[str, ...] = ()


class Ad(msgspec.Struct, frozen=True, kw_only=True):
    """One version of an ad's text with the evidence for its labels."""

    title: str
    language: str
    sections: tuple[Section, ...]
    evidence: tuple[Evidence, ...]
