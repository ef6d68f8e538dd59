"""Support counts when the hire receives it."""

from __future__ import annotations

import pytest

from include.classify.segments import segment
from include.classify.support import dev_support

RECEIVED = [
    ("Annual $2,000 learning budget.", {"training_budget"}),
    ("Tuition reimbursement and paid holidays.", {"training_budget"}),
    ("We offer a yearly stipend for courses, books and conferences.", {"training_budget"}),
    ("Jährliches Weiterbildungsbudget von 1.500 €.", {"training_budget"}),
    ("Weekly coaching from a principal PM.", {"coaching_mentoring"}),
    ("You will be mentored by our head of product.", {"coaching_mentoring"}),
    ("We will sponsor your PMP.", {"cert_sponsorship"}),
    ("You will obtain SAFe POPM certification within 6 months of joining (we pay).", {"cert_sponsorship"}),
    (
        "Annual $2,000 learning budget; many of our PMs use it for Pragmatic or CSPO courses.",
        {"training_budget", "cert_sponsorship"},
    ),
]
NOT_RECEIVED = [
    "Opportunities for professional growth.",
    "Mentor junior PMs.",
    "Coach teams toward their CSM certification.",
    "Experience coaching and mentoring product managers.",
    "Manage the marketing budget for conferences.",
    "Machine learning budget forecasts for our customers.",
    "PMP certification preferred.",
    "Provide mentoring to the engineers of the team.",
    "",
]


@pytest.mark.parametrize(("text", "kinds"), RECEIVED)
def test_support_received_is_found(text: str, kinds: set[str]) -> None:
    found = dev_support(segment(text))
    assert {evidence.value for evidence in found} == kinds
    assert all(text[evidence.start : evidence.end] == evidence.quote for evidence in found)


@pytest.mark.parametrize("text", NOT_RECEIVED)
def test_support_given_or_only_promised_does_not_count(text: str) -> None:
    assert dev_support(segment(text)) == ()
