"""Words `zertif…`, `certif…` of no person's certification in the languages that are read beside English."""

from __future__ import annotations

import re
from typing import Final

from include.classify.linear_time import GuardedPattern

_I = re.IGNORECASE
_ENGLISH: Final = frozenset(
    ["certified", "certificate", "certificates", "cert", "certs", "certify", "certifying"]
)

# German compounds: of companies, computers, documents and of the procedure itself.
_COMPOUND: Final = re.compile(
    r"(?:sprach|schul|geburts|emissions|umwelt|energie|produkt|geräte|gebäude|fahrzeug|software|system|anlagen|muster"
    r"|qualitäts|bio|öko|client|server|wurzel|echtheits|analyse|herkunfts)\w{0,3}zertifi\w*"
    r"|\w*zertifi(?:zierungs?|kats?)(?:prozess|verfahren|stelle|audit|projekt|anforderung|behörde|test|unterlage"
    r"|dokument|management|verwaltung|aktivität|vorgabe|standard|norm|vorhaben|anbieter|gesellschaft|vorbereitung)\w*",
    _I,
)
_DOCUMENT: Final = re.compile(r"zertifikate?n?s?|certificats?|certificados?|certificaten?", _I)
_ATTRIBUTE: Final = re.compile(r"zertifiziert\w*|certifiée?s?|certificad[oa]s?|gecertificeerde?", _I)

