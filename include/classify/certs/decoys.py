"""Words `certif…` that speak of no person's certification: of companies, products, documents, computers."""

from __future__ import annotations

import re
from typing import Final

from include.classify.certs.foreign_decoys import is_foreign_decoy
from include.classify.linear_time import GuardedPattern

_I = re.IGNORECASE

# What stands directly before the word `certif…`: names of what is certified that are not persons.
_DECOY_BEFORE: Final = GuardedPattern(
    r"""
    (?<!\w)(?:
        (?:iso(?:/iec)?|iec|en|as|soc|din|astm|sqf|gmp|haccp|brc|nsf
        |dsa)[\s-]*\d[\w:.\-/]*(?:\s*[–-]\s*\d{4})?(?:\s*(?:,|and|&|or
        |/)\s*(?:iso\s*)?[\w.\- ]{2,14})*(?:\s+type\s+i{1,2})?
      | iso | soc\s?[123](?:\s+type\s+i{1,2})? | pci(?:[\s-]dss)? | hitrust | hipaa | fedramp
      | stateramp | gdpr | cmmc | csa\s+star | ccpa | il[456]
      | b[\s-]?corp(?:oration)? | great\s+place(?:\s+|-)to(?:\s+|-)work\s*[®™]?['’"”]? | gptw
      | top\s+employer | best\s+(?:places?|workplaces?|companies)\s+to\s+work | fair\s*wage
      | investors?\s+in\s+people | workplace
      | (?:women|woman|minority|veteran|lgbtq?\+?|disability|black)[\s-]owned(?:\s+business)?
      | wosb | wbe | mbe | wbenc | sdvosb | hubzone | 8\(a\) | dbe
      | fair\s*trade | organic | usda | fsc | oeko-tex | kosher | halal | vegan | non[\s-]gmo
      | rainforest\s+alliance | gots | rspo | carbon(?:[\s-]neutral)? | climate | green\s+building
      | leed | energy\s+star | ul | ce | fcc | mfi | wi-?fi | bluetooth | etl | csa | tüv
      | rohs | reach | atex | emc | nrtl | ce\s+(?:and|&)\s+fcc | fcc\s+(?:and|&)\s+ce | zigbee
      | matter | usb-if | gcf | ptcrb | ctia | emv | pts | fips(?:\s*140-\d)? | common\s+criteria
      | do-?\s?178\w? | do-?\s?254 | easa | faa\s+type | (?<!\()type | airworthiness | aircraft | mdr
      | device | fda | ivdr | 510\(k\) | ce\s+mark(?:ing)?
      | app(?:\s+store)? | appexchange | product | homologation\s+and | supplier | interoperability
      | carrier | operator | scheme | api | end[\s-]user | data\s+center | export | import | origin
      | conformity | sil | organi[sz]ation(?:al)? | election | mortgage | loan | income | benefit
      | labou?r | employment | prevailing\s+wage | payroll | tax | birth | marriage | death
      | medical | share | stock | gift | insurance | deposit
      | tls | ssl | ssl/tls | tls/ssl | pki | x\.?509 | digital | client | server | root | wildcard
      | self-signed | code[\s-]signing | intermediate | public\s+key | mtls | https?
      | ecovadis | medal
      | s/?mime | degree | agency | academic | nadcap | iatf(?:[\s-]*\d+)? | cmmi | criminal(?:\s+records?)?
      | medical\s+fitness | character | good\s+conduct | gcs?e
      | matric(?:ulation)? | (?<!technical\ )(?<!trade\ )school(?:\s+leaving)? | leaving
      | high\s+school | secondary | senior | general | ged | (?:grade\s+)?12 | hiset | tasc | bachillerato
      | [abc][12] | ielts
      | toefl | telc | goethe | delf | jlpt(?:\s+n\d)? | language | learning | affirmative\s+action
      | higher\s+national | dbs | crb | police | vaccination | covid(?:-19)?(?:\s+vaccination)?
      | (?:user\s+)?access | entitlements? | renewable(?:\s+energy)? | emissions? | co[2₂] | disability
      | medicare | medicaid | joint\s+commission | non-?profit
      | title | clearance | employer | part[\s-]*(?:21|23|25|121|135|145)
    )
    \s*[®™]?\s*[-–:"”’')]?\s*$
  | \bdocuments?\s+(?:such\s+as|like|including)\s+$
  | \b(?:standards?|regulations?|codes?)\s*(?:,\s*and|,|and|&|/)\s*$
  | \b(?:assessments?|documentation|testing|tests?|validation|verification|inspection
  |builds?)\s*(?:,\s*and|,|and|&|/|de)\s*(?:(?:industry|security|compliance|third-party)\s+)?$
  | \baligned\s+(?:with|to)\s+(?:\w+\s+){0,2}$
  | \b(?:soc\s?2|iso\s?27001|fedramp|hitrust)\b[^.;:]{0,40}\b(?:compliance|security|similar|other)\s+$
  | \b(?:dossiers?|demandes?|campagnes?|démarches?|processus|procédures?|référentiels?|normes?|organismes?
      |métiers?|rapports?|laboratoires?|standards?|exigences?|estándares)\s+(?:de\s+(?:la\s+)?|d['’])$
  | \b(?-i:solution)s?\s+$
  | \b(?:offre|produit|plateforme|entreprise|société|organisme|groupe|unternehmen|betrieb
  |produkt|empresa|producto|produto|bedrijf)s?\s+(?:\w+\s+)?$
    """,
    _I | re.VERBOSE,
)
# Trades and subjects whose names are also things that get certified: asked of people, they are persons'.
_TRADE_BEFORE: Final = GuardedPattern(
    r"\b(?:(?:machine|deep)\s+learning|(?:sql|windows|web)\s+server|(?:water|equipment|machine|crane|plant)\s+operator)\s*$",
    _I,
)
_ASKED_TRADE_BEFORE: Final = GuardedPattern(r"\b(?:operator|payroll|tax|insurance|mortgage|digital)\s*$", _I)
# `Product certification (AIPMM …)` and `Internal Audit certification` are persons': see `_PERSON_AFTER`.
_PERSON_CREDENTIAL_BEFORE: Final = GuardedPattern(
    r"\b(?:lead\s+(?:auditor|implementer)|auditor|implementer|practitioner|professional|specialist"
    r"|administrator|developer|engineer|architect|consultant|associate|expert|manager|owner|master"
    r"|coach|analyst|technician|trainer|instructor|teacher|teaching|nurse|counsel+or|therapist"
    r"|inspector|coder|coding|operator\s+license|belt|foundations?)s?\s*[\"”’')]?\s*$",
    _I,
)
_PERSON_AFTER: Final = re.compile(
    r"^s?\s*(?:\(|such\s+as|like|e\.g|in\s|from\s+(?:aipmm|pmi|scrum|isaca|comptia)|(?:is"
    r"|are)?\s*(?:\w+ly\s+)?(?:a\s+plus|preferred|required|desired|desirable))",
    _I,
)

