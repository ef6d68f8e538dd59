"""The true labels of a simulated opening, drawn before its text is written."""

from __future__ import annotations

import random
from datetime import date

import msgspec

from include.classify.labels import (
    TIER_STRENGTH,
    Archetype,
    CertStatus,
    CertTiming,
    CriteriaStatus,
    CriteriaTier,
    DegreeStatus,
    DevSupport,
    FrameworkUse,
)
from include.role_families import PRODUCT_FAMILIES, RoleFamily
from include.sample_market.config import TREND_ORIGIN, TrueShares
from include.sample_market.credentials import SECURITY_PLUS, draw_credentials
from include.sample_market.draws import pick_weighted, weighted_index
from include.sample_market.employers import ARCHETYPES, CERT_CATEGORIES, CRITERIA_CATEGORIES, Employer

_OWNER_SHARE = 0.18  # of product openings, see titles.py

_REQUIRED_CUES = {"required.modal": 0.62, "required.bare": 0.32, "required.mandated": 0.06}
_PREFERRED_CUES = {
    "preferred.modal": 0.68,
    "preferred.bare": 0.22,
    "preferred.degree_scope": 0.10,
}
_MENTIONED_CUES = {
    "negated": 0.20,
    "benefit": 0.25,
    "benefit.budget": 0.12,
    "third_party": 0.23,
    "pay": 0.15,
    "form": 0.05,
}
_EXPLICIT_RECIPES: dict[tuple[str, ...], float] = {
    ("E1",): 0.34,
    ("E1+E2t",): 0.13,
    ("E2",): 0.24,
    ("E2t",): 0.13,
    ("E3",): 0.08,
    ("E1", "A"): 0.05,
    ("E2", "S"): 0.03,
}
_EXPLICIT_RECIPES_ENGLISH_ONLY = {("E3.heading",): 0.08}
_PARTIAL_RECIPES: dict[tuple[str, ...], float] = {
    ("A",): 0.48,
    ("H",): 0.22,
    ("S",): 0.18,
    ("A", "H"): 0.04,
}
_PARTIAL_RECIPES_ENGLISH_ONLY = {("A.benefits",): 0.06, ("S.heading",): 0.08}
_DEGREES: dict[DegreeStatus, float] = {
    "none": 0.42,
    "required": 0.24,
    "preferred": 0.12,
    "substitutable": 0.22,
}
_FRAMEWORKS: tuple[FrameworkUse, ...] = ("safe", "scrum", "other", "agile_generic", "none")
_ENGLISH_ONLY_CUES = ("required.mandated", "preferred.degree_scope", "benefit.budget", "pay", "form")
_ARCHETYPE_LANGUAGES: dict[Archetype, tuple[str, ...]] = {
    "generalist_other": ("en", "de", "fr", "es", "nl", "pt", "pl"),
    "technical": ("en", "de", "fr", "es", "nl", "pt"),
    "framework_delivery": ("en", "de", "fr", "es", "nl", "pt"),
    "business_owner_pnl": ("en", "de"),
    "marketing_gtm": ("en",),
    "catch_all": ("en",),
}


class TrueLabels(msgspec.Struct, frozen=True, kw_only=True):
    """What an ad asks for, by the codebook.

    Attributes:
        cert_cue: the pool of phrases that carries the strongest mention, such as `required.bare`.
        cert_keys: lexicon keys of the credential named and its alternative; empty without mention.
        is_only_negated: certifications are mentioned only to say that none is needed.
        criteria_recipe: the pools of phrases that carry the criteria.
        criteria_tiers: codebook tiers present, strongest first, G included.
        has_generic_kpi: tier G text is present.
    """

    cert_status: CertStatus
    cert_timing: CertTiming | None
    cert_cue: str | None
    cert_keys: tuple[str, ...]
    is_only_negated: bool
    is_cert_legally_mandated: bool
    criteria_status: CriteriaStatus
    criteria_recipe: tuple[str, ...]
    criteria_tiers: tuple[CriteriaTier, ...]
    has_generic_kpi: bool
    degree_status: DegreeStatus
    dev_support: tuple[DevSupport, ...]
    framework_use: FrameworkUse
    archetype: Archetype | None
    requires_clearance: bool


class _Certification(msgspec.Struct, frozen=True):
    status: CertStatus
    timing: CertTiming | None
    cue: str | None


def draw_labels(
    rng: random.Random,
    employer: Employer,
    role_family: RoleFamily,
    language: str,
    monday: date,
    shares: TrueShares,
) -> TrueLabels:
    """Draw the labels of one opening from its employer's habits.

    Args:
        rng: source of randomness.
        employer: whose ad it is.
        role_family: product owners are asked for certifications more often.
        language: some ways of saying things exist in English only.
        monday: week of opening, for the trend.
        shares: expected shares and effects of the market.
    """
    years = (monday - TREND_ORIGIN).days / 365.25
    is_owner = role_family == "po"
    certification = _draw_certification(rng, employer, language, shares, years, is_owner=is_owner)
    framework = _draw_framework(rng, employer, language, is_owner=is_owner)
    is_mandated = certification.cue == "required.mandated"
    cert_keys: tuple[str, ...] = ()
    if is_mandated:
        cert_keys = (SECURITY_PLUS.key, SECURITY_PLUS.key)
    elif certification.status != "none":
        cert_keys = draw_credentials(rng, uses_framework=is_owner or framework in ("safe", "scrum"))
    status, recipe = _draw_criteria(rng, employer, language, shares, years, certification.status)
    has_generic_kpi = rng.random() < shares.generic_kpi
    degree = pick_weighted(rng, _DEGREES)
    if certification.cue == "preferred.degree_scope":
        degree = "required"
    is_product = role_family in PRODUCT_FAMILIES
    return TrueLabels(
        cert_status=certification.status,
        cert_timing=certification.timing,
        cert_cue=certification.cue,
        cert_keys=cert_keys,
        is_only_negated=certification.cue == "negated",
        is_cert_legally_mandated=is_mandated,
        criteria_status=status,
        criteria_recipe=recipe,
        criteria_tiers=tiers_of(recipe, has_generic_kpi=has_generic_kpi),
        has_generic_kpi=has_generic_kpi,
        degree_status=degree,
        dev_support=_draw_support(rng, certification.cue),
        framework_use=framework,
        archetype=_draw_archetype(rng, employer, language) if is_product else None,
        requires_clearance=language == "en" and (is_mandated or rng.random() < 0.015),
    )


