"""Where a mention stands: lost breaks and headings, escaped markup, labels, alternatives; all invented."""

from __future__ import annotations

import pytest

from include.classify.certifications import find_certifications, mentions_by_rules
from include.classify.certs.decoys import is_decoy
from include.classify.certs.lost_headings import lost_heading
from include.classify.labels import strongest_status
from include.classify.scan import find_hits
from include.classify.segments import segment

FILLER = "Knows maps and trails of every kind and can draw them with care for hikers and for sailors. "


def status(text: str, title: str = "Cartographer") -> str:
    return strongest_status(mention.status for mention in find_certifications(segment(text), title))


def test_escaped_tags_are_the_breaks_of_a_text() -> None:
    text = (
        "&lt;strong&gt;Preferred Requirements&lt;br&gt;&lt;br&gt;&lt;/strong&gt;&lt;ul&gt;"
        "&lt;li&gt;Atlas Reporting Pro Certification&lt;/li&gt;&lt;/ul&gt;"
        "&lt;strong&gt;Perks&lt;br&gt;&lt;/strong&gt;&lt;ul&gt;&lt;li&gt;Boots&lt;/li&gt;&lt;/ul&gt;"
    )
    assert status(text) == "preferred"
    headings = [text[b.start : b.end] for b in segment(text).blocks if b.form == "heading"]
    assert headings == ["Preferred Requirements", "Perks"]
    assert [block.form for block in segment(text).blocks if "Atlas" in text[block.start : block.end]] == [
        "bullet"
    ]


def test_a_capitalised_line_above_a_list_is_its_heading() -> None:
    text = "Qualifications\n- Draws maps\n\nNice-to-Have Skills and Tools\n\n- Scrum certification\n"
    assert status(text) == "preferred"


def test_an_item_above_a_list_is_no_heading() -> None:
    blocks = segment("High School Diploma Required\n- Draws maps\n").blocks
    assert [block.form for block in blocks] == ["text", "bullet"]


@pytest.mark.parametrize(
    ("announcement", "kind"),
    [
        ("You may also have ", "preferred"),
        ("Bonus Traits: ", "preferred"),
        ("Minimum Qualifications ", "required"),
        ("What We Offer ", "benefits"),
        ("What You Bring ", "neutral"),
        ("Responsibilities ", "responsibilities"),
        ("", None),
    ],
)
def test_a_heading_in_a_line_that_lost_its_breaks_is_found(announcement: str, kind: str | None) -> None:
    text = FILLER * 5 + announcement + "a pencil and "
    assert lost_heading(text + FILLER * 3, len(text)) == kind


def test_a_short_line_has_no_lost_heading() -> None:
    text = "Bonus Traits: a pencil and "
    assert lost_heading(text + "a CSPO", len(text)) is None


@pytest.mark.parametrize(
    "pluses",
    [
        "You may also have Experience with Jira CSPO or PSPO certification Knowledge of SQL ",
        "You may also have Experience in retail CSPO certification ",
        "You might also have A degree in drawing CSPO certification Fluent French ",
    ],
)
def test_a_line_of_pluses_that_lost_its_breaks_asks_for_a_plus(pluses: str) -> None:
    assert status(FILLER * 5 + pluses + FILLER * 2) == "preferred"


@pytest.mark.parametrize(
    "text",
    [
        "Certificates, Licenses, Designations\nN/A\nKnowledge\nMaps",
        "**Certification Requirements:** N/A",
        "## Requirements\n- Some positions may require a degree or relevant certifications",
        "## Qualifikation\n- Leidenschaft ist uns wichtiger als Zertifikate",
        "Please submit your CV highlighting your experience and certifications.",
        "We, as well as our board-certified physicians, draw maps. " + FILLER * 3,
        "The hiring range is $83,300.00 to $92,000.00 depending on experience; certifications; place.",
        "Licensure, Certification, or Registration for continued employment: N/A",
        "- Earn a certificate upon successful completion of the programme",
        "You will be guided by a plan provided by a certified coach.",
        "## Requirements\n- You draw maps under the close supervision of a certified surveyor.",
        "## Qualifications\n- We value character and experience over certifications.",
        "## Votre profil\n- Évoluer grâce à un parcours (formations, certifications, coaching)",
        "A family of mappers led by people certified by the guild of maps.\n" + FILLER * 3,
    ],
)
def test_mentioned_only(text: str) -> None:
    assert status(text) in ("mentioned_other", "none")


