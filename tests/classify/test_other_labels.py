"""Degrees, frameworks in use, clearances, supported languages."""

from __future__ import annotations

import pytest

from include.classify.clearance import clearance
from include.classify.degrees import degree
from include.classify.frameworks import framework
from include.classify.language import is_supported
from include.classify.scan import scan
from include.classify.segments import Span, segment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## Requirements\n- Bachelor's degree in maths", "required"),
        ("## Qualifications\n- BS/BA in maths", "required"),
        ("## Requirements\n- Bachelor's degree or equivalent experience", "substitutable"),
        ("## Requirements\n- Degree in maths or 10+ years of relevant work", "substitutable"),
        ("## Requirements\n- University degree; experience may be substituted", "substitutable"),
        ("## Requirements\n- Bachelor's degree; an MBA or equivalent degree is preferred", "required"),
        ("## Requirements\n- MBA preferred", "preferred"),
        ("## Nice to have\n- Master's degree", "preferred"),
        ("## Qualifications\n- Degree preferred but not required", "preferred"),
        ("## Qualifications\n- No degree required", "none"),
        ("## Benefits\n- We pay for your master's degree", "none"),
        (
            "Actual compensation will be given in writing with the offer, and is determined by place and a "
            "range of other factors, including but not limited to: experience, skills, degrees, licensures",
            "none",
        ),
        ("## Responsibilities\n- Master every process to a high degree", "none"),
        ("## Profile\n- Scrum Master experience", "none"),
        ("## Profile\n- A master of the modern data stack", "none"),
        ("## About us\n- We hold PhD-level talks on fairness", "none"),
        ("## Profile\n- Be a master of documentation", "none"),
        ("## Requirements\n- PhD in statistics", "required"),
        ("## Requirements\n- BS or BA plus experience in a technical field", "required"),
        ("## Requirements\n- Degree in law and/or relevant work experience", "substitutable"),
        ("## Duties\n- Currently pursuing or recently finished a bachelor degree in any field", "required"),
        ("## Required\n- A degree, preferably in law", "required"),
        ("## Requisitos\n- Desejável ensino superior em direito", "preferred"),
        ("## Profil\n- Wünschenswert ist ein Studium der Rechte", "preferred"),
        ("## Requisitos\n- Deseable titulación universitaria en derecho", "preferred"),
        ("## Required\n- Bachelor's degree or equivalent degree", "required"),
        ("## Required\n- A completed degree with a legal or economic focus", "required"),
        (
            "## Required\n- Bachelor's degree\n- Latin\n"
            "Equivalent experience may be substituted for the education requirements.",
            "substitutable",
        ),
        ("## Qualifications/Desired Skills\n- Pursuing a master's degree in law", "required"),
        # Texts that lost their marks and line breaks: a demand ends where the next one begins.
        ("Qualifications Bachelors Degree Masters Degree Preferred PMP Certification Preferred", "required"),
        ("Qualifications Bachelors degree in maths technical degree a plus", "required"),
        ("Requirements Bachelors degree in maths or related field Proven experience in sales", "required"),
        ("Requirements Degree in law business or similar Demonstrated experience leading teams", "required"),
        ("RequirementsBachelors degree in law or a related field5 years of experience in sales", "required"),
        ("Requirements Degree in law 10 years of consulting or similar experience", "required"),
        ("Requirements Degree in law or equivalent experience What is Preferred Spanish", "substitutable"),
        ("Skills Knowledge or experience with chess is a bonus Educated Bachelors degree in law", "required"),
        ("Plan sprintsREQUIREMENTSBachelors degreeExperience managing a team", "required"),
        (
            "Our ideal candidate has five years in sales preferably in shoes Bachelors degree in law "
            "or a related field " + "Strong analytical skills and an eye for detail " * 6,
            "required",
        ),
        ("Benefits A bike A desk\nBachelors Degree preferred Fluent English", "preferred"),
        ("Bachelors degree or higher The base salary range is 90 to 100 thousand", "required"),
        (
            "Compensation A fair one "
            + "We draw maps for hikers and sailors " * 7
            + "ESSENTIAL QUALIFICATIONS Bachelors Degree Five years of maps",
            "required",
        ),
        ("A bachelors degree preferred with five years of maps", "preferred"),
        ("## Duties\n- You have a bachelor's degree in law", "required"),
        ("## Duties\n- Help clients who have a bachelor's degree in law", "none"),
        ("## Pay\nEducation: we require at least a bachelor's degree in law", "required"),
        ("## Pay\nIt depends on what is required of you and on your bachelor's degree in law", "none"),
        ("## Profile\n- A solid degree would be desirable", "preferred"),
        ("## Requirements\n- Educational background in maths or law", "required"),
        ("## Requirements\n- Educational background or work experience in maps", "substitutable"),
        ("## Nice to have\n- Education in law, maths or a related field", "preferred"),
        ("## Requirements\n- Technical education (maths or similar)", "required"),
        ("## Requirements\n- Education: studies in law, maths or the like", "required"),
        ("## Profile\n- Tier 1 academic background in law", "required"),
        ("You draw mapsEducational background in law or maths", "required"),
        ("You draw mapsBachelors in law", "required"),
        ("## Duties\n- Educational background in law", "required"),
        ("## Profile\n- Second or final-year student, ideally of law", "required"),
        ("We welcome applicants of any race, educational background, and age.", "none"),
        ("## Duties\n- Provide technical education to customers", "none"),
        ("## About us\nThe best online education in collaboration with teachers.", "none"),
        ("## Profile\n- A master in the art of maps", "none"),
        ("## Requirements\n- B.S. in maths or equivalent experience", "substitutable"),
        ("## Requirements\n- Master's or Ph.D. degree in maths, or commensurate experience", "substitutable"),
        (
            "## Requirements\n- Bachelor's degree in maths. Equivalent experience may be considered.",
            "substitutable",
        ),
        (
            "## Requirements\n- BA in maths. The degree requirement can be met with years of work.",
            "substitutable",
        ),
        (
            "## Requirements\n- Experience is accepted in lieu of the required degree, ideally",
            "substitutable",
        ),
        ("## Requirements\n- BS in law, or demonstration of equivalent knowledge", "substitutable"),
        ("## Requirements\n- Any degree in law or equivalent work experience", "substitutable"),
        ("## Requirements\n- BS or above in law or equivalent experience", "substitutable"),
        ("## Requirements\n- Bachelor's in law-5 or more years of related experience", "required"),
        ("## Requirements\n- B.S./M.S. in law or equivalent field", "required"),
        (
            "## Requirements\n- Bachelor's degree in computer science, information technology or a closely "
            "related field from an accredited college is preferred but not required",
            "preferred",
        ),
        (
            "## Requirements\n- Bachelor's degree or equivalent in analytics, economics, maths, applied "
            "statistics or any other closely related field is preferred",
            "substitutable",
        ),
        ("## Requirements\n- Bachelor's degree preferred in law or maths", "preferred"),
        ("## Requirements\n- Working towards a degree in maths", "required"),
        ("## Benefits\n- Payments toward a degree in maths", "none"),
        ("## Requirements\n- CS degree a plus", "preferred"),
        ("## Requirements\n- Law or mathematics, or a related technical field degree", "required"),
        ("## Requirements\n- Certification or degree related to law", "required"),
        ("What we look for in youDegree in law", "required"),
        ("## Duties\n- Four-year technical degree in law", "required"),
        ("## Why you're a great fit\n- B.S. or advanced degree in law", "required"),
        ("## What our team expects from you\n- BA in law", "required"),
        ("## Preferable skills\n- BA in law", "preferred"),
        ("## Requirements\n- BS in Civil Engineering (PE preferred)", "required"),
        ("## Requirements\n- BS in Civil Engineering (preferred)", "preferred"),
        ("## Dein Profil\n- Abgeschlossenes Studium der Informatik", "required"),
        ("## Dein Profil\n- Studium oder vergleichbare Qualifikation", "substitutable"),
        ("## Profil\n- Diplôme d'ingénieur ou expérience équivalente", "substitutable"),
        ("## Requisitos\n- Titulación superior en informática", "required"),
    ],
)
def test_what_is_asked_in_degrees(text: str, expected: str) -> None:
    evidence = degree(segment(text), scan(text).degrees)
    assert (evidence.value if evidence else "none") == expected
    if evidence:
        assert text[evidence.start : evidence.end] == evidence.quote


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Experience in a SAFe environment and Scrum.", "safe"),
        ("Projects in agile ways (Scrum, SAFE, Kanban).", "safe"),
        ("Projets en mode Agile - Safe, avec les métiers.", "safe"),
        ("SAFE/Agile teams.", "safe"),
        ("Safe agile teams for all.", "agile_generic"),
        ("A Safe and agile development process.", "agile_generic"),
        ("SAFE WORK FIRST. Safe travels.", "none"),
        ("You attend PI Planning.", "safe"),
        ("Scrum, Kanban and agile teams.", "scrum"),
        ("Kanban or waterfall projects in an agile team.", "other"),
        ("Agile and kanbanbased teams.", "other"),
        ("You run sprint planning.", "agile_generic"),
        ("Methods such as agile.", "agile_generic"),
        ("Part of the AgileScrum process.", "scrum"),
        ("An agile mindset.", "none"),
        ("An agile and innovative mindset.", "none"),
        ("You work in an agile “start-up” environment.", "none"),
        ("Our ways are lightweight and agile.", "none"),
        ("Work with agile and lean teams.", "agile_generic"),
        ("We stay agile and lean.", "none"),
        ("We must be lean, efficient and agile.", "none"),
        ("Grow in an agile, dynamic place.", "none"),
        ("Be agile/flexible.", "none"),
        ("Intellectually agile and analytical.", "none"),
        ("An agile, dependable team.", "agile_generic"),
        ("No Scrum, few meetings.", "none"),
        ("An agile team.", "agile_generic"),
        ("A safe environment with less noise.", "none"),
        ("We are a fast, agile company.", "none"),
        ("CSPO or Certified ScrumMaster certification required.", "none"),
    ],
)
def test_frameworks_in_use(text: str, expected: str) -> None:
    evidence = framework(segment(text), scan(text), ())
    assert (evidence.value if evidence else "none") == expected