def tiers_of(recipe: tuple[str, ...], *, has_generic_kpi: bool) -> tuple[CriteriaTier, ...]:
    """Return the codebook tiers that a recipe's pools carry, strongest first."""
    found = {tier for pool in recipe for tier in pool.split(".")[0].split("+")}
    if has_generic_kpi:
        found.add("G")
    return tuple(tier for tier in TIER_STRENGTH if tier in found)


def _draw_certification(
    rng: random.Random,
    employer: Employer,
    language: str,
    shares: TrueShares,
    years: float,
    *,
    is_owner: bool,
) -> _Certification:
    required, listed, preferred, mentioned = employer.habits.cert
    # Divided by its own mean, the owner effect leaves the overall share where `shares` puts it.
    mean_effect = 1 + _OWNER_SHARE * (shares.cert_for_owners - 1)
    required *= (shares.cert_for_owners if is_owner else 1.0) / mean_effect
    required = min(0.95, required * max(0.0, 1 + shares.cert_required_trend * years))
    rest = max(0.0, 1 - required - listed - preferred - mentioned)
    index = weighted_index(rng, (required, listed, preferred, mentioned, rest))
    if index == len(CERT_CATEGORIES):
        return _Certification("none", None, None)
    category = CERT_CATEGORIES[index]
    if category == "required":
        if rng.random() < shares.cert_post_hire:
            return _Certification("required", "post_hire", "post_hire")
        return _Certification("required", "at_hire", _draw_cue(rng, _REQUIRED_CUES, language))
    if category == "listed":
        return _Certification("listed", "at_hire", "listed")
    if category == "preferred":
        return _Certification("preferred", "at_hire", _draw_cue(rng, _PREFERRED_CUES, language))
    return _Certification("mentioned_other", None, _draw_cue(rng, _MENTIONED_CUES, language))


def _draw_cue(rng: random.Random, cues: dict[str, float], language: str) -> str:
    if language == "en":
        return pick_weighted(rng, cues)
    return pick_weighted(rng, {cue: weight for cue, weight in cues.items() if cue not in _ENGLISH_ONLY_CUES})


def _draw_criteria(
    rng: random.Random,
    employer: Employer,
    language: str,
    shares: TrueShares,
    years: float,
    cert_status: CertStatus,
) -> tuple[CriteriaStatus, tuple[str, ...]]:
    explicit, partial = employer.habits.criteria
    effect, share = shares.criteria_given_cert, shares.cert_required
    mean_effect = 1 + share * (effect - 1)
    explicit *= (effect if cert_status == "required" else 1.0) / mean_effect
    explicit = min(0.95, explicit * max(0.0, 1 + shares.criteria_explicit_trend * years))
    index = weighted_index(rng, (explicit, partial, max(0.0, 1 - explicit - partial)))
    if index == len(CRITERIA_CATEGORIES):
        return "none", ()
    if index == 0:
        recipes = _EXPLICIT_RECIPES | (_EXPLICIT_RECIPES_ENGLISH_ONLY if language == "en" else {})
        if language != "en":
            recipes = {recipe: weight for recipe, weight in recipes.items() if recipe != ("E1+E2t",)}
        return "explicit", pick_weighted(rng, recipes)
    recipes = _PARTIAL_RECIPES | (_PARTIAL_RECIPES_ENGLISH_ONLY if language == "en" else {})
    return "partial", pick_weighted(rng, recipes)


def _draw_framework(rng: random.Random, employer: Employer, language: str, *, is_owner: bool) -> FrameworkUse:
    likely = employer.habits.framework
    weights = {"safe": 0.05, "scrum": 0.15, "other": 0.05, "agile_generic": 0.20, "none": 0.55}
    weights[likely] += 0.6
    if is_owner:
        weights["scrum"] += 0.4
    if language == "pl":
        weights["safe"] = weights["other"] = 0.0
    return _FRAMEWORKS[weighted_index(rng, [weights[framework] for framework in _FRAMEWORKS])]


def _draw_support(rng: random.Random, cert_cue: str | None) -> tuple[DevSupport, ...]:
    found: list[DevSupport] = []
    if cert_cue == "benefit.budget" or rng.random() < 0.14:
        found.append("training_budget")
    if rng.random() < 0.07:
        found.append("coaching_mentoring")
    if cert_cue in ("benefit", "benefit.budget"):
        found.append("cert_sponsorship")
    return tuple(found)


def _draw_archetype(rng: random.Random, employer: Employer, language: str) -> Archetype:
    archetypes = list(ARCHETYPES)
    weights = [
        weight if language in _ARCHETYPE_LANGUAGES[archetype] else 0.0
        for archetype, weight in zip(archetypes, employer.habits.archetypes, strict=True)
    ]
    if sum(weights) == 0:
        return "generalist_other"
    return archetypes[weighted_index(rng, weights)]