@pytest.mark.parametrize(
    "text",
    [
        "Education/Certifications/LicensesBachelor’s degree in geography",
        "## Qualifications\nEducation, Licenses, Certifications\nBachelor's degree in geography",
        "License/Certification: Harbour Pilot License (Required)",
        "Required Certificates, Licenses, Registration: State Board of Maps Pilot License (required)",
        "License/Certificate Possession of a valid driver's license",
        "## Desired\n- Specify education, previous experience, certifications required.",
        "## Qualifications\n- Knows encryption, security certificates, TCP/IP and maps",
        "## Requirements\n- Built enablement: onboarding, certifications and playbooks",
        "We are certified as a Most Loved Workplace.",
        "Certification Engineer\nHelp us certify the first flying map.",
        "Apply at jobs.example.com/certifid today.",
        "## Requirements\n- Series 7 certification",
    ],
)
def test_no_certification_is_asked(text: str) -> None:
    assert status(text) == "none"


@pytest.mark.parametrize(
    "text",
    [
        "## Requirements\n- Certifications such as CISSP would be strong positives but are not required",
        "## Qualifications\n- _CSPO certification is a plus_",
        "## Qualifications\n- CSPO preferrred",
        "## Qualifications\n- Scrum certifications are considered assets",
        "Une certification Scrum serait un +.",
        "## Requirements\n- Certifications such as CISSP are often required or highly desirable",
        "## Requirements\n* Preferred to hold a CSPO certification",
        "## Qualifications\n- A plus to have obtained a certification such as CSPO",
        "## Education\n- Bachelor's degree in maps; OR\n- A certificate of the mappers' guild; OR\n- Luck",
        "## Requirements\nLes certifications (CSPO, Jira.) sont un atout.",
        "You might also have...\n- CSPO",
    ],
)
def test_a_plus(text: str) -> None:
    assert status(text) == "preferred"


@pytest.mark.parametrize(
    "text",
    [
        "Minimum certification: CSPO",
        "Vous avez la certification CSPO obligatoirement",
        "Draws mapsMust have a CSPO certification",
        "## Duties\n- Complete Scrum certification exams within the first 12 weeks of hire",
        "Licenses & Certifications\n\nRequired\n\nCSPO certification",
    ],
)
def test_a_demand(text: str) -> None:
    assert status(text) == "required"


def test_a_modal_word_ends_with_the_item_that_lost_its_break() -> None:
    text = "Drawing background preferred Operational experience in a harbour  ITIL Foundation certification"
    # The rules alone: a single line tells the second reading nothing.
    found = mentions_by_rules(segment(text), "Cartographer", find_hits(text))
    assert [mention.status for mention in found] == ["listed"]


@pytest.mark.parametrize(
    "left", ["data science ", "Machine Learning ", "SQL Server ", "customer service ", "AML/compliance "]
)
def test_a_field_that_ends_like_a_thing_is_a_persons(left: str) -> None:
    assert not is_decoy("certification", left, " preferred", is_asked=True)


@pytest.mark.parametrize("left", ["device ", "CE ", "ISO 9001 – 2015 ", "server ", "insurance "])
def test_a_thing_is_not(left: str) -> None:
    assert is_decoy("certificate", left, "", is_asked=True)


def test_a_title_with_its_acronym_is_a_persons() -> None:
    assert (
        status("Must become a Certified Agency Mapping Aide (CAMA) within three months of hire") == "required"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A word of an acronym's or another word's beginning is no negation: `not`, `Nos`, `SANS`.
        ("Skills\n- Relevant certifications, such as but not limited to Certified Map Analyst", "listed"),
        ("Skills\n- Maps (SANS, certified draughtsman)", "listed"),
        # Emphasis is no bullet, so the modal word behind it still reaches the head of the list.
        ("Skills\n- Certifications in **PMP** and **PRINCE2** are preferred", "preferred"),
        ("Skills\n- relevant _certifications_ are a plus", "preferred"),
        # Lines that run on.
        (
            "Skills\n- Relevant certifications (e.g. CISSP, CISM, CRISC, CISA) \nstrongly preferred.",
            "preferred",
        ),
        ("Profil recherché\nCertification Power BI\nsouhaitée\nGoût des cartes", "preferred"),
        ("Skills\n- Any certification (Lean, Six Sigma, PRINCE2,...) is a plus", "preferred"),
        # Glued words.
        ("Skills\nDrawing is a plusCertification in map making is preferredAble to walk", "preferred"),
        # The line above a list speaks for its names.
        (
            "What you bring\n- Certification in any of the below would be an advantage, but not required\n"
            "- GCP Cloud Architect\n- CKA (Certified Kubernetes Administrator)",
            "preferred",
        ),
        ("Useful Qualifications:\n- Certifications such as CISSP", "preferred"),
        ("Votre profil\n- Vous êtes familier voire certifié sur Azure", "preferred"),
        ("About us\nAppropriate certification and two boots are critical.", "required"),
        ("Skills\n- Maps of clouds (cloud certifications expected)", "required"),
        ("Nice to have\n- CPA or equivalent", "preferred"),
        # Other certificates.
        ("We look for a Coastal State Policy Organizer (CSPO). The CSPO draws maps.", "none"),
        ("Skills\n- Access Certification, SOD", "none"),
        ("Aufgaben\nhttps://example.com/jobs/certified-security-operations-center-gmbh/lead", "none"),
        ("Vos missions\n- Constituer les dossiers de certification des nouveaux produits", "none"),
    ],
)
def test_what_two_thousand_fresh_mentions_taught(text: str, expected: str) -> None:
    assert status(text) == expected


