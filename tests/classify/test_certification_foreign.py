"""What ads in German, French, Spanish, Portuguese and Dutch ask; every sentence here is invented.

The rules alone are asked: what the second reading makes of a mention may change with each training.
"""

from __future__ import annotations

import pytest

from include.classify.certifications import mentions_by_rules
from include.classify.headings import heading_kind, is_plain_heading
from include.classify.labels import CertMention, strongest_status
from include.classify.scan import find_hits
from include.classify.segments import segment


def mentions(text: str) -> list[CertMention]:
    found = mentions_by_rules(segment(text), "Product Manager", find_hits(text))
    return [mention for mention in found if mention.status != "none"]


def status(text: str) -> str:
    return strongest_status(mention.status for mention in mentions(text))


SENTENCES = {
    "required": [
        "Sie müssen über eine gültige PMP-Zertifizierung verfügen.",
        "Voraussetzung ist eine Zertifizierung als Scrum Master.",
        "CSPO-Zertifizierung unabdingbar",
        "CSPO-Zertifizierung ist unerlässlich.",
        "Wir erwarten eine Zertifizierung als Scrum Master (PSM I).",
        "Wir setzen eine PMP-Zertifizierung voraus.",
        "## Das musst du mitbringen\n- PMP-Zertifizierung",
        "## Dein Profil\n- Bereitschaft, eine Zertifizierung als Scrum Master zu erwerben",
        "## Ihr Profil\n- Bereitschaft, in der Probezeit die Zertifizierung zum CSPO zu absolvieren",
        "Nous exigeons une certification PMP.",
        "Vous disposez obligatoirement d'une certification PMP.",
        "Il est impératif d'être certifié PMP.",
        "Il faut être certifié PMP.",
        "## Compétences obligatoires\n- Certification PMP",
        "## Profil\n- La certification PSM I devra être obtenue dans les six mois",
        "## Profil\n- Vous vous engagez à passer la certification PSM I dans les six mois",
        "Es imprescindible contar con certificación PMP.",
        "Es necesario contar con la certificación PMP.",
        "Es indispensable la certificación PMP.",
        "Es obligatorio estar certificado en PMP.",
        "Se precisa certificación PMP.",
        "Se necesita certificación PMP.",
        "No se tendrán en cuenta candidaturas sin certificación PMP.",
        "## Perfil\n- Obtener la certificación PSM I en los primeros seis meses",
        "É obrigatório ter certificação PMP.",
        "É necessária certificação PMP.",
        "É imprescindível ter certificação PMP.",
        "Você deve ter certificação PMP.",
        "## Perfil\n- Obter a certificação PSM I nos primeiros seis meses",
        "Je moet in het bezit zijn van een PMP-certificaat.",
        "## Profiel\n- Je bent bereid binnen zes maanden je PSM I-certificaat te behalen",
    ],
    "preferred": [
        "Eine PMP-Zertifizierung ist nicht zwingend, aber gern gesehen.",
        "Optimalerweise verfügst du über eine Zertifizierung als Product Owner.",
        "Im besten Fall hast du eine CSPO-Zertifizierung.",
        "Eine Zertifizierung als Scrum Master rundet Ihr Profil ab.",
        "Zertifizierungen (CSPO, PSPO) runden dein Profil ab.",
        "Wir freuen uns über Zertifizierungen wie CSPO.",
        "Pluspunkte sammelst du mit einer CSPO-Zertifizierung.",
        "Eine PMP-Zertifizierung wäre schön.",
        "Schön wäre eine PMP-Zertifizierung.",
        "Vorzugsweise mit Zertifizierung als Scrum Master",
        "Bevorzugt werden Bewerber mit CSPO-Zertifizierung.",
        "Nach Möglichkeit mit PMP-Zertifizierung",
        "PMP-Zertifizierung oder vergleichbare Berufserfahrung",
        "## Anforderungen\n- Jira\n\n➕ Wünschenswert (von Vorteil, keine Pflicht)\n- CSPO-Zertifizierung",
        "## Anforderungen\n- Jira\n\n## Darüber freuen wir uns\n- CSPO-Zertifizierung",
        "## Anforderungen\n- Jira\n\n## Optimalerweise bringst du mit\n- CSPO-Zertifizierung",
        "Une certification PMP serait idéale.",
        "Si possible certifié PMP",
        "Bonus si vous êtes certifié PMP.",
        "Vous avez éventuellement une certification PMP.",
        "Une certification PMP ferait la différence.",
        "Certification PMP (optionnelle)",
        "## Exigences\n- Jira\n\nCe qui ferait la différence :\n- Certification PMP",
        "Se valora certificación PMP.",
        "Será un plus contar con certificación PMP.",
        "Será una ventaja tener certificación PMP.",
        "Preferiblemente certificado en Scrum.",
        "De preferencia con certificación PMP.",
        "Ideal contar con certificación PMP.",
        "Se dará preferencia a candidatos con certificación PMP.",
        "Se tendrá en cuenta certificación PMP.",
        "Certificación PMP o título universitario",
        "## Requisitos\n- Jira\n\nNo excluyente:\n- Certificación PMP",
        "Será um diferencial possuir certificação PMP.",
        "Certificação PMP é uma vantagem.",
        "De preferência com certificação PMP.",
        "Valorizamos certificações Scrum.",
        "Certificações Scrum são bem-vindas.",
        "Seria legal ter certificação PMP.",
        "## Requisitos\n- Jira\n\n## O que te tornaria um especialista para essa vaga\n- Certificação PMP",
        "## Requisitos\n- Jira\n\n## Seria muito legal se você tivesse\n- Certificação PMP",
        "## Requisitos\n- Jira\n\n## Você vai se destacar se tiver\n- Certificação PMP",
        "Een PMP-certificering strekt tot aanbeveling.",
        "Idealiter heb je een PMP-certificering.",
    ],
    "listed": [
        "## Lo que buscamos\n- Certificación PMP",
        "## O que buscamos\n- Certificação PMP",
    ],
    "mentioned_other": [
        "Eine Zertifizierung ist keine Voraussetzung.",
        "## Das darfst du erwarten\n- Zertifizierungen (CSPO)",
        "## Darauf kannst du dich freuen\n- Zertifizierungen (CSPO)",
        "## Freu dich auf\n- Zertifizierungen (CSPO)",
        "## Gute Gründe für uns\n- Zertifizierungen (CSPO)",
        "Wir übernehmen die Kosten für Zertifizierungen.",
        "Möglichkeit zur Zertifizierung als Scrum Master",
        "Bei uns kannst du Zertifizierungen erwerben.",
        "Die Vergütung hängt von Erfahrung und Zertifizierungen ab.",
        "Nul besoin d'être certifié.",
        "## Ce qu'on vous propose\n- Certifications",
        "## Ce que nous te proposons\n- Certifications (PMP)",
        "## Rejoignez-nous\n- Certifications (PMP)",
        "Nous finançons vos certifications.",
        "Possibilité de passer des certifications.",
        "Vous aurez la possibilité de vous certifier.",
        "Rejoignez une équipe d'experts certifiés.",
        "Nos consultants sont certifiés PMP.",
        "La rémunération dépend de l'expérience et des certifications.",
        "## Condiciones\n- Cursos y certificaciones",
        "## Prestaciones\n- Certificaciones (PMP)",
        "Capacitación y certificación ante la CNSF pagada.",
        "Contamos con una amplia oferta formativa y certificaciones.",
        "Te ayudamos a obtener certificaciones.",
        "Apostamos por tu formación: cursos y certificaciones.",
        "Posibilidad de obtener certificaciones.",
        "Licencia o certificación: Ninguna",
        "Não é necessária certificação.",
        "Não é necessário ter certificação.",
        "Não exigimos certificação.",
        "Apostamos em formações e certificações.",
        "Reembolso de certificações.",
        "Licença ou certificação: Nenhuma",
        "Wij vergoeden je certificeringen.",
    ],
    "none": [
        "Als zertifizierter Bildungsträger bieten wir Kurse.",
        "Du unterstützt Zertifizierungs- und Behördenprozesse.",
        "Du begleitest die Zertifizierung unserer Produkte.",
        "## Dein Profil\n- Erfahrung mit der Zertifizierung eines ISMS nach ISO 27001",
        "## Profil\n- Deutschkenntnisse auf C1-Niveau (Zertifikat)",
        "## Profil\n- Sprachzertifikat B2",
        "Permis/certification :\n- Permis B (Optionnel)",
        "Contar con certificado de discapacidad.",
        "Se valorará certificado de discapacidad.",
        "## Requisitos\n- Certificado médico",
        "## Requisitos\n- Certificado de antecedentes penales",
        "Queda prohibida la solicitud de certificados médicos de no embarazo.",
        "Certificada com o selo Great Place to Work, temos um bom clima.",
        "Uma das melhores empresas, segundo a certificação do GPTW.",
        "Por favor, certifique-se de incluir tudo.",
        "## Requisitos\n- Certificado de conclusão do ensino médio",
        "## Requisitos\n- Atestado ou certificado médico",
        "Certificada pelo 5º ano consecutivo como Great Place to Work, a empresa cresce.",
    ],
}


