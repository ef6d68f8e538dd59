"""Persons' certifications that are not asked of the candidate: benefits, pay, other people, duties."""

from __future__ import annotations

import re
from typing import Final, Literal

from include.classify.linear_time import GuardedPattern

OtherUse = Literal["others", "benefit", "growth", "pay", "third_party", "form", "boilerplate", "subject"]

_I = re.IGNORECASE

_PAY: Final = GuardedPattern(
    r"(?:salar|compensation|earnings|\bpay\b|\bwages?\b|\boffers?\b|remuneration|pay\s+rate"
    r"|hourly\s+rate|hiring\s+range|base\s+range|\brate\b|vergütung|gehalt|rémunération"
    r"|salário|remuneração|salario|sueldo|retribuci[óo]n|remuneraci[óo]n|salaris)(?:[^.]|\.\d){0,260}?(?:d[ée]pend|based\s+(?:up)?on|determin|factor|consider|account|var(?:y"
    r"|ies)|commensurate|according|abhängig|hängt|richtet\s+sich|je\s+nach|en\s+fonction|en\s+funci[óo]n|selon|conforme|de\s+acordo|acorde|según|afhankelijk)"
    r"|\bfactors?\b[^.]{0,140}(?:\bincluding|\binclude|such\s+as|:|are)"
    r"|based\s+on\s+(?:\w+[\s,/]+){0,8}$|commensurate\s+with|taken\s+into\s+(?:account"
    r"|consideration)|pay\s+differential|(?:stipend|differential"
    r"|bonus(?:es)?)\s+for\s+\w*\s*certif",
    _I,
)
_PAY_BEFORE: Final = GuardedPattern(
    r"(?:salar\w*|compensation|pay|wages?|earnings|(?:hiring|base)\s+range)\b[^\n]{0,160}?\b(?:factors?|based\s+on"
    r"|depend\w*|determin\w*)\b[^\n]{0,150}$"
    r"|\bfactors?\b.{0,110}\binclud\w+.{0,110}$",
    _I | re.DOTALL,
)
_BENEFIT: Final = GuardedPattern(
    r"reimburs|certificates?\s+(?:upon|on|after)\s+(?:successful\s+)?completion|benefits?\s+(?:program|from)|programs\s+range\s+from|incentivi[sz]ed|sponsor|tuition|stipend|\bbudget|allowance|\bwe(?:['’]ll|\s+will|\s+also"
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
    r"|formations?\s*(?:,|et|&|/)\s*(?:\w+\s+){0,2}certif|certifications?\s+et\s+formations?"
    r"|inverti(?:mos|r)|investimos|formations?\s+certifiantes?|acceso\s+a\b|acesso\s+a\b"
    r"|(?:la|les|nos|des)\s+formations?[^.;:]{0,60}\s+(?:et|&|,)\s+(?:\w+\s+){0,2}certif"
    r"|(?:^|[-*•]\s*)(?:gain|earn|get|pursue)\s+(?:\w+\s+)?certif"
    r"|faisons\s+passer|passages?\s+de\s+(?:vos\s+|tes\s+)?certif|vous\s+serez\s+formé|(?:vous|se|te|nous)\s+certifier"
    r"|certifier\s+vos|formations?(?:&nbsp;)+certifiantes?|obtention\s+de\s+(?:nouvelles\s+|vos\s+|tes\s+)?certif"
    r"|obtenir\s+de\s+nouvelles\s+certif|nous\s+(?:vous\s+|te\s+|t['’])(?:propos|offr|accompagn|form|aid|perm|financ)\w*"
    r"|nous\s+(?:finan[cç]ons|prenons\s+en\s+charge)|possibilité\s+(?:de|d['’])|plan\s+de\s+formation"
    r"|(?:wir|gerne)\s+(?:übernehmen|fördern|finanzieren|ermöglichen|bezahlen|zahlen)|übernehmen\s+wir|kostenübernahme"
    r"|möglichkeit(?:en)?\s+(?:zur?|zu|der|für|dich|sich)\b|zertifizierungs(?:möglichkeit|angebot|kosten|prämi|budget"
    r"|programm)\w*|zertifizierten?\s+(?:trainings?|kurse?n?|schulungen|weiterbildung\w*|fortbildung\w*|lehrg\w+)"
    r"|(?:kannst\s+du|können\s+sie)[^.;]{0,60}(?:erwerben|absolvieren|zertifizieren)|zertifizieren\s+zu\s+lassen"
    r"|oferta\s+formativa|\bte\s+(?:ayudamos|apoyamos)|\b(?:financiamos|pagamos|cubrimos)\b|posibilidad(?:es)?\s+de"
    r"|apostamos\s+(?:por|em)|\bbecas?\b|certificarte|(?:capacitaci[óo]n|formaci[óo]n)\s+(?:\w+\s+)?(?:y\s+|e\s+)certif"
    r"|incentivo\s+a\b|reembolso|\baux[íi]lio|\bbolsas?\s+(?:de|para)|\bvergoed\w*"
    r"|\bif\s+you(?:['’]re|\s+are)\s+not\s+(?:yet\s+|already\s+)?certified"
    r"|wir\s+bieten|prise\s+en\s+charge|(?<!d['’])accès\s+(?:[\w’']+\s+){0,3}?(?:à|aux?)\b|te\s+ofrecemos|ofrecemos|oferecemos|mogelijkheid",
    _I,
)
# Talk of learning: a benefit, unless the mention stands among requirements.
_GROWTH: Final = GuardedPattern(
    r"support\s+(?:for|with|in|to|of|your)|supporting\s+your|professional\s+(?:development|growth)"
    r"|career\s+(?:development|growth|progress)|personal\s+(?:development|growth)"
    r"|\b(?:trainings?|courses|conferences|workshops)\s*(?:and|&|,|/|\+)\s*(?:[\w-]+\s+){0,2}certif"
    r"|development\s+(?:programs?|opportunit)|learning\s+(?:and|&)\s+development|self-development"
    r"|continu(?:ous|al|ed|ing)\s+(?:learning|education|training|professional)"
    r"|ongoing\s+(?:training|learning|education|professional)|training\s+(?:courses?"
    r"|programs?)\s+(?:and|&|,|/)|educational?\s+(?:support|benefits?)|grow\s+(?:your|as|with)"
    r"|growth|upskill|skill\s+upgrad|programs?\s+to|you\s+(?:can|will|['’]ll)\s+(?:also\s+)?(?:get|learn)"
    r"|paths?\s+to|certif\w+\s+(?:programs?|courses?|training|paths?)"
    r"|\b(?:trainings?|kurse|seminare|workshops|lehrgänge|konferenzen)\s*(?:,|und|&|/|inkl\w*\.?|sowie|oder)\s*(?:\w+\s+){0,2}zertifi"
    r"|\b(?:cursos|treinamentos|formações)\s*(?:,|y|e)\s+(?:\w+\s+)?certific"
    r"|weiterbild|fortbild|schulung|förder|unterstütz|formation\s+(?:continue|et)"
    r"|formations?\s+(?:et|&|,|certif)|accompagn|financ|parcours|monter\s+en\s+compétences"
    r"|formaci[óo]n\s+(?:continua|y|e|especializada)|desarrollo|incentivo|apoio|subs[íi]dio|opleiding|ontwikkel"
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
_FOREIGN_PEOPLE: Final = GuardedPattern(
    r"\b(?:experts|consultants|collaborateurs|ingénieurs|formateurs|expert[·•.-]es|experten|berater(?:n|innen)?|kollegen"
    r"|consultores|expertos|profesionales|especialistas|profissionais|ingenieros)\s+(?:(?:sont|son|sind|são)\s+)?$"
    r"|\b(?:travaill|collabor|trabaj|trabalh|arbeite|samenwerk|werk)\w*\s+(?:avec|com|con|mit|met)\s+(?:des\s+|les\s+|nos\s+)?"
    r"(?:[\w-]+\s+){0,2}$",
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
    r"|provided|issued|signed|led|taught|run|liais\w+)\s+(?:\w+\s+)?(?:with|to|by|alongside)\s+(?:an?\s+|the\s+|our\s+"
    r"|other\s+)?(?:[\w-]+\s+){0,2}$"
    r"|\bunder\s+(?:the\s+)?(?:[\w-]+\s+){0,2}(?:supervision|guidance|direction|oversight|mentorship)\s+(?:of|by|from)"
    r"\s+(?:an?\s+|the\s+|our\s+)?(?:[\w-]+\s+){0,2}$",
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
    r"|\b(?:aider|accompagner|former|préparer)\b[^.;]{0,60}(?:clients?|équipes?|candidats?|collaborateurs|stagiaires|apprenants)\b"
    r"[^.;]{0,60}certif|\bnous\s+(?:détenons|cumulons|totalisons)\b"
    r"|\b(?:nos|unsere|nuestros|nossos|onze)\s+(?:[\w+’-]+\s+){0,3}?(?:équipes|consultants|experts|collaborateurs|ingénieurs|berater\w*"
    r"|mitarbeit\w+|kollegen|consultores|expertos|colaboradores|medewerkers)\b[^.;]{0,60}certif"
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
    r"|bewerbungsunterlagen|lebenslauf|anschreiben|\b(?:arbeits)?zeugnisse?n?\b|lettre\s+de\s+motivation|curriculum\s+vitae"
    r"|currículo|motivatiebrief|merci\s+de\s+joindre|carta\s+de\s+presentaci"
    r"|proof\s+of\s+(?:education|certif|current)|if\s+you\s+are\s+applying\s+for|must\s+be\s+submitted|requirements?\s+for\s+licen[sc]\w+"
    r"|equal\s+opportunity|veteran|e-verify|reasonable\s+accommodation|alien\s+labor|degree\(s\)",
    _I,
)
_SUBJECT: Final = GuardedPattern(
    r"\b(?:develop|creat|establish|support|build|design|deliver|manag|own|launch|maintain|implement|coordinat"
    r"|administ|oversee|track|monitor|produc|review|execut|updat|run|scal|conduct|driv"
    r"|organi[sz])(?:e|es|ed|ing|s|ion\s+of)?\b[^.;]{0,90}$",
    _I,
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
    if "?" in right and _FORM.search(sentence):
        return "form"
    if (
        _PAY_BEFORE.search(before)
        or _PAY.search(left + "certif")
        or (len(sentence) > 60 and _PAY.search(sentence))
    ):
        return "pay"
    if not is_named and _BOILERPLATE.search(sentence):
        return "boilerplate"
    if (is_past and _OURS_ARE.search(left)) or _WORK_WITH.search(left):
        return "third_party"
    if is_past and _OTHERS.search(left):
        return "others"
    if is_past and _FOREIGN_PEOPLE.search(left):
        return "third_party"
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
