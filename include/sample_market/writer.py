"""Writes the first version of an ad, so that it means exactly what its labels say.

Each sentence that carries a label is kept as evidence; a test reads the labels back from the evidence by the
codebook's rules and compares.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

from include.classify.labels import CertStatus
from include.sample_market.ad import Ad, Evidence, Section, SectionKind
from include.sample_market.credentials import GENERIC, credential
from include.sample_market.draws import pick, pick_some, stream
from include.sample_market.employers import Employer
from include.sample_market.openings import Opening
from include.sample_market.phrasebook import Frame, Phrasebook, phrasebook

_COMMON_DECOY_RATE = 0.35
_HOUSE_WORDS_RATE = 0.8
_STATUS_OF_CUE: dict[str, CertStatus] = {
    "required": "required",
    "post_hire": "required",
    "listed": "listed",
    "preferred": "preferred",
}


class Writer:
    """Builds one ad; every choice comes from the opening's text seed.

    Args:
        opening: what the ad is to say.
        employer: whose name, habits and words it has.
    """

    def __init__(self, opening: Opening, employer: Employer) -> None:
        self.opening = opening
        self.employer = employer
        self.book: Phrasebook = phrasebook(opening.language)
        self.rng = random.Random(opening.text_seed)  # noqa: S311 - simulation, not secrets
        self.values: dict[str, str] = {
            "company": employer.name,
            "slug": employer.token.lower(),
            "industry": employer.industry,
            "title": opening.title,
            "area": opening.area.lower() if opening.language == "en" else opening.area,
        }
        self.evidence: list[Evidence] = []
        self._used: set[Frame] = set()

    def write(self) -> Ad:
        """Write the ad with the evidence for its labels; once per writer."""
        labels = self.opening.labels
        parts: dict[SectionKind, list[str]] = {
            "company": self._house_words("company", 3, 5),
            "role": self.some("role", 1, 2),
            "duties": self._duties(),
            "success": [],
            "onboarding": [],
            "required": [],
            "neutral": [],
            "preferred": [],
            "benefits": self._house_words("benefits", 4, 6),
            "process": self._house_words("process", 2, 3),
            "questions": [],
            "contact": self.some("contact", 1, 1) if self.employer.habits.names_contact else [],
        }
        headings: dict[SectionKind, str] = {}
        main: SectionKind = "required" if self.rng.random() < 0.45 else "neutral"
        if labels.cert_cue == "required.bare":
            main = "required"
        elif labels.cert_cue == "listed":
            main = "neutral"
        parts[main] = self.some("experience", 5, 9)
        if labels.cert_cue == "preferred.bare" or self.rng.random() < 0.4:
            parts["preferred"] = self.some("experience.preferred", 1, 3)
        self._add_decoys(parts, main)
        self._add_degree(parts[main])
        self._add_certification(parts, main)
        self._add_criteria(parts, headings)
        self._add_rest(parts, main)
        return Ad(
            title=self.opening.title,
            language=self.opening.language,
            sections=self._arrange(parts, headings),
            evidence=tuple(self.evidence),
        )

    def sentence(self, pool: str, extra: Mapping[str, str] | None = None) -> tuple[str, Frame]:
        """Expand a frame of `pool`, one not yet used in this ad where possible."""
        frames = self.book.frames(pool)
        frame = pick(self.rng, frames)
        for _ in range(3):
            if frame not in self._used:
                break
            frame = pick(self.rng, frames)
        self._used.add(frame)
        values = self.values if extra is None else {**self.values, **extra}
        return self.book.expand(frame, self.rng, values), frame

    def some(self, pool: str, least: int, most: int) -> list[str]:
        """Expand between `least` and `most` different frames of `pool` (none when there is no pool)."""
        if not self.book.has(pool):
            return []
        frames = pick_some(self.rng, self.book.frames(pool), self.rng.randint(least, most))
        self._used.update(frames)
        return [self.book.expand(frame, self.rng, self.values) for frame in frames]

    def labelled(self, pool: str, label: str, value: str, extra: Mapping[str, str] | None = None) -> str:
        """Expand a frame of `pool` and keep it as evidence."""
        text, _ = self.sentence(pool, extra)
        self.evidence.append(Evidence(label=label, value=value, cue=pool, sentence=text))
        return text

    def insert(self, sentences: list[str], sentence: str) -> None:
        """Put `sentence` at a random place among `sentences`."""
        sentences.insert(self.rng.randint(0, len(sentences)), sentence)

    def certification(self, cue: str, keys: tuple[str, ...]) -> str:
        """Write a sentence that names credentials in the way of `cue`, and keep it as evidence."""
        first, second = self._written(keys[0]), self._written(keys[-1])
        extra = {
            "cert": first,
            "cert2": second,
            "certn": _with_noun(first),
            "cert2n": _with_noun(second),
        }
        text, frame = self.sentence(f"cert.{cue}", extra)
        named: tuple[str, ...] = (GENERIC,)
        if frame.slots & {"cert", "certn"}:
            named = keys if frame.slots & {"cert2", "cert2n"} else keys[:1]
        status = _STATUS_OF_CUE.get(cue.split(".")[0], "mentioned_other")
        self.evidence.append(
            Evidence(label="certification", value=status, cue=cue, sentence=text, keys=named)
        )
        return text

    def _written(self, key: str) -> str:
        item = credential(key)
        return pick(self.rng, item.forms) if self.book.language == "en" else item.short

    def _duties(self) -> list[str]:
        archetype = self.opening.labels.archetype
        if archetype is None:
            pool = f"other.{self.opening.occupation}"
            if self.opening.occupation == "marketing":
                pool = "duties.marketing_gtm"
            return self.some(pool if self.book.has(pool) else "other.any", 4, 6)
        duties = self.some(f"duties.{archetype}", 5, 8) + self.some("duties.common", 1, 3)
        self.rng.shuffle(duties)
        return duties

    def _house_words(self, pool: str, least: int, most: int) -> list[str]:
        """Return sentences that the employer puts into most of its ads, in one order and wording."""
        if self.rng.random() >= _HOUSE_WORDS_RATE:
            return self.some(pool, least, most)
        own, self.rng = self.rng, stream("house", self.employer.token, self.book.language, pool)
        try:
            return self.some(pool, least, most)
        finally:
            self.rng = own

    def _add_decoys(self, parts: dict[SectionKind, list[str]], main: SectionKind) -> None:
        decoys: tuple[tuple[str, SectionKind], ...] = (
            ("company", "company"),
            ("duties", "duties"),
            ("qualifications", main),
            ("benefits", "benefits"),
            ("process", "process"),
        )
        for name, section in decoys:
            pool = f"decoy.{name}"
            # Praise of the company is the same house's habit in all its ads; the rest comes by chance.
            chooser = stream("house decoy", self.employer.token) if name == "company" else self.rng
            if self.book.has(pool) and chooser.random() < _COMMON_DECOY_RATE:
                self.insert(parts[section], self.labelled(pool, "decoy", "none"))

    def _add_degree(self, main: list[str]) -> None:
        labels = self.opening.labels
        # "Degree required; CSPO desirable" already states the degree.
        if labels.degree_status != "none" and labels.cert_cue != "preferred.degree_scope":
            status = labels.degree_status
            self.insert(main, self.labelled(f"degree.{status}", "degree", status))

    def _add_certification(self, parts: dict[SectionKind, list[str]], main: SectionKind) -> None:
        cue, keys = self.opening.labels.cert_cue, self.opening.labels.cert_keys
        if cue is None:
            return
        text = self.certification(cue, keys)
        section = main
        if cue == "preferred.bare":
            section = "preferred"
        elif cue in ("benefit", "benefit.budget"):
            section = "benefits"
        elif cue == "third_party":
            section = "duties" if self.rng.random() < 0.5 else "company"
        elif cue == "pay":
            section = "benefits" if self.rng.random() < 0.5 else "process"
        elif cue == "form":
            section = "questions"
        elif cue in ("required.modal", "preferred.modal", "post_hire") and parts["preferred"]:
            # The word inside the sentence beats the heading (codebook section 1, rule 1).
            section = "preferred" if self.rng.random() < 0.25 else main
        self.insert(parts[section], text)
        if (
            cue in ("required.modal", "required.bare")
            and self.book.language == "en"
            and self.rng.random() < 0.15
        ):
            self.insert(parts[main], self.certification("preferred.modal", keys[::-1]))

    def _add_criteria(self, parts: dict[SectionKind, list[str]], headings: dict[SectionKind, str]) -> None:
        for pool in self.opening.labels.criteria_recipe:
            tiers = pool.split(".")[0]
            count = 1 if tiers in ("A", "H", "S") or self.rng.random() < 0.6 else 2
            if pool.endswith(".heading"):
                count = self.rng.randint(2, 3)
            texts = [self.labelled(f"criteria.{pool}", "criteria", tiers) for _ in range(count)]
            section = self._criteria_section(pool)
            if pool.endswith(".heading"):
                headings["success"] = self._heading("success_plain")
            parts[section].extend(texts)
        if self.opening.labels.has_generic_kpi:
            section = "duties" if self.rng.random() < 0.75 or not parts["neutral"] else "neutral"
            self.insert(parts[section], self.labelled("criteria.G", "criteria", "G"))

    def _criteria_section(self, pool: str) -> SectionKind:
        if pool.endswith(".heading"):
            return "success"
        if pool == "A.benefits":
            return "benefits"
        if pool == "A":
            return "duties"
        draw = self.rng.random()
        if pool == "H":
            return "onboarding" if draw < 0.6 else "role"
        if pool == "S":
            return "role" if draw < 0.6 else "company"
        if pool == "E1" and draw < 0.25:
            return "onboarding"
        if draw < 0.6:
            return "success"
        return "role" if draw < 0.8 else "duties"

    def _add_rest(self, parts: dict[SectionKind, list[str]], main: SectionKind) -> None:
        labels = self.opening.labels
        if labels.framework_use != "none":
            section: SectionKind = main if self.rng.random() < 0.6 else "duties"
            use = labels.framework_use
            self.insert(parts[section], self.labelled(f"framework.{use}", "framework", use))
        if labels.requires_clearance:
            self.insert(parts[main], self.labelled("clearance", "clearance", "required"))
        for support in labels.dev_support:
            # A sponsored certification, and a budget that names one, are written with the certification.
            if support == "cert_sponsorship" or (
                support == "training_budget" and labels.cert_cue == "benefit.budget"
            ):
                continue
            self.insert(parts["benefits"], self.labelled(f"support.{support}", "support", support))

    def _arrange(
        self, parts: dict[SectionKind, list[str]], headings: dict[SectionKind, str]
    ) -> tuple[Section, ...]:
        order: list[SectionKind] = ["company", "role", "duties", "required", "neutral", "preferred"]
        if self.employer.style % 7 == 0:  # some houses introduce themselves last
            order.append(order.pop(0))
        where = self.rng.choice((2, 3, len(order)))
        order[where:where] = ["onboarding", "success"]
        order += ["benefits", "process", "questions", "contact"]
        sections = []
        for kind in order:
            if not parts[kind]:
                continue
            has_bullets = kind not in ("company", "role", "process", "contact")
            if kind in ("success", "onboarding") and len(parts[kind]) == 1:
                has_bullets = self.rng.random() < 0.4
            sections.append(
                Section(
                    kind=kind,
                    heading=headings.get(kind) or self._section_heading(kind),
                    has_bullets=has_bullets,
                    sentences=tuple(parts[kind]),
                )
            )
        return tuple(sections)

    def _section_heading(self, kind: SectionKind) -> str | None:
        if kind == "contact" or (kind in ("company", "role", "process") and self.rng.random() < 0.35):
            return None
        return self._heading(kind if self.book.has(f"heading.{kind}") else "process")

    def _heading(self, name: str) -> str:
        return self.book.expand(pick(self.rng, self.book.frames(f"heading.{name}")), self.rng, self.values)


def _with_noun(written: str) -> str:
    return written if "certif" in written.lower() else f"{written} certification"