@pytest.mark.parametrize(
    ("text", "expected"), [(text, expected) for expected, texts in SENTENCES.items() for text in texts]
)
def test_what_a_sentence_asks(text: str, expected: str) -> None:
    assert status(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "## Ihr Profil\n- Zertifizierung im Bereich Qualitätsmanagement",
        "## Ihr Profil\n- Zertifizierung als Auditor für Managementsysteme",
        "## Ihr Profil\n- Zertifizierung als ISO 27001 Lead Auditor",
        "## Ihr Profil\n- Zertifizierung der IHK",
        "## Dein Profil\n- Gültige Zertifizierung (CSPO oder PSPO)",
        "## Dein Profil\n- PMP-Zertifizierung oder die Bereitschaft, diese zu erwerben",
        "## Votre profil\n- Certification de niveau expert",
        "## Votre profil\n- Certificat d'aptitude au conseil agile",
        "## Perfil\n- Certificación de AWS",
        "## Perfil\n- Certificado de trabajo en alturas",
        "## Perfil\n- Certificado em gestão de produtos",
        "## Profiel\n- Certificaat van Scrum Master",
    ],
)
def test_a_bare_certification_of_a_person_is_listed(text: str) -> None:
    assert status(text) == "listed"


@pytest.mark.parametrize(
    "text",
    [
        "Du erwirbst innerhalb der ersten sechs Monate verpflichtend das Zertifikat CSPO.",
        "## Ihr Profil\n- Bereitschaft, die Zertifizierung zum CSPO zu erwerben",
        "## Profil\n- La certification PSM I devra être obtenue dans les six mois",
        "## Perfil\n- Obtener la certificación PSM I en los primeros seis meses",
        "## Perfil\n- Obter a certificação PSM I nos primeiros seis meses",
        "## Profiel\n- Je bent bereid binnen zes maanden je PSM I-certificaat te behalen",
    ],
)
def test_what_is_to_be_obtained_is_required_after_the_start(text: str) -> None:
    assert {(mention.status, mention.timing) for mention in mentions(text)} == {("required", "post_hire")}


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Das musst du mitbringen", "required"),
        ("Zwingende Voraussetzungen", "required"),
        ("Compétences obligatoires", "required"),
        ("Requisitos imprescindíveis", "required"),
        ("Von Vorteil", "preferred"),
        ("Das wäre schön", "preferred"),
        ("Darüber freuen wir uns", "preferred"),
        ("Wünschenswert (von Vorteil, aber keine Pflicht)", "preferred"),
        ("Ce qui ferait la différence", "preferred"),
        ("No excluyente", "preferred"),
        ("Seria muito legal se você tivesse", "preferred"),
        ("Pluspunten", "preferred"),
        ("Was dich auszeichnet", "neutral"),
        ("Et vous", "neutral"),
        ("Lo que buscamos", "neutral"),
        ("Que necesitas", "neutral"),
        ("Vos atouts pour réussir", "neutral"),
        ("Darauf kannst du dich freuen", "benefits"),
        ("Das bieten wir", "benefits"),
        ("Les plus du poste", "benefits"),
        ("Ce que nous te proposons", "benefits"),
        ("Qué te ofrecemos en el equipo", "benefits"),
        ("Condiciones", "benefits"),
        ("O que te oferecemos", "benefits"),
        ("Qué harás", "responsibilities"),
    ],
)
def test_a_heading_without_any_mark(heading: str, kind: str) -> None:
    assert is_plain_heading(heading)
    assert heading_kind(heading) == kind


def test_more_about_something_is_no_plus() -> None:
    assert heading_kind("En savoir plus") != "preferred"
    assert heading_kind("Scam alert") == "legal"


def test_a_picture_may_stand_before_a_heading() -> None:
    text = "Anforderungen\n- Jira\n\n➕ Wünschenswert (von Vorteil, aber keine Pflicht)\n- CSPO"
    assert status(text) == "preferred"
    assert is_plain_heading("🎁 Nos avantages")
    assert not is_plain_heading("🎁 Noch ein ganz gewöhnlicher Satz")


def test_a_question_between_marks_is_a_heading() -> None:
    text = "Requisitos deseables\n- Jira\n\n¿Qué te ofrecemos en el equipo?\n- Cursos\n- CSPO"
    assert status(text) == "mentioned_other"


def test_portuguese_no_is_in_the() -> None:
    assert status("A maior escola no Brasil, segundo a certificação Scrum.") != "mentioned_other"
    assert status("No CSPO certification needed.") == "mentioned_other"