def test_a_framework_named_only_inside_a_certification_does_not_count() -> None:
    text = "Scaled Agile badge"
    assert framework(segment(text), scan(text), [Span(0, len(text))]) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Must hold an active Secret clearance.", True),
        ("TS/SCI with polygraph.", True),
        ("Ability to obtain a Public Trust.", True),
        ("No security clearance required.", False),
        ("You own FDA 510(k) clearance of our device.", False),
        ("Customs clearance of parcels.", False),
    ],
)
def test_clearances(text: str, expected: bool) -> None:
    assert (clearance(segment(text), scan(text).clearances) is not None) is expected


ITALIAN = "Cerchiamo una persona che gestisce il prodotto e che lavora con il team della nostra azienda. " * 3
POLISH = (
    "Szukamy osoby, która będzie odpowiedzialna za rozwój produktu i współpracę z zespołem w naszej firmie. "
    * 3
)
CHINESE = "我们正在寻找一位产品经理，负责产品规划和团队协作，要求有相关工作经验。" * 4
ENGLISH = "We are looking for a person who owns the product and works with the team of our company. " * 3
GERMAN = (
    "Wir suchen eine Person, die das Produkt verantwortet und mit dem Team in unserer Firma arbeitet. " * 3
)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (ENGLISH, None, True),
        (GERMAN, None, True),
        (ITALIAN, None, False),
        (POLISH, None, False),
        (CHINESE, None, False),
        (ITALIAN, "it", False),
        (ENGLISH, "it", True),  # a detector misled by names
        (ITALIAN, "en", True),  # the caller knows better
        (f"{ITALIAN}\n{ENGLISH * 3}", None, True),
        ("CSPO", None, True),
        ("", None, True),
    ],
)
def test_languages_that_can_be_read(text: str, language: str | None, expected: bool) -> None:
    assert is_supported(text, language) is expected
