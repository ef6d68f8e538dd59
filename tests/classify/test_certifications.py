"""Certifications: the codebook's examples, what is none, the whole lexicon, six languages."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from include.classify.certifications import find_certifications
from include.classify.credentials import CREDENTIALS, GENERIC, UNSPECIFIED
from include.classify.labels import CertMention, strongest_status
from include.classify.segments import segment

DATA = Path(__file__).parent / "data"
LEXICON = Path(__file__).parents[2] / "include" / "classify" / "lexicon"

HEADINGS = {
    "required": "Requirements",
    "preferred": "Preferred qualifications",
    "qualifications(neutral)": "Qualifications",
    "benefits": "Benefits",
    "responsibilities": "Responsibilities",
    "about_company": "About us",
    "application_form": "Application questions",
    "eeo_boilerplate": "Equal opportunity",
    "success": "What success looks like",
    "how_we_measure": "How we measure",
    "process": "Hiring process",
    "onboarding": "Onboarding",
    "comp": "Compensation",
}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


EXAMPLES = rows(DATA / "codebook_examples.csv")
DECOYS = [
    (row["key"], pattern) for row in rows(LEXICON / "decoys.csv") for pattern in row["patterns"].split("|")
]


def mentions(text: str, title: str = "Product Manager") -> tuple[CertMention, ...]:
    return find_certifications(segment(text), title)


def status(text: str) -> str:
    return strongest_status(mention.status for mention in mentions(text))


def test_all_78_codebook_examples_are_here() -> None:
    assert len(EXAMPLES) == 78


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda row: row["id"])
def test_codebook_example(example: dict[str, str]) -> None:
    found = mentions(f"## {HEADINGS[example['section']]}\n- {example['text']}")
    strongest = strongest_status(m.status for m in found)
    assert strongest == example["cert_status"]
    if example["cert_timing"] in ("at_hire", "post_hire"):
        assert {m.timing for m in found if m.status == strongest} == {example["cert_timing"]}
    expected = set(filter(None, example["certs"].split("|")))
    assert {UNSPECIFIED if m.key == GENERIC else m.key for m in found} == expected


@pytest.mark.parametrize(
    "frame",
    [
        "## Requirements\n- {}",
        "## Qualifications\n- {}",
        "## About us\nWe are {}.",
        "## Responsibilities\n- Work on {}",
        "- Experience with {}",
    ],
)
@pytest.mark.parametrize(("key", "pattern"), DECOYS)
def test_a_decoy_is_never_required_nor_listed(key: str, pattern: str, frame: str) -> None:
    assert status(frame.format(pattern)) not in ("required", "listed"), key


def test_all_35_decoy_families_are_here() -> None:
    assert len({key for key, _ in DECOYS}) == 35


@pytest.mark.parametrize("key", CREDENTIALS)
def test_every_certification_of_the_lexicon_is_found_and_required(key: str) -> None:
    def as_demand(alias: str) -> str:
        noun = "" if "certif" in alias.lower() else " certification"
        return f"## Requirements\n- {CONTEXT.get(key, '')}{alias}{noun} is required."

    found = {(m.key, m.status) for alias in CREDENTIALS[key].aliases for m in mentions(as_demand(alias))}
    assert (key, "required") in found


CONTEXT = {"scrumstudy_smc": "SCRUMstudy "}
"""Words that a name shared with another credential needs beside it."""


def test_no_row_of_the_lexicon_hides_another() -> None:
    with (LEXICON / "certifications.csv").open(encoding="utf-8", newline="") as file:
        keys = [row["key"] for row in csv.DictReader(file)]
    assert sorted(keys) == sorted(CREDENTIALS)  # a key that stands twice would leave one out


@pytest.mark.parametrize(
    "text",
    [
        "Partner with our CSMs on renewals and with the APM program.",
        "Define the ICP, lower CPA and CPM, and own the SSM integration.",
        "Manage PMP deals with publishers.",
        "Provide a safe environment, with less waste and a single point of contact (SPOC).",
        "Report to the CPO; PO numbers are on every invoice.",
        "Run PLC programming and CST meetings.",
        "Knowledge of ITIL, PRINCE2 and TOGAF. Experience with PMP methodology.",
        "We raised a Series B and hold a green belt around the city.",
        "Our CERT and CSIRT answer incidents.",
    ],
)
def test_abbreviations_in_another_sense_are_no_certification(text: str) -> None:
    assert mentions(text) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## Anforderungen\n- CSPO", "required"),
        ("## Dein Profil\n- PMP-Zertifizierung erforderlich", "required"),
        ("## Dein Profil\n- Zertifizierung als Scrum Master wünschenswert", "preferred"),
        ("## Ihr Profil\n- Idealerweise Zertifizierung nach PSPO", "preferred"),
        ("## Dein Profil\n- Zertifizierung (CSPO oder PSPO)", "listed"),
        ("## Wir bieten\n- Weiterbildungen und Zertifizierungen", "mentioned_other"),
        ("## Dein Profil\n- Keine Zertifizierung notwendig", "mentioned_other"),
        ("## Über uns\n- Wir sind ein ISO 27001 zertifiziertes Unternehmen", "none"),
        ("## Profil recherché\n- Certification PMP exigée", "required"),
        ("## Profil\n- Une certification Scrum serait un plus", "preferred"),
        ("## Ce que nous offrons\n- Formations et certifications prises en charge", "mentioned_other"),
        ("## Profil\n- Pas de certification requise", "mentioned_other"),
        ("## À propos\nEntreprise certifiée B Corp", "none"),
        ("## Requisitos\n- Certificación CSPO", "required"),
        ("## Perfil\n- Se valorará certificación Scrum", "preferred"),
        ("## Ofrecemos\n- Cursos y certificaciones", "mentioned_other"),
        ("## Requisitos obrigatórios\n- Certificação CSPO", "required"),
        ("## Diferenciais\n- Certificação PSPO", "preferred"),
        ("## Perfil\n- Certificação PMP obrigatória", "required"),
        ("## Functie-eisen\n- PSPO certificering", "required"),
        ("## Jouw profiel\n- Een CSPO-certificaat is een pré", "preferred"),
        ("## Wat bieden wij\n- Opleidingen en certificeringen", "mentioned_other"),
    ],
)
def test_modality_and_headings_of_six_languages(text: str, expected: str) -> None:
    assert status(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Must have PMP; CSPO is a plus.", {"pmi_pmp": "required", "sa_cspo": "preferred"}),
        (
            "CISA certification is mandatory. CISSP is a big plus.",
            {"cism_cisa": "required", "cissp": "preferred"},
        ),
        ("Cisco certification required, ideally CCNP.", {"cisco_any": "required", "cisco_ccnp": "preferred"}),
        ("You must have five years of experience, and a PMP is preferred.", {"pmi_pmp": "preferred"}),
        (
            "The following are desirable but not required: CSPO, CISSP.",
            {"sa_cspo": "preferred", "cissp": "preferred"},
        ),
        ("Active PMP certification (other training preferred) required.", {"pmi_pmp": "required"}),
        ("Essential documents such as certificates and proposals.", {}),
    ],
)
def test_a_modal_word_speaks_of_its_own_item(text: str, expected: dict[str, str]) -> None:
    assert {m.key: m.status for m in mentions(text)} == expected


@pytest.mark.parametrize(
    ("text", "timing"),
    [
        ("CSPO certification is required.", "at_hire"),
        ("You must obtain SAFe POPM certification within six months of hire.", "post_hire"),
        ("Security+ certification, or must be obtained within 90 days.", "post_hire"),
        ("Willingness to become a Certified ScrumMaster in the first year.", "post_hire"),
        ("Ability to obtain the PMP certification by the start date.", "at_hire"),
    ],
)
def test_when_a_certification_is_needed(text: str, timing: str) -> None:
    found = mentions(f"## Requirements\n- {text}")
    assert [(m.status, m.timing) for m in found] == [("required", timing)]


@pytest.mark.parametrize(
    ("text", "substitutable", "expected"),
    [
        ("PMP or equivalent required", "other_cert", "required"),
        ("PMP or equivalent experience required", "experience", "preferred"),
        ("Bachelor's degree or PMP certification", "degree", "preferred"),
        ("Relevant degree and PMP certification", None, "required"),
    ],
)
def test_what_else_is_accepted(text: str, substitutable: str | None, expected: str) -> None:
    (mention,) = [m for m in mentions(f"## Requirements\n- {text}") if m.key == "pmi_pmp"]
    assert (mention.substitutable, mention.status) == (substitutable, expected)


def test_an_unlisted_certification_keeps_its_name() -> None:
    (mention,) = mentions("## Requirements\n- Boomi Developer Certification")
    assert (mention.key, mention.name, mention.status) == (
        GENERIC,
        "Boomi Developer Certification",
        "required",
    )
    assert mention.cert_class == "technical_vendor"


def test_a_legal_mandate_is_marked() -> None:
    (mention,) = mentions("## Requirements\n- Security+ certification as required by DoD 8140")
    assert mention.is_legally_mandated


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## Certifications\n- PMP preferred", "preferred"),
        ("## Required qualifications\n- Maps\n\n## Certifications\n- PMP", "required"),
        ("## Certifications\nNone", "mentioned_other"),
        ("## License/Certification\n- Driver's license (Required)", "none"),
        ("## Responsibilities\n- License/Certification: California Bar License (Required)", "none"),
    ],
)
def test_a_heading_that_says_certifications_is_decided_by_what_stands_below(text: str, expected: str) -> None:
    assert status(text) == expected