@pytest.mark.parametrize("name", ["ITIL v4 Foundation", "ITIL V3 Foundation", "ITIL 4 Foundation"])
def test_a_level_makes_a_framework_a_credential(name: str) -> None:
    text = f"## Requirements\n- Ten years at sea\n- {name} or above\n"
    assert [mention.key for mention in find_certifications(segment(text), "Cartographer")] == ["itil"]
    assert not find_certifications(segment(text.replace(" Foundation", " processes")), "Cartographer")


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Required: current ACLS and BLS card.", ["life_support", "life_support"]),
        ("CPR required within 30 days of hire.", ["life_support"]),
        ("CompTIA A+ or Network+ is a must.", ["comptia_aplus", "comptia_netplus"]),
        ("CompTIA A Network Security would be a plus.", ["comptia_any"]),  # a text that lost its marks
        ("Certifications in coaching, Six Sigma or similar are a plus.", ["lss_any"]),
        ("Data of the Bureau of Labor Statistics (BLS) is required.", []),
        ("BLS signatures on the blockchain are required.", []),
        ("Experience with Lean and Six Sigma is required.", []),
        ("Network+ is our loyalty programme.", []),
    ],
)
def test_names_that_count_without_the_word_certification(text: str, keys: list[str]) -> None:
    found = [mention.key for mention in find_certifications(segment(text), "Cartographer")]
    assert [key for key in found if key != "generic_cert"] == keys


LOST = "Draws maps and trails of every kind with care for hikers and sailors and reads them aloud " * 4


@pytest.mark.parametrize(
    "text",
    [
        f"Bonus points for {LOST}Scrum certification We offer you work from home and boots",
        f"{LOST}Nicetohave CAMS CertificationNicetohave Interest in trails",
    ],
)
def test_the_next_sentence_says_nothing_where_marks_were_lost(text: str) -> None:
    # The rules alone: a single line tells the second reading nothing.
    assert [found.status for found in mentions_by_rules(segment(text), "Pilot", find_hits(text))] == [
        "preferred"
    ]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("design thinking Certified ScrumMaster", ["Certified ScrumMaster"]),
        ("PMI Agile Certified Practitioner", ["PMI Agile Certified Practitioner"]),
        ("Scrum certified people", ["Scrum certified"]),
    ],
)
def test_a_name_that_goes_on_behind_certified_is_meant(words: str, names: list[str]) -> None:
    assert [words[hit.start : hit.end] for hit in find_hits(words)] == names


def test_teams_for_emergencies_are_no_certifications() -> None:
    assert find_hits("You will work with national CERTs and with the CERT of the region.") == []
    assert [hit.end for hit in find_hits("any certs")] == [9]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("PMP certification (CSM a plus)", {"pmi_pmp": "required", "sa_csm": "preferred"}),
        ("PMP certification (a plus)", {"pmi_pmp": "preferred"}),
        ("PMP, CSM a plus", {"pmi_pmp": "preferred", "sa_csm": "preferred"}),
    ],
)
def test_a_wish_in_brackets_is_of_the_name_in_them(item: str, expected: dict[str, str]) -> None:
    found = find_certifications(segment(f"## Requirements\n- {item}\n- Maps"), "Cartographer")
    assert {mention.key: mention.status for mention in found} == expected


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("EST/CST time zones", "none"),
        ("CST hours (US)", "none"),
        ("Scrum with a CST badge", "required"),
        ("Scrum, CST et CEC", "required"),
        ("Scrum, CST or CEC, 8-5 ET", "required"),
    ],
)
def test_a_time_zone_is_no_certified_scrum_trainer(zone: str, expected: str) -> None:
    assert status(f"## Requirements\n- Scrum in a remote team, {zone}") == expected