_DECOY_AFTER: Final = re.compile(
    r"""
    ^[^\w,;]{0,3}
    (?:
        (?:as|como|comme|als)\s+(?:an?\s+|one\s+of\s+)?(?:.{0,30})?(?:great\s+place|(?:most\s+)?loved\s+work|best\s+(?:place|work|employer
        |compan)|b[\s-]?corp|top\s+(?:employer|workplace)|women|minority|carbon)
      | (?:(?:by|por|par|von|door)\s+)?(?:a\s+|the\s+)?(?:great\s+place|net\s+promoter
      |best\s+(?:place|work|employer|compan)|b[\s-]?corp|top\s+employer|workplace)
      | (?:to\s+)?(?:(?:iso|iec)(?=\b|\d)|soc\s?[12]\b) | with\s+wbenc | under\s+iso
      | (?:women|minority|veteran|lgbt\w*|diverse
      |disadvantaged|small)[\s-](?:owned|business|enterprise|supplier)
      | pre-?\s?owned | used\b | mail\b | payrolls?\b(?!\s+professional) | funds\b | cop(?:y|ies)\b
      | public\s+benefit | organic\b | humane | sustainab | carbon | green\b(?!\s+belt)
      | (?:technology\s+|gold\s+|silver\s+|premier\s+|implementation\s+|solutions?\s+
      |consulting\s+)?partners?\b(?!\s+(?:manager|certif)) | reseller | vendor | supplier | (?<!\()(?:firm
      |compan(?:y|ies)|employer|organi[sz]ation|business|agency|lab|laborator|workplace|dealer
      |member)(?:s|ies)?\b | products?\b | devices? | software\b | hardware\b | equipment
      | medical\s+device | translation | installers?\b(?=\s+(?:network|partner))
      | of\s+(?:insurance|incorporation|analysis|conformance|conformity|compliance|occupancy
      |good\s+standing|origin|authenticity|deposit|need|authority|completion\s+of\s+(?:works?)
      |eligibility|destruction|registration|airworthiness|release|employment|appropriate|clearance
      |naturali[sz]ation|sponsorship|vaccination|conduct|(?:your\s+)?(?:highest\s+)?education\b)
      | code\b | environments?\b | displays?\b
      | services?\b(?!\s+(?:professional|manager)) | departments?\b | ssl\b | tls\b | x\.?509
      | usage\b | tools?\b(?!\s+and\s+die) | of\s+proficiency\b | types?\b | issues\b
      | expir\w+ | revocation | templates?\b | formats?\b | ifs\b | haccp\b
      | of\s+disability | bindings?\b | stapling
      | (?:and|or|&|,|/)\s*(?:keys?|secrets?|tokens|testers|provision\w*)\b
      | /\s*compliance\b | e[hm]rs?\b
      | (?:(?:and|or)\s+\w+\s+)?(?:such\s+as|like|e\.g\.?,?|including)\s+\(?(?:soc\s?[12]|fedramp|hitrust
      |pci|iso\s?(?:9|13|14|2[07])\d+(?!\s+(?:lead|auditor))|hipaa|cmmc)
      | clinics?\b | hospitals?\b | facilit(?:y|ies)\b | buildings?\b | sites?\b | restaurants?\b
      | (?:de\s+)?(?:domiciliation|travail|naissance|bachillerato|estudios|secundaria|preparatoria)
      | m[ée]dica(?:l|ux) | haute\s+qualité | hqe\b | mase\b | ecovadis | lne\b | weconnect
      | d['’](?:étalonnage|analyses?|urbanisme|économies?)\b
      | (?:des?|du)\s+(?:nouveaux\s+)?(?:produits?|équipements?|systèmes?|matériels?)\b
      | [\s-]?based\s+auth | authentication | exchange\b | signing
      | stores?\b | m[ée]dica | to\s+prescribe | authorit(?:y|ies)\b | management\b(?!\s+(?:certif
      |professional)) | life\s?cycles? | infrastructure\b | integrations?\b | pinning
      | rotation | transparency | chains?\b
      | renewals?\b | d['’]authentification
      | (?:platform|software|engine|workflow|pipeline|product|portal|marketplace|solutions?
      |system)s?\b(?!\s+(?:architect|engineer|developer|administrator|consultant|specialist|tester
      |professional|analyst)) | (?:testing|tests?|process(?:es)?|bod(?:y|ies)|labs?|laborator\w+|agenc\w+
      |standards?|requirements?(?!\W{0,6}:)|readiness|audits?|evidence|submissions?|packages?|documentation
      |documents|authorit\w+|approvals?|artifacts|plans?|cycles?|criteria|strategy|strategies|basis
      |campaigns?|efforts?|activities|projects?|deliverables|efforts|reports?|timelines?
      |milestones?)\b
      | (?:and|&)\s+(?:promotion|homologation|type\s+approval|regulatory|compliance
      |accreditation\s+(?:process|package|boundar)|authori[sz]ation) | (?:as|is)\s+(?:true|accurate
      |correct) | that\s+(?:the|all|i\b|you|my|any)
      | (?:iso|soc\s?2|hds|secnumcloud|qualiopi|b\s?corp)\b | under\s+(?:the\s+)?(?:wosb|8a) | rncp
      | programs?\s*\((?:e\.g\.,?\s*)?(?:pci|hipaa|soc|iso|fedramp)
      | cohorts? | to\s+(?:industry|the\s+highest)\s
    )
    """,
    _I | re.VERBOSE,
)
# These name a product's or a process's certification among duties, a person's among qualifications.
_SOFT_BEFORE: Final = GuardedPattern(
    r"\b(?:software|hardware|platform|system|site|safety|regulatory|compliance|food\s+safety"
    r"|environmental|security\s+and\s+compliance|device|equipment|network|payment|quality\s+system"
    r"|internal|external|third[\s-]party|company|business|enterprise|corporate|government|vehicle"
    r"|component|partner|vendor|facility|aircraft|building)\s*$",
    _I,
)
_VERB: Final = re.compile(
    r"^\w{0,12}certif(?:y|ies|ying)$|^certifi(?:er|ant|ons|ez|ent|ar|can|ca|que|quem)$|^zertifizier(?:en"
    r"|t\s+nach)$|^certificer(?:en|t)$",
    _I,
)
_BECOME_CERTIFIED: Final = re.compile(r"\b(?:get|become|be|becoming|getting|been|getting\s+yourself)\s*$", _I)

