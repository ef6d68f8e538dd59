"""Talk of certification that asks nothing of the candidate.

Two answers. `decoy`: no certification of a person at all (a company's, a product's, a document, cryptography,
an attestation), so no mention. `other_use`: persons' certifications, but not asked (a benefit, a factor of
pay, other people's, the role's subject), so `mentioned_other`.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from include.classify.linear_time import GuardedPattern

OtherUse = Literal["others", "benefit", "growth", "pay", "third_party", "form", "boilerplate", "subject"]

_I = re.IGNORECASE

# What stands directly before the word `certif…`: names of what is certified that are not persons.
_DECOY_BEFORE: Final = GuardedPattern(
    r"""
    (?:
        \b(?:iso(?:/iec)?|iec|en|as|soc|din|astm|sqf|gmp|haccp|brc|nsf
        |dsa)[\s-]*\d[\w:.\-/]*(?:\s*[–-]\s*\d{4})?(?:\s*(?:,|and|&|or
        |/)\s*(?:iso\s*)?[\w.\- ]{2,14})*(?:\s+type\s+i{1,2})?
      | \biso | soc\s?[123](?:\s+type\s+i{1,2})? | pci(?:[\s-]dss)? | hitrust | hipaa | fedramp
      | stateramp | gdpr | cmmc | csa\s+star | ccpa | il[456]
      | b[\s-]?corp(?:oration)? | great\s+place(?:\s+|-)to(?:\s+|-)work\s*[®™]?['’"”]? | gptw
      | top\s+employer | best\s+(?:places?|workplaces?|companies)\s+to\s+work | fair\s*wage
      | investors?\s+in\s+people | workplace
      | (?:women|woman|minority|veteran|lgbtq?\+?|disability|black)[\s-]owned(?:\s+business)?
      | wosb | wbe | mbe | wbenc | sdvosb | hubzone | 8\(a\) | dbe
      | fair\s*trade | organic | usda | fsc | oeko-tex | kosher | halal | vegan | non[\s-]gmo
      | rainforest\s+alliance | gots | rspo | carbon(?:[\s-]neutral)? | climate | green\s+building
      | leed | energy\s+star | (?<!\w)ul | ce | fcc | mfi | wi-?fi | bluetooth | etl | csa | tüv
      | rohs | reach | atex | emc | nrtl | ce\s+(?:and|&)\s+fcc | fcc\s+(?:and|&)\s+ce | zigbee
      | matter | usb-if | gcf | ptcrb | ctia | emv | pts | fips(?:\s*140-\d)? | common\s+criteria
      | do-?\s?178\w? | do-?\s?254 | easa | faa\s+type | type | airworthiness | aircraft | mdr
      | fda | ivdr | 510\(k\) | ce\s+mark(?:ing)?
      | app(?:\s+store)? | appexchange | product | homologation\s+and | supplier | interoperability
      | carrier | operator | scheme | api | end[\s-]user | data\s+center | export | import | origin
      | conformity | sil | organi[sz]ation(?:al)? | election | mortgage | loan | income | benefit
      | labou?r | employment | prevailing\s+wage | payroll | tax | birth | marriage | death
      | medical | share | stock | gift | insurance | deposit
      | tls | ssl | ssl/tls | tls/ssl | pki | x\.?509 | digital | client | server | root | wildcard
      | self-signed | code[\s-]signing | intermediate | public\s+key | mtls | https?
      | ecovadis | medal
      | s/?mime | degree | agency | academic | nadcap | iatf(?:[\s-]*\d+)? | cmmi | criminal(?:\s+records?)?
      | medical\s+fitness | character | good\s+conduct
      | matric(?:ulation)? | (?<!technical\ )(?<!trade\ )school(?:\s+leaving)? | leaving
      | high\s+school | secondary | senior | general | ged | (?:grade\s+)?12 | hiset | tasc | bachillerato
      | [abc][12] | ielts
      | toefl | telc | goethe | delf | jlpt(?:\s+n\d)? | language | learning | affirmative\s+action
      | higher\s+national | dbs | crb | police | vaccination | covid(?:-19)?(?:\s+vaccination)?
      | title | clearance | employer | part[\s-]*(?:21|23|25|121|135|145)
    )
    \s*[®™]?\s*[-–:"”’')]?\s*$
  | \bdocuments?\s+(?:such\s+as|like|including)\s+$
  | \b(?:standards?|regulations?|codes?)\s*(?:,\s*and|,|and|&|/)\s*$
  | \b(?:assessments?|documentation|testing|tests?|validation|verification|inspection
  |builds?)\s*(?:,\s*and|,|and|&|/|de)\s*(?:(?:industry|security|compliance|third-party)\s+)?$
  | \baligned\s+(?:with|to)\s+(?:\w+\s+){0,2}$
  | \b(?:offre|solution|produit|plateforme|entreprise|société|organisme|groupe|unternehmen|betrieb
  |produkt|empresa|producto|produto|bedrijf)s?\s+(?:\w+\s+)?$
    """,
    _I | re.VERBOSE,
)
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
    ^\W{0,3}
    (?:
        (?:as|como|comme|als)\s+(?:an?\s+|one\s+of\s+)?(?:.{0,30})?(?:great\s+place|(?:most\s+)?loved\s+work|best\s+(?:place|work|employer
        |compan)|b[\s-]?corp|top\s+(?:employer|workplace)|women|minority|carbon)
      | (?:(?:by|por|par|von|door)\s+)?(?:a\s+|the\s+)?(?:great\s+place|net\s+promoter
      |best\s+(?:place|work|employer|compan)|b[\s-]?corp|top\s+employer|workplace)
      | (?:to\s+)?(?:iso|soc\s?[12]|iec)\b | under\s+iso | (?:women|minority|veteran|lgbt\w*|diverse
      |disadvantaged|small)[\s-](?:owned|business|enterprise|supplier)
      | pre-?\s?owned | used\b | mail\b | payrolls?\b(?!\s+professional) | funds\b | cop(?:y|ies)\b
      | public\s+benefit | organic\b | humane | sustainab | carbon | green\b(?!\s+belt)
      | (?:technology\s+|gold\s+|silver\s+|premier\s+|implementation\s+|solutions?\s+
      |consulting\s+)?partners?\b(?!\s+(?:manager|certif)) | reseller | vendor | supplier | (?:firm
      |compan(?:y|ies)|employer|organi[sz]ation|business|agency|lab|laborator|workplace|dealer
      |member)(?:s|ies)?\b | products?\b | devices? | software\b | hardware\b | equipment
      | medical\s+device | translation | installers?\b(?=\s+(?:network|partner))
      | of\s+(?:insurance|incorporation|analysis|conformance|conformity|compliance|occupancy
      |good\s+standing|origin|authenticity|deposit|need|authority|completion\s+of\s+(?:works?)
      |eligibility|destruction|registration|airworthiness|release|employment|appropriate|clearance
      |naturali[sz]ation|sponsorship|vaccination|conduct|(?:your\s+)?(?:highest\s+)?education\b)
      | services?\b(?!\s+(?:professional|manager)) | departments?\b | ssl\b | tls\b | x\.?509
      | usage\b | tools?\b(?!\s+and\s+die) | of\s+proficiency\b | types?\b | issues\b
      | expir\w+ | revocation | templates?\b | formats?\b | ifs\b | haccp\b
      | of\s+disability | bindings?\b | (?:and|or|&|,|/)\s*(?:keys?|secrets?|tokens|testers|provision\w*)\b | stapling
      | /\s*compliance\b | e[hm]rs?\b
      | (?:(?:and|or)\s+\w+\s+)?(?:such\s+as|like|e\.g\.?,?|including)\s+\(?(?:soc\s?[12]|fedramp|hitrust
      |pci|iso\s?(?:9|13|14|2[07])\d+(?!\s+(?:lead|auditor))|hipaa|cmmc)
      | clinics?\b | hospitals?\b | facilit(?:y|ies)\b | buildings?\b | sites?\b | restaurants?\b
      | (?:de\s+)?(?:domiciliation|travail|naissance) | m[ée]dica(?:l|ux)
      | [\s-]?based\s+auth | authentication | exchange\b | signing
      | stores?\b | m[ée]dica | to\s+prescribe | authorit(?:y|ies)\b | management\b(?!\s+(?:certif
      |professional)) | lifecycle | pinning | rotation | transparency | chains?\b
      | renewals?\s+(?:platform|system|automation) | d['’]authentification
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
    r"^(?:re)?certif(?:y|ies|ying)$|^certifi(?:er|ant|ons|ez|ent|ar|can|ca)$|^zertifizier(?:en"
    r"|t\s+nach)$|^certificer(?:en|t)$",
    _I,
)
_BECOME_CERTIFIED: Final = re.compile(r"\b(?:get|become|be|becoming|getting|been|getting\s+yourself)\s*$", _I)

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
_CERTIFYING_TEAM: Final = re.compile(r"\s+(?:engineers?|team|department)\b", _I)
_TITLE_AND_ACRONYM: Final = re.compile(r"\s+(?:[A-Z][\w-]+\s+){2,6}\(C[A-Z]{1,6}\)")
_ATTEST: Final = re.compile(
    r"\b(?:i|you|applicants?)\s+(?:hereby\s+)?(?:also\s+)?certify\b|\bcertify\s+that\b", _I
)

_PAY: Final = GuardedPattern(
    r"(?:salar|compensation|earnings|\bpay\b|\bwages?\b|\boffers?\b|remuneration|pay\s+rate"
    r"|hourly\s+rate|hiring\s+range|base\s+range|\brate\b|vergütung|gehalt|rémunération"
    r"|salário)[^.]{0,260}?(?:depend|based\s+(?:up)?on|determin|factor|consider|account|var(?:y"
    r"|ies)|commensurate|according|abhängig|selon|conforme|de\s+acordo)"
    r"|\bfactors?\b[^.]{0,140}(?:\bincluding|\binclude|such\s+as|:|are)"
    r"|based\s+on\s+(?:\w+[\s,/]+){0,8}$|commensurate\s+with|taken\s+into\s+(?:account"
    r"|consideration)|pay\s+differential|(?:stipend|differential"
    r"|bonus(?:es)?)\s+for\s+\w*\s*certif",
    _I,
)
_PAY_BEFORE: Final = GuardedPattern(
    r"(?:salar\w*|compensation|pay|wages?|earnings)\b[^\n]{0,160}?\b(?:factors?|based\s+on"
    r"|depend\w*|determin\w*)\b[^\n]{0,150}$"
    r"|\bfactors?\b.{0,110}\binclud\w+.{0,110}$",
    _I | re.DOTALL,
)
_BENEFIT: Final = GuardedPattern(
    r"reimburs|sponsor|tuition|stipend|\bbudget|allowance|\bwe(?:['’]ll|\s+will|\s+also"
    r"|\s+can)?\s+(?:happily\s+|gladly\s+|fully\s+)?(?:pay|cover|fund|support|offer|provide|give"
    r"|invest|finance|encourage\s+you)|cover(?:s|ing)?\s+(?:the\s+)?(?:costs?|fees?)"
    r"|company[\s-]paid|employer[\s-]paid|paid\s+(?:professional|training|certif|for\b)|(?:costs?"
    r"|fees?|expenses?)\s+(?:\w+\s+){0,3}(?:covered|paid|are\s+paid)|covered\s+by"
    r"|coverage\s+(?:and|for|of)"
    r"|opportunit(?:y|ies)|access\s+to|assistance|\bperks?\b|free\s+(?:training|certif|access"
    r"|courses?)|fully[\s-]funded|\badd\s+to\s+your|(?:getting|acquiring|pursuing|earning"
    r"|gaining)\s+(?:\w+\s+)?certif|(?:earn|gain|achieve|obtain|pursue)\s+(?:your\s+|new\s+"
    r"|additional\s+|industry[\s-]recogni[sz]ed\s+)(?:\w+\s+)?certif|you\s+(?:can|will"
    r"|['’]ll)\s+(?:also\s+)?(?:receive|gain|have\s+access)|certif\w+\s+(?:pathways?|support|assistance"
    r"|opportunit|reimburs|bonus|attempts|fees?|exams?\s+(?:paid|covered|fees?))"
    r"|inverti(?:mos|r)|investimos|formations?\s+certifiantes?|acceso\s+a\b|acesso\s+a\b"
    r"|(?:la|les|nos|des)\s+formations?[^.;:]{0,60}\s+(?:et|&|,)\s+(?:\w+\s+){0,2}certif"
    r"|wir\s+bieten|prise\s+en\s+charge|accès\s+à|te\s+ofrecemos|ofrecemos|oferecemos|mogelijkheid",
    _I,
)
# Talk of learning: a benefit, unless the mention stands among requirements.
_GROWTH: Final = GuardedPattern(
    r"support\s+(?:for|with|in|to|of|your)|supporting\s+your|professional\s+(?:development|growth)"
    r"|career\s+(?:development|growth|progress)|personal\s+(?:development|growth)"
    r"|development\s+(?:programs?|opportunit)|learning\s+(?:and|&)\s+development|self-development"
    r"|continu(?:ous|al|ed|ing)\s+(?:learning|education|training|professional)"
    r"|ongoing\s+(?:training|learning|education|professional)|training\s+(?:courses?"
    r"|programs?)\s+(?:and|&|,|/)|educational?\s+(?:support|benefits?)|grow\s+(?:your|as|with)"
    r"|growth|upskill|programs?\s+to|you\s+(?:can|will|['’]ll)\s+(?:also\s+)?(?:get|learn)"
    r"|paths?\s+to|certif\w+\s+(?:programs?|courses?|training|paths?)"
    r"|weiterbild|fortbild|schulung|förder|unterstütz|formation\s+(?:continue|et)"
    r"|formations?\s+(?:et|&|,|certif)|accompagn|financ|parcours|monter\s+en\s+compétences"
    r"|formaci[óo]n\s+(?:continua|y|e)|desarrollo|incentivo|apoio|subs[íi]dio|opleiding|ontwikkel"
    r"|percorsi",
    _I,
)
_THIRD_PARTY_AFTER: Final = re.compile(
    r"^\s+(?:[\w/-]+\s+){0,3}?(?:coaches|clinicians|trainers|therapists|physicians|doctors"
    r"|engineers|consultants|professionals|experts|developers|technicians|instructors|teachers"
    r"|psychologists?|psychiatrists|nutritionists|dieti[ct]ians|counsel+ors|specialists|providers"
    r"|surgeons|nurses|nurse\s+midwives|midwives|implementers|psychotherapists?|practitioners|employees|architects|mechanics|dermatologists|planners"
    r"|advisors|accountants|guides|personnel|staff|colleagues|people|users|members|workforce"
    r"|talent|team)\b",
    _I,
)
_CERTIFIED_PEOPLE: Final = re.compile(
    r"^\s+(?:[\w/-]+\s+){0,2}?(?P<noun>coaches|clinicians|trainers|therapists|physicians|engineers|consultants|developers"
    r"|technicians|instructors|teachers|specialists|installers|nurses|architects|mechanics|planners|advisors|accountants"
    r"|inspectors|electricians|pilots|operators|scrum\s+masters)\b(?!\s+certif)",
    _I,
)
_CALLS_FOR: Final = re.compile(
    r"\b(?:looking|seek\w*|hiring|recruit\w*|you|candidates?|applicants?|must|we\s+need|open\s+to|preferably)\b",
    _I,
)
_OTHERS: Final = re.compile(r"\b(?:our|their|his|her|its)\s+(?:[\w-]+\s+)?$", _I)
_WANTED: Final = re.compile(
    r"\b(?:looking\s+for|seek\w*|hiring|recruit\w*|need|require\w*|must\s+be|are\s+you"
    r"|you\s+are)\b[^.;]{0,40}$",
    _I,
)
_OURS_ARE: Final = re.compile(
    r"\b(?:our|their)\s+(?:[\w-]+\s+){1,3}(?:are|is|have\s+been)\s+(?:\w+\s+)?$", _I
)
_WORK_WITH: Final = GuardedPattern(
    r"\b(?:work(?:ing)?|partner(?:ing)?|collaborat\w+|report(?:ing|s)?|supervised|overseen"
    r"|liais\w+)\s+(?:\w+\s+)?(?:with|to|by|alongside)\s+(?:an?\s+|the\s+|our\s+"
    r"|other\s+)?(?:[\w-]+\s+){0,2}$",
    _I,
)
_THIRD_PARTY_CLAUSE: Final = GuardedPattern(
    r"\bcertif\w+\s+of\s+(?:all|our|the\s+(?:team|staff)|staff|employees)\b|\b(?:coach|mentor|train|help|prepare|guide|encourage|motivate|support|enable|ensure|lead"
    r"|teach|assist|educat)(?:s|es|ing)?\s+(?:[\w\s,/&-]{0,60}?)(?:teams?|staff|team\s+members?"
    r"|employees|people|others|students?|learners?|colleagues|engineers|clients?|customers?"
    r"|partners?|reps?|agents?|users?|members|developers|consultants|sellers|talent|candidates"
    r"|associates|toward|towards)\b[^.;]{0,80}\bcertif"
    r"|\b(?:many|most|some|all)\s+of\s+(?:our|the)\s+\w+|\b(?:our|most|many|all)\b[^.;]{0,50}\b(?:employees|teams?|staff"
    r"|consultants|engineers|members|colleagues)\s+(?:\w+\s+)?(?:hold|have|are|maintain|possess)\b"
    r"|\b(?:sessions?|therapy|consultations?|coaching|appointments?|classes|calls?)\s+with\s+(?:an?\s+|our\s+|your\s+)?(?:own\s+)?certif"
    r"|\b(?:their|students['’]?|learners['’]?|employee|partner|customer|client|staff|team|user"
    r"|provider|sales)\s+(?:\w+\s+)?certif|\bcertif\w*\s+(?:exam(?:s|inations?)?|prep(?:aration)?"
    r"|success|candidates|courses?|training|curricul\w+|bootcamps?|content|programs?)\b|\b(?:exam"
    r"|test)\s+prep",
    _I,
)
_FORM: Final = GuardedPattern(
    r"\b(?:do|are|have|can|will|which|what|if\s+so|please\s+list)\b[^.!\n]{0,120}\?|\byes/no\b"
    r"|\bplease\s+(?:list|attach|upload|provide|describe)",
    _I,
)
_BOILERPLATE: Final = GuardedPattern(
    r"\bcop(?:y|ies)\s+of\b|transcripts?\b|evidence\s+of\s+(?:required\s+)?degree|verif(?:y"
    r"|ication)\s+of|background\s+(?:check|screening)|may\s+be\s+(?:asked|subject)"
    r"|(?:submit|send|attach|upload)\s+(?:us\s+)?(?:your|an?|the)\s+(?:[\w-]+\s+)?(?:cv|resume|résumé)\b"
    r"|proof\s+of\s+(?:education|certif|current)|if\s+you\s+are\s+applying\s+for|must\s+be\s+submitted|requirements?\s+for\s+licen[sc]\w+"
    r"|equal\s+opportunity|veteran|e-verify|reasonable\s+accommodation|alien\s+labor|degree\(s\)",
    _I,
)
_CRYPTOGRAPHY: Final = re.compile(
    r"\b(?:pki|tls|ssl|x\.?509|s/?mime|encrypt\w*|cryptograph\w*|key\s+management|kerberos|https|hsm)\b", _I
)
_SECURITIES: Final = re.compile(r"^[^.;]{0,60}\bSeries\s+\d")
_SUBJECT: Final = GuardedPattern(
    r"\b(?:develop|creat|build|design|deliver|manag|own|launch|maintain|implement|coordinat"
    r"|administ|oversee|track|monitor|produc|review|execut|updat|run|scal|conduct|driv"
    r"|organi[sz])(?:e|es|ed|ing|s|ion\s+of)?\b[^.;]{0,90}$",
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
    if _GREAT_PLACE.search(f"{left[-16:]}{word}"):
        return True
    lowered = word.lower()
    if _VERB.match(word):
        return not (_BECOME_CERTIFIED.search(left))
    if _ATTEST.search(f"{left[-30:]}{word}{right[:12]}"):
        return True
    if _SECURITIES.search(right) or (lowered.startswith("certificate") and _CRYPTOGRAPHY.search(left)):
        return True  # `certified to work as … (Series 65)` is a licence of the securities trade
    if _PERSON_CREDENTIAL_BEFORE.search(left):
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


def other_use(
    clause: str, sentence: str, left: str, right: str, before: str, *, is_past: bool, is_named: bool
) -> OtherUse | None:
    """Return how persons' certifications are spoken of without being asked, or None.

    Args:
        clause: the clause that holds the mention.
        sentence: the sentence that holds the clause.
        left: what stands before the mention in its sentence.
        right: what stands after it in its sentence.
        before: the line up to the mention, at most 260 characters.
        is_named: the mention names the credential.
        is_past: the mention is `certified` or the like, so a person's attribute.
    """
    if _FORM.search(sentence) and "?" in right + " ":
        return "form"
    if (
        _PAY_BEFORE.search(before)
        or _PAY.search(left + "certif")
        or (_PAY.search(sentence) and len(sentence) > 60)
    ):
        return "pay"
    if _BOILERPLATE.search(sentence) and not is_named:
        return "boilerplate"
    if _WORK_WITH.search(left) or (is_past and _OURS_ARE.search(left)):
        return "third_party"
    if is_past and _OTHERS.search(left):
        return "others"
    if is_past and _THIRD_PARTY_AFTER.match(right) and not _WANTED.search(left):
        return "third_party"
    if _THIRD_PARTY_CLAUSE.search(clause):
        return "third_party"
    if _BENEFIT.search(clause):
        return "benefit"
    if _GROWTH.search(clause):
        return "growth"
    return None


def is_wanted(left: str) -> bool:
    """Say whether the words before a mention call for candidates: `we are looking for …`."""
    return _WANTED.search(left) is not None


def others_noun(left: str, right: str, title: str) -> bool:
    """Say whether `certified` describes people whom the ad does not look for.

    Args:
        left: what stands before the word in its sentence.
        right: what stands after it in its sentence.
        title: the ad's title: `certified engineers` are the candidates where it names an engineer.
    """
    match = _CERTIFIED_PEOPLE.match(right)
    return (
        match is not None
        and match["noun"].lower()[:6] not in title.lower()
        and _CALLS_FOR.search(left) is None
    )


def is_subject(left: str) -> bool:
    """Say whether the words before a mention make certification a matter the role works on."""
    return _SUBJECT.search(left) is not None
