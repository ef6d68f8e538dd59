"""The versions of an ad: the first as it is written, later ones by the opening's edits."""

from __future__ import annotations

import random

import msgspec

from include.sample_market.ad import Ad, Section
from include.sample_market.draws import pick, stream
from include.sample_market.employers import Employer
from include.sample_market.openings import Opening
from include.sample_market.writer import Writer


def compose(opening: Opening, employer: Employer, version: int = 0) -> Ad:
    """Write version `version` of the ad of `opening`.

    Later versions differ from the first by their edits alone.
    """
    writer = Writer(opening, employer)
    ad = writer.write()
    for number, edit in enumerate(opening.edits[:version], start=1):
        rng = stream(opening.text_seed, "edit", number)
        if edit.kind == "wording":
            ad = _reword(ad, writer, rng)
        elif edit.kind == "cert_added":
            ad = _add_certification(ad, writer, rng)
        elif edit.kind == "criteria_added":
            ad = _add_criteria(ad, writer, rng)
    return ad


def _reword(ad: Ad, writer: Writer, rng: random.Random) -> Ad:
    """Add a sentence to the company's praise of itself."""
    frame = pick(rng, writer.book.frames("company"))
    text = writer.book.expand(frame, rng, writer.values)

    def changed(section: Section) -> Section:
        if section.kind != "company":
            return section
        return msgspec.structs.replace(section, sentences=(*section.sentences, text))

    return msgspec.structs.replace(ad, sections=tuple(changed(section) for section in ad.sections))


def _add_certification(ad: Ad, writer: Writer, rng: random.Random) -> Ad:
    writer.rng, writer.evidence = rng, list(ad.evidence)
    text = writer.certification("required.modal", ("pmi_pmp", "prince2"))
    sections = tuple(
        msgspec.structs.replace(section, sentences=(*section.sentences, text))
        if section.kind in ("required", "neutral")
        else section
        for section in ad.sections
    )
    return msgspec.structs.replace(ad, sections=sections, evidence=tuple(writer.evidence))


def _add_criteria(ad: Ad, writer: Writer, rng: random.Random) -> Ad:
    writer.rng, writer.evidence = rng, list(ad.evidence)
    text = writer.labelled("criteria.E2t", "criteria", "E2t")
    heading = writer.book.expand(pick(rng, writer.book.frames("heading.success")), rng, writer.values)
    section = Section(kind="success", heading=heading, has_bullets=True, sentences=(text,))
    return msgspec.structs.replace(ad, sections=(*ad.sections, section), evidence=tuple(writer.evidence))