_ONESELF: Final = re.compile(r"\b(?:vous|se|te|nous|me)\s+$", _I)
_SKILLS: Final = re.compile(r"\s+(?:vos|tes|ses)\s+(?:compétences|connaissances)\b", _I)
_LET: Final = re.compile(r"\s+(?:zu\s+)?lassen\b|\s+laten\b", _I)

_COMPANY_SUBJECT: Final = GuardedPattern(
    r"(?:\b(?:we(?:['’](?:re|ve))?|our\s+(?:company|firm|organi[sz]ation|products?|offices?"
    r"|platform|software|facilit\w+)|the\s+company|is\s+proud(?:ly)?(?:\s+to\s+be)?"
    r"|proud(?:ly)?\s+(?:to\s+be\s+)?|inc\.?|llc|ltd\.?|gmbh)\s+(?:(?:are|is|have\s+been"
    r"|has\s+been|been|to\s+be|also|officially|now|proudly|a|an|both|recently|named"
    r"|recogni[sz]ed)\s+){0,5}|(?:has|have|['’]ve|was|were|been)\s+(?:also\s+|recently\s+"
    r"|officially\s+)?(?:been\s+)?)$",
    _I,
)
_NAMED_SUBJECT: Final = GuardedPattern(
    r"(?:^|[.!?]\s+|\s)(?!(?:You|They|Candidate|Applicant|Must|Who|This|That|It|He"
    r"|She)\b)[A-Z][\w&’'-]+\s+(?:is|are)\s+(?:also\s+|now\s+"
    r"|proudly\s+)?(?:an?\s+)?(?:[\w&-]+\s+){0,8}$"
)
_GREAT_PLACE: Final = re.compile(r"place[\s-]?to[\s-]?work\W*certif", _I)  # with or without its space
_THING_BEFORE: Final = re.compile(
    r"\b(?:program(?:me)?|course|school|institution|product|environment|workplace|place)\s+$", _I
)
# `Certification Engineer`: of products. `Certified Agency Procurement Aide (CAPA)`: a person's title.
_CERTIFYING_TEAM: Final = re.compile(r"\s*(?:engineers?|team|department)\b", _I)
_TITLE_AND_ACRONYM: Final = re.compile(r"\s*(?:[A-Z][\w-]+\s+){2,6}\(C[A-Z]{1,6}\)")
_ATTEST: Final = re.compile(
    r"\b(?:i|you|applicants?)\s+(?:hereby\s+)?(?:also\s+)?certify\b|\bcertify\s+that\b", _I
)
_CRYPTOGRAPHY: Final = re.compile(
    r"\b(?:pki|tls|ssl|x\.?509|s/?mime|encrypt\w*|cryptograph\w*|key\s+management|kerberos|https|hsm)\b", _I
)
# Inside a link: `…/jobs/certified-security-operations-center`.
_ADDRESS: Final = re.compile(r"(?:://|www\.)\S*$|\S*-\S*-$|/[\w-]+-$", _I)
_PATH: Final = re.compile(r"(?:-[a-z0-9]+){3,}\S*")
_SECURITIES: Final = re.compile(r"^[^.;]{0,60}\bSeries\s+\d")
_SERIES: Final = re.compile(r"\bSeries\s+\d+[^\W\d]?(?:\s*(?:,|and|/|or|&)\s*\d+[^\W\d]?)*\s*$")
# Beside these, `certificates` are files that prove who a computer is.
_COMPUTERS: Final = re.compile(
    r"\b(?:tcp/ip|dhcp|dns|gpo|sso|wsus|vpn|edr|radius|802\.1x|ipsec|firewalls?|antivirus|proxy|proxies|encryption|chiffrement|saml|oauth"
    r"|port\s+management|patch\s+management|gestion|tunnel)\b",
    _I,
)


