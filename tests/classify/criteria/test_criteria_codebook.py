"""The codebook's own examples and close variants, in six languages."""

from __future__ import annotations

import msgspec
import pytest

from include.classify.criteria import criteria_status, criteria_tiers, find_criteria, generic_kpi, model
from include.classify.segments import segment
from include.classify.success.scoring import PassageScorer

EXPLICIT = [
    ("In your first 90 days you will ship the new onboarding flow to all EU customers.", "E1"),
    ("What success looks like: by month 6, two enterprise pilots signed and NPS above 40.", "E1"),
    ("Success in this role is measured by NPS and retention.", "E2"),
    ("Within one year you will have raised activation from 30% to 40%.", "E1"),
    ("Within one year you will have raised activation from 30% to 40%.", "E2t"),
    ("You will be successful if customers renew without discounts.", "E3"),
    ("Grow the line from $40M to $60M by FY28.", "E1"),
    ("Your KPIs: churn < 2%/month, time-to-value < 7 days.", "E2t"),
    ("Week 1: meet the team. Month 1: own the backlog. Month 3: present your first roadmap.", "E1"),
    ("## How success is measured\n\n- Customer adoption and time to value\n- Net revenue retention", "E2"),
    ("Within 6 months, you will:\n- Launch the partner portal\n- Hire two designers", "E1"),
    ("Dein Erfolg wird an Kundenzufriedenheit und Umsatz gemessen.", "E2"),
    ("Dans les 90 premiers jours, vous aurez lancé la nouvelle application.", "E1"),
    ("En los primeros 90 días lanzarás la nueva versión de la aplicación.", "E1"),
    ("Seu sucesso nesta posição será medido por retenção e receita.", "E2"),
    ("Binnen 6 maanden heb je het nieuwe platform gelanceerd bij drie klanten.", "E1"),
]
PARTIAL = [
    ("What success looks like: you are a true partner to engineering and customers love you.", "S"),
    ("30/60/90 day plan will be agreed with your manager.", "H"),
    ("In the first month you will meet the team and learn the product.", "H"),
    ("Month 1: learn. Month 2: learn more. Month 3: settle in.", "H"),
    ("You own the activation and retention metrics for the SMB segment.", "A"),
    ("Full P&L ownership for a $40M line.", "A"),
    ("Bonus of 15% tied to company and personal targets.", "A"),
]
NONE = [
    "You will own OKRs for your squad.",
    "Define success metrics for your product.",
    "Track KPIs and report to stakeholders.",
    "Our company doubled revenue in 12 months.",
    "You have grown a product from 0 to 1M users.",
    "In the first 30 days after applying you will hear from us.",
    "Probation period: 6 months. Health cover after 90 days.",
    "Weekly coaching from a principal PM.",
    "We are an ISO 27001 certified company.",
    "Drive the roadmap with engineering and design.",
    "You will be accountable for driving the entire product lifecycle.",
    "The Product Manager is accountable for the following functions: discovery, delivery and launch.",
    "Help our customers succeed.",
    "Proven track record of exceeding sales targets.",
    "",
]
GENERIC = [
    "You will own OKRs for your squad.",
    "Define success metrics for your product.",
    "Track KPIs and report to stakeholders.",
    "Data-driven mindset; obsessed with metrics.",
    "Write acceptance criteria and definition of done.",
]


@pytest.mark.parametrize(("text", "tier"), EXPLICIT)
def test_explicit_passages_are_found_with_their_tier(text: str, tier: str) -> None:
    mentions = find_criteria(segment(text), "Product Manager")
    assert criteria_status(mentions) == "explicit"
    assert tier in criteria_tiers(mentions)


@pytest.mark.parametrize(("text", "tier"), PARTIAL)
def test_partial_passages_are_found_with_their_tier(text: str, tier: str) -> None:
    mentions = find_criteria(segment(text), "Product Manager")
    assert criteria_status(mentions) == "partial"
    assert tier in criteria_tiers(mentions)


@pytest.mark.parametrize("text", NONE)
def test_other_talk_of_time_success_and_metrics_is_none(text: str) -> None:
    assert criteria_status(find_criteria(segment(text), "Product Manager")) == "none"


@pytest.mark.parametrize("text", GENERIC)
def test_generic_kpi_talk_is_tier_g_and_no_criterion(text: str) -> None:
    mentions = find_criteria(segment(text), "Product Manager")
    assert generic_kpi(mentions)
    assert criteria_status(mentions) == "none"


def test_a_text_without_metrics_has_no_tier_g() -> None:
    assert not generic_kpi(find_criteria(segment("Join a friendly team in Lisbon."), "Product Manager"))


def test_tiers_are_listed_strongest_first() -> None:
    text = "Within six months you will launch the portal.\n\nYou own activation and retention.\n\nTrack KPIs."
    assert criteria_tiers(find_criteria(segment(text), "Product Manager")) == ("E1", "A", "G")


@pytest.mark.parametrize(
    ("title", "status"),
    [("Product Manager", "explicit"), ("Product Owner", "explicit"), ("Nurse", "partial")],
)
def test_outside_product_roles_the_model_must_be_surer(title: str, status: str) -> None:
    # A model that gives every passage even odds of being explicit.
    even = msgspec.structs.replace(model(), bias=(0.7, 0.0), weights={})
    assert even.probabilities([])[0] == pytest.approx(0.5, abs=0.01)
    mentions = find_criteria(
        segment("Success in this role is measured by NPS and retention."), title, scorer=PassageScorer(even)
    )
    assert criteria_status(mentions) == status
