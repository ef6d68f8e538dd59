"""Language that real ads use around certifications; every sentence here is invented."""

from __future__ import annotations

import pytest

from include.classify.certifications import find_certifications
from include.classify.labels import strongest_status
from include.classify.segments import segment


def status(text: str, title: str = "Product Manager") -> str:
    return strongest_status(mention.status for mention in find_certifications(segment(text), title))


@pytest.mark.parametrize(
    "text",
    [
        "Applications without a CSPO cannot be considered.",
        "You will not be considered if you do not hold a PMP certification.",
        "Bewerbungen ohne PMP-Zertifizierung werden nicht berücksichtigt.",
        "No PMP, no interview.",
        "Non-negotiable: CSPO",
        "A CSPO is non-negotiable.",
        "We insist on a PMP.",
        "PMP certification is expected.",
        "Cloud certifications a must, such as: AWS Certified Developer",
        "- Certifications required: CSPO, CSM",
    ],
)
def test_demand(text: str) -> None:
    assert status(text) == "required"


@pytest.mark.parametrize(
    "text",
    [
        "Certs are a plus, but not required (OSCP, GPEN, CISSP).",
        "- Certifications preferred: CISSP, CISM, CISA",
        "## Requirements\n- Agile certifications are a plus if the client asks for one",
        "## Requirements\n- PMP, CSM and the like are highly regarded",
        "## Requirements\nDes certifications Scrum seraient appréciées.",
        "## Requirements\n- Strong skills MBA, CPA or CMA preferred 5+ years of leading teams",
        "## Requirements\n- Relevant work experience, certification, or courses",
        "## Requirements\n- Design degree, bootcamp certificate, or equivalent",
        "## Requirements\n- Kanban tools\n\nIdeal, But Not Required\n- CSPO",
        "## Requirements\n- Kanban tools\n\nNice to haves include\n- CSPO",
        "Possession of a certificate as a Town Planner issued by the national board\n"
        "of planning and of land registration is desirable.",
        "Bonus points if you have... a CSPO or a PMP.",
    ],
)
def test_plus(text: str) -> None:
    assert status(text) == "preferred"


@pytest.mark.parametrize(
    "text",
    [
        "Certified engineers required on site.",
        "## Requirements\n- Certificates and Licenses: No certifications needed",
        "## Requirements\n- We cover the cost of certifications relevant to your work",
        "A team of designers, accountants, CPAs and writers.",
    ],
)
def test_nothing_asked_of_the_candidate(text: str) -> None:
    assert status(text) == "mentioned_other"


@pytest.mark.parametrize(
    "text",
    [
        "Acme is a Microsoft Certified Partner.",
        "## Requirements\n- Experience with TLS, encryption, certificates and key management",
        "## Requirements\n- Knows cert-manager and Helm",
        "## Requirements\n- Write to jobs@certifyco.com",
        "## Requirements\n- Knowledge of frameworks such as Scrum, PRINCE2 or ITIL",
        "## Required Education, Experience, Certifications and Skills\n- Ruby on Rails",
        "License/Certification: Driver's license (Required)",
        "## Requirements\n- Criminal record certificate",
    ],
)
def test_no_certification_of_a_person(text: str) -> None:
    assert status(text) == "none"


def test_certified_people_are_candidates_where_the_title_names_them() -> None:
    assert status("Certified engineers required on site.", title="Network Engineer") == "required"


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("CSPO (Certified Scrum Product Owner) required", "CSPO (Certified Scrum Product Owner)"),
        ("Certified Scrum Product Owner (CSPO, PSPO) required", "Certified Scrum Product Owner (CSPO, PSPO)"),
        ("- You need CERTIFICATIONS for this", "CERTIFICATIONS"),
        ("Knows AWS or OpenStack. Certifications are a plus", "Certifications"),
    ],
)
def test_quote_holds_the_whole_name(text: str, quote: str) -> None:
    mention = find_certifications(segment(text), "Product Owner")[0]
    assert mention.quote == quote == text[mention.start : mention.end]
    assert mention.name.count("(") == mention.name.count(")")