def is_decoy(word: str, left: str, right: str, *, is_asked: bool) -> bool:
    """Say whether a word of the family `certif…` speaks of no person's certification.

    Args:
        word: the word itself.
        left: what stands before it in its sentence, at most 120 characters.
        right: what stands after it, at most 80 characters.
        is_asked: it stands among requirements or qualifications.
    """
    lowered = word.lower()
    if _ADDRESS.search(left) or _PATH.match(right):
        return True
    if _VERB.match(word):
        return not (_BECOME_CERTIFIED.search(left) or _certifies_oneself(lowered, left, right))
    if _is_of_another_kind(word, left, right) or is_foreign_decoy(word, left, right):
        return True
    if _names_person(lowered, left, is_asked=is_asked):
        return False
    if lowered.startswith("pre"):
        return True  # precertification: an insurer's approval
    is_past = lowered.endswith(("ed", "iziert", "fié", "fiée", "ado", "ada", "ificeerd"))
    if (
        is_past
        and _COMPANY_SUBJECT.search(left)
        and not re.match(r"\s*(?:in|as\s+an?\s+\w+\s+(?:coach|engineer))\b", right)
    ):
        return True
    if lowered == "certification" and _CERTIFYING_TEAM.match(right):
        return True
    if word == "Certified" and _TITLE_AND_ACRONYM.match(right):
        return False
    if is_past and (_THING_BEFORE.search(left) or (not is_asked and _NAMED_SUBJECT.search(left))):
        return True
    if _DECOY_AFTER.match(right) or (not is_asked and _SOFT_BEFORE.search(left)):
        return True
    if _DECOY_BEFORE.search(left):
        # `Product certification (AIPMM …) preferred` is a person's.
        return is_past or not (left.rstrip().lower().endswith("product") and _PERSON_AFTER.match(right))
    return False