_SEAL = r"(?:great\s+place|gptw|top\s+employer|b[\s-]?corp|best\s+workplace|happy\s?(?:at|index))"
_NORM = r"(?:iso|iec|din|tisax|iatf|haccp|en\s?\d|nf\s?\w|mase|hds|secnumcloud|qualiopi)"
_THING = (
    r"(?:isms|produkt|gerät|system|anlage|software|unternehm|organisation|standort|prozess|lieferant|messgerät|medizinprodukt"
    r"|fahrzeug|komponente|bauteil|qualitäts|management|wasser|maschine|lösung|flug|luftfahr|schiff|gebäude)\w*"
)
_AFTER: Final = re.compile(
    rf"""
    [^\w,;]{{0,3}}(?:
        (?:(?:com|con|avec|pel[oa]|por|par|como|comme|als|del?|d[aou]|segundo|depuis|desde|seit|met|mit)\s+
            (?:[^.;:\n]{{0,45}}\b)?)?{_SEAL}
      | (?:(?:nach|gemäß|selon|según|segundo|conforme|volgens|sous|bajo|en|pel[ao]|de)\s+
            (?:(?:la|der|den|a|o|norme?s?|norma)\s+){{0,2}})?{_NORM}\b(?![^.;\n]{{0,30}}(?:lead|audit))
      | (?:\([^()\n]{{0,20}}\)\s*)?(?:niveau|nivel|nível|auf|de\s+nivel)?\s*\(?(?-i:[ABC][12])\b
            (?!\s*[cz]ertif)
      | (?:de\s+|d['’]|en\s+)(?:inglés|inglês|anglais|francés|français|alemán|allemand|idiomas?|langues?
            |español|espanhol)\b
      | m[ée]dic[oa]s?\b | sanitari[oa]s?\b
      | d[eo]\s+(?:no\s+embarazo|discapacidad|deficiência|antecedentes|penales|delitos|estudios|bachillerato
            |secundaria|preparatoria|primaria|nacimiento|nascimento|residencia|trabajo(?!\s+en\s+altura)|travail|salud|saúde|vacunaci|conclusão|conclusi
            |ensino|terminaci|reservista|domicil|naissance|scolarité|décès|origen|calidad|origem|qualidade|conformi)
      | funcional\b | (?:y|e)\s+(?:normativas?|acreditaci[óo]n\s+de)\b
      | de\s+(?:piezas|software|productos?|produtos?|procesos?|sistemas?|equipos|equipamentos|obras?|gastos)\b
      | et\s+la\s+conformité | (?:des?|du|de\s+(?:la|nos|vos|l['’]))\s*(?:produits?|équipements?|avions?
            |aéronefs?|logiciels?|laboratoires?|matériels?|site|entreprise|société)\b
      | (?:und|et|y|e|en)\s+(?:schlüssel|clés|claves|chaves|sleutels)
      | (?:entreprise|hébergeu?r|happy|qualipropre|breeam|lucie|ecocert|engagé)\b
    )
    """,
    _I | re.VERBOSE,
)
_AFTER_GERMAN: Final = re.compile(
    rf"""
    [^\w,;]{{0,3}}(?:
        (?:eine[sr]?|des|der|von|unsere[rs]?|ihre[rs]?|neue[rs]?)\s+(?:[\w-]+\s+){{0,2}}?(?:\w*-)?{_THING}
      | -\s*(?:und|oder|,|&|/)\s*\w*(?:prozess|verfahren|stelle|audit|anforderung|behörde|norm|zulassung
            |prüf)\w*
      | (?:bildungs|weiterbildungs)?(?:träger|unternehmen|betrieb|anbieter|arbeitgeber|hersteller|produkt
            |system|software|qualität|prozess|umgebung|rechenzentr|gebäude|standort|lieferant|labor
            |dienstleister|akademie|institut|bio|maschinen|anlagen|management|fachbetrieb)\w*
    )
    """,
    _I | re.VERBOSE,
)
_FIRM: Final = re.compile(r"\s*(?:[\w-]+\s+){1,5}gmbh\b", _I)  # `die Certified Something GmbH`
_BEFORE: Final = GuardedPattern(
    r"""
    (?<!\w)(?:
        (?:t(?:ü|&uuml;)?v\s+(?:rheinland|süd|nord|hessen|saarland|s&uuml;d))
      | (?:toeic|dalf|testdaf|(?<![\w-])[abc][12]-niveau)\s*\(? | (?<![\w-])[abc][12]\s*\( | digitale[mnrs]?
      | (?:responsable|département|métier|pôle|équipe|ingénieur|technicien)(?:\s+(?:labo|projet|service))?
      | (?:audits?|auditeurs?|auditorías?)\b[^.;\n]{0,25}\b(?:lors\s+des|y/o|de|y|e|et)
      | (?:esfuerzos|estándares|normas|procesos|ensayos|pruebas|organismos?)\s+de | relacionad[oa]s\s+con
      | calidad\s+[yo] | (?:écosystème|secteur|marché|domaine|monde)\s+de\s+la
      | (?:bachillerato|preparatoria|estudios\s+secundarios|ensino\s+médio)\b[^.;\n]{0,25}
    )\s*$
    """,
    _I | re.VERBOSE,
)
# `Classer et archiver les certificats`: papers that somebody keeps.
_KEPT: Final = GuardedPattern(
    r"\b(?:archiver|classer|renouveler|délivrer|établir|éditer|rédiger|vérifier|contrôler|verwalten|ausstellen|prüfen|emitir"
    r"|expedir)\b[^.;\n]{0,30}$|\b(?:normes|procédures|bescheinigungen)\s*(?:,|et|und)\s*(?:les\s+)?$"
)
_CERTIFIED_THING: Final = GuardedPattern(
    r"\b(?:environnement|institut|hébergement|hébergeur|bâtiment|immeuble|locaux|usine|site|laboratoire|assiette|comptes?"
    r"|données|filière|ferme|agriculture|entreprise|société|organisme|centre|école|empresa|centro|compañía|bedrijf"
    r"|organisatie)\s+(?:[\w’'-]+\s+){0,3}$"
)
_COMPANY: Final = GuardedPattern(
    r"\b(?:nous\s+(?:sommes|avons\s+été)|wir\s+sind|somos|fomos|hemos\s+sido|wij\s+zijn|we\s+zijn"
    r"|(?:notre|la|l['’])\s*(?:entreprise|société|groupe|agence)\s+est"
    r"|(?:unser|das)\s+(?:unternehmen|betrieb)\s+ist|(?:nuestra|la|nossa|a)\s+empresa\s+(?:es|está|é)"
    r"|(?:ons|het)\s+bedrijf\s+is)\s+(?:[\w-]+\s+){0,4}$"
)


def is_foreign_decoy(word: str, left: str, right: str) -> bool:
    """Say whether a word of the family `certif…` speaks of no person's certification.

    Args:
        word: the word itself.
        left: what stands before it in its line, at most 120 characters.
        right: what stands after it, at most 90 characters.
    """
    if word.lower() in _ENGLISH:
        return word == "Certified" and _FIRM.match(right) is not None
    if _COMPOUND.fullmatch(word) or _AFTER.match(right) or _BEFORE.search(left):
        return True
    if "zertif" in word.lower() and _AFTER_GERMAN.match(right):
        return True
    if _DOCUMENT.fullmatch(word):
        return _KEPT.search(left) is not None
    return _ATTRIBUTE.fullmatch(word) is not None and (
        _CERTIFIED_THING.search(left) is not None or _COMPANY.search(left) is not None
    )