def _certifies_oneself(word: str, left: str, right: str) -> bool:
    """Say whether somebody is to be certified: `vous certifier`, `sich zertifizieren lassen`."""
    if word == "certifier":
        return _ONESELF.search(left) is not None or _SKILLS.match(right) is not None
    return word in ("zertifizieren", "certificeren") and _LET.match(right) is not None


def _is_of_another_kind(word: str, left: str, right: str) -> bool:
    """Say whether the words are an award, an attestation, a securities licence or cryptography."""
    return (
        _GREAT_PLACE.search(f"{left[-16:]}{word}") is not None
        or _ATTEST.search(f"{left[-30:]}{word}{right[:12]}") is not None
        or _SECURITIES.search(right) is not None  # `certified to work as … (Series 65)`
        or _SERIES.search(left) is not None
        or _is_digital(word.lower(), left, right)
    )


def _names_person(word: str, left: str, *, is_asked: bool) -> bool:
    """Say whether the words before name a person's trade: `practitioner certification`."""
    if _PERSON_CREDENTIAL_BEFORE.search(left) or _TRADE_BEFORE.search(left):
        return True
    is_noun = word in ("certification", "certifications")
    return is_asked and is_noun and _ASKED_TRADE_BEFORE.search(left) is not None


def _is_digital(word: str, left: str, right: str) -> bool:
    """Say whether `certificates` are those of cryptography and computer networks."""
    if word.startswith("certificate") and _CRYPTOGRAPHY.search(left):
        return True
    words = left.split()
    is_beside_name = bool(words) and words[-1].isalpha() and words[-1][0].isupper()
    return (
        word in ("certificates", "certificats", "certificados", "zertifikate")
        and not is_beside_name
        and _COMPUTERS.search(f"{left[-60:]} | {right[:40]}") is not None
    )


def is_process(right: str) -> bool:
    """Say whether what stands after a named certification makes it a procedure: `certification process`."""
    return (
        re.match(
            r"\s+(?:process(?:es)?|testing|bod(?:y|ies)|agenc|authorit|platform(?!\s+(?:developer|app|admin))|portal|reseller"
            r"|(?:gold\s+|silver\s+|premier\s+|solutions?\s+|consulting\s+)?partners?\b(?!\s+(?:manager|certif)))",
            right,
            _I,
        )
        is not None
    )
