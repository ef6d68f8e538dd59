"""How firmly a clause asks for something: required, preferred, negated; and when it is needed.

Modal words cover their own clause only (codebook section 1, rule 2). A word such as `required` speaks of what
stands before it (`PMP required`) or after it (`required: PMP`, `required certifications`); where a clause
holds several, the item belongs to the nearest that can reach it.
"""

from __future__ import annotations

import functools
import re
from typing import Final, Literal, NamedTuple

from include.classify.linear_time import GuardedAlternatives, compile_longest
from include.classify.segments import Span

Firmness = Literal["required", "preferred", "negated"]
Reach = Literal["before", "after"]


class ModalCue(NamedTuple):
    """A modal word or phrase.

    Attributes:
        reach: whether it speaks of what stands before it or after it.
    """

    start: int
    end: int
    firmness: Firmness
    reach: Reach


_EDGE = r"(?:\b|(?<=[a-z])(?=(?-i:[A-Z])))"  # `desirableThis`: the break was lost
_ADVERB = r"(?:(?:strongly|highly|very|also|greatly|always|really|absolutely|definitely|not\s+only)\s+)?"
_BIG = (
    r"(?:(?:big|huge|strong|definite|major|great|real|nice|distinct|significant|added|additional|clear"
    r"|massive)\s+)?"
)

# Words that speak of what stands on either side; what follows them decides (see `_reach`).
_EITHER_REQUIRED = (
    r"required(?!\s+(?:to\s+(?:perform|do|be\s+an?|support|deliver|succeed|pass)\b|for\s+their"
    r"|by\s+(?:this|the)\s+position))|mandatory"
    r"|(?<!non-)(?<!non )essential|necessary(?!\s+(?:to|for))|needed(?!\s+(?:to"
    r"|for))|compulsory|obligatory|imperative"
    r"|zwingend\s+(?:erforderlich|notwendig)|(?:erforderlich|notwendig|obligatorisch|verpflichtend)(?:e[mnrs]?)?"
    r"|vorausgesetzt(?:e[mnrs]?)?|benötigt(?:e[mnrs]?)?|zwingend|unabdingbar|unerlässlich|unverzichtbar"
    r"|exig[ée]e?s?|requise?s?|obligatoire(?:s|ment)?|indispensables?|nécessaires?|imp[ée]rati(?:f|ve|vement)s?"
    r"|requerid[oa]s?|imprescindibles?|obligatori[oa]s?|necesari[oa]s?|excluyentes?|exigid[oa]s?"
    r"|obrigat[óo]ri[oa]s?|necess[áa]ri[oa]s?|imprescind[íi]ve(?:l|is)|indispens[áa]ve(?:l|is)"
    r"|vereist|verplicht|noodzakelijk|benodigd|onmisbaar"
)
_EITHER_PREFERRED = (
    r"pref+er+(?:ed|able)|desired|desire?able|advantageous|beneficial|helpful|optional|recommended"
    r"|favou?red|favou?rabl[ey]|advised|regarded|sought[\s-]after|prized"
    r"|encouraged|appreciated|welcomed?|valued|valuable|useful|value[\s-]add(?:ed|itions?)?|non-?essential"
    r"|nice[\s-]?to[\s-]?haves?|good[\s-]?to[\s-]?haves?|great\s+to\s+have"
    r"|(?:wünschenswert|vorteilhaft|erwünscht|gewünscht|bevorzugt|hilfreich)(?:e[mnrs]?)?|gern(?:e)?\s+gesehen"
    r"|wünschen\s+wir|willkommen"
    r"|souhait[ée]e?s?|souhaitables?|appréci[ée]e?s?|préf[ée]r[ée]e?s?|recommandé?e?s?"
    r"|bienvenue?s?|facultati(?:f|ve)s?|optionnel(?:le)?s?|valorisée?s?(?!\s+(?:au|aux|à|par|dans)\b)"
    r"|deseables?|valorables?|valorad[oa]s?|preferibles?|recomendables?|opcional(?:es)?|no\s+excluyentes?"
    r"|preferid[oa]s?|bienvenid[oa]s?"
    r"|desej[áa]ve(?:l|is)|diferencia(?:l|is)|valorizad[oa]s?|preferencia(?:l|is)|opciona(?:l|is)|bem-vind[oa]s?"
    r"|wenselijk|gewenst|optioneel|meegenomen"
)
# In German and the Romance languages what is asked may follow: `Es imprescindible contar con …`.
_GOVERNS = (
    r"\s+(?:contar\b|tener\b|poseer\b|disponer\b|(?:estar|ser|être)\s+(?:\w+\s+)?certif|que\s+(?:tengas?|cuentes?|poseas|seas"
    r"|você|tenha|possua)\b|la\b|una\b|uma\b|certificaci|certificaç|ter\b|possuir\b|d['’](?:être|avoir|obtenir)\b"
    r"|de\s+(?:posséder|disposer|détenir|justifier)\b|si\s+(?:vous|tu|tienes|cuentas|posees)\b|se\s+você\b)"
)
_BEFORE_REQUIRED = (
    r"(?:is|are|'s|’s)\s+(?:an?\s+)?(?:absolute\s+|hard\s+|firm\s+|strict\s+|pre-?\s?|basic\s+|minimum\s+"
    r"|entry\s+|non-?waivable\s+)?(?:must(?:[\s-]haves?)?|critical|crucial|vital|requirements?|requisites?"
    r"|prerequisites?|condition|expected|non-?\s?negotiable|deal-?\s?breaker|expectation|demanded|insisted)\b"
    r"|(?<=[,(]\s)(?<!\w)non-?\s?negotiable\b(?!\s*:)|(?<=[–—-]\s)non-?\s?negotiable\b(?!\s*:)"
    r"|\ba\s+must\b|\bmust[\s-]?have\b(?=\s*(?:[.,;)]|$))|(?:ist|sind"
    r"|als)\s+(?:eine?\s+)?(?:pflicht|voraussetzung|muss)"
    r"|\bexpected\b(?=\s*(?:[.;)\n]|$))|\bvoraussetzung\b(?!\s+(?:ist|sind)\s+\w)|\bpflicht\b|setzen\s+wir\s+voraus"
    r"|\b(?:muss|müssen)\s+(?:zwingend\s+|bereits\s+)?(?:vorhanden|vorliegen|gegeben|nachgewiesen)\b"
    r"|\b(?:est|sont)\s+(?:un\s+|des\s+)?pr[ée]-?\s?requis\b|\b(?:est|sont)\s+(?:demand|attendu)[ée]?e?s?\b"
    r"|\b(?:es|son|é|são)\s+(?:un\s+|um\s+)?requisitos?\b|\been\s+(?:harde\s+)?(?:vereiste|eis|must)\b"
)
_BEFORE_PREFERRED = (
    rf"(?:\b(?:is|are|be)|['’]s)\s+(?:(?:considered|seen|regarded)\s+)?(?:as\s+)?(?:an?\s+)?{_BIG}(?:plus(?:es)?"
    rf"|bonus|assets?|advantages?|positives?)\b(?!\s+(?:tests?|results?))|\b(?:an?|as|the|is|are)\s+{_BIG}(?:plus|bonus|asset|advantage|differentiator|edge"
    rf"|benefit)\b(?!\s+(?:if|for|to\s+have|to\s+hold)\b)|\b{_BIG}plus(?:es)?\b(?!\s+(?:if|for|to\s+have|to\s+hold|years?|\d|at\s+least"
    rf"|(?-i:[a-z][\w-]*\s+){{0,3}}experience)\b)(?<!\+)"
    r"|(?:would|will|could)\s+be\s+(?:an?\s+)?(?:strong|big|clear)\s+positives?\b"
    r"|(?:receive|given?|get)\s+favou?rabl[ey]\s+consideration|\b(?:is|are)\s+also\s+positive\b"
    r"|(?:would|will|can|could)\s+be\s+(?:an?\s+)?(?:nice|great|ideal|good|lovely|cool|awesome"
    r"|fantastic|amazing|desirable|plus|helpful|considered|beneficial|advantage|asset|bonus)\w*"
    r"|\bpreferably\b(?=\s*[.;)])|von\s+(?:großem\s+)?vorteil(?!\s+(?:ist|sind|wären?)\s+\w)|(?:ein|großes|gro[ßs]er)\s+(?:plus"
    r"|vorteil|pluspunkt)|kein\s+muss|\bwären?\s+(?:\w+\s+)?(?:schön|toll|super|ideal|optimal|klasse)\b"
    r"|\brunde(?:t|n)\b(?=[^.;\n]{0,60}\bab\b)"
    rf"|(?:(?:est|sera|serait|sont|seraient|constitue(?:nt)?)\s+(?:un|des)\s+(?:vrais?\s+|réels?\s+|gros\s+)?"
    rf"(?:plus|atouts?|avantages?)|\bun\s+(?:vrai\s+|réel\s+|gros\s+|véritable\s+|sérieux\s+)?(?:plus|atout)\b"
    rf"|\b(?:un|is\s+an?)\s+\+(?!\w)|(?:es|son|ser[áa]|serán|ser[íi]an?)\s+(?:un\s+|una\s+)?(?:plus|ventaja|valorable)"
    rf"|(?:é|são|ser[áa]|serão|seriam?)\s+(?:um\s+|uma\s+)?(?:plus|diferencia(?:l|is)|vantage(?:m|ns)))(?!{_GOVERNS})"
    r"|\b(?:ferai(?:t|ent)|fera|feront)\s+la\s+différence|\bserai(?:t|ent)\s+idéal(?:e|es)?\b|\bstrekt\s+tot\s+aanbeveling"
    r"|(?:is|zijn)\s+een\s+(?:pre|pré|plus|voordeel)\b|\been\s+(?:pre|pré|plus)\b|streepje\s+voor"
    r"|\bas\s+(?:an?\s+)?advantage|\bif\s+possible\b|\bsi\s+possible\b(?!\s+\w)"
    r"|\b(?:is|are)\s+(?:ideal|great|nice)\b|\bis\s+een\s+pluspunt"
)
_AFTER_REQUIRED = (
    r"\bpossession\s+of\b|"
    r"(?:^|(?<=[.!;:•\n*-]\s)|(?<=[.!;:•\n*-]))holds?\s+(?:an?\s+|valid\b|current\b|active\b)"
    rf"|{_EDGE}must\s+(?:also\s+)?(?:have|hold|be|possess|maintain|obtain|carry|own|show|provide"
    r"|currently|include|already|pass|complete|meet|retain|demonstrate|acquire|become|earn|get"
    r"|achieve|attain)"
    r"|\bmusts?\b(?=\s*:)|\bmust[\s-]?haves?\b|\brequires\b|\brequire\b|\bneeds?\s+to\s+(?:have"
    r"|hold|be|possess)|\b(?:you|candidates?|we|applicants?)(?:['’]ll)?\s+(?:will\s+)?need\b"
    r"|\b(?:has|have)\s+to\s+(?:have|hold|be)"
    r"|\bprerequisites?\b|\bminimum\s+(?:of\s+)?(?:qualifications?|requirements?)\b|\bminimum(?=\s+certification)"
    r"|\brequirements?\s+(?:include|are)\b|\bexpected\s+to\s+(?:hold|have|maintain|obtain|be)"
    r"|\bshall\s+(?:have|hold|be|possess)"
    r"|\bonly\s+(?:candidates|applicants)|\b(?:do\s+not|don['’]t|only)\s+apply\s+(?:unless|if)\b|\binsists?\s+(?:on|that)\b"
    r"|\b(?:we|you)\s+(?:do\s+|will\s+)?expect\s+(?:an?\b|you\s+to\s+(?:hold|have|be|possess))|\bnon-?\s?negotiables?\b(?=\s*:)"
    r"|\bdeal-?\s?breakers?\b(?=\s*:)|\bse\s+(?:requiere|exige|precisa|necesita)n?\b|\bdebe(?:r[áa]s?|s)?\s+(?:tener|contar"
    r"|poseer|estar|obtener|acreditar)|\b(?:requerimos|necesitamos)\b|\bé\s+(?:preciso|necessári[oa])|\bdeve(?:rá)?\s+(?:ter|possuir|ser|obter)\b"
    r"|\bmuss(?:t|en)?\b|\bmüss(?:en|t)\b|\bexige-se\b|\bexigimos\b|\bdoi[ts]\b|\bdevez\b|\bdevr(?:a|as|ez|ont)\b"
    r"|\bexigeons\b|\bil\s+faut\b|\b(?:obligatoire|impérative|nécessaire)ment\b(?=\s+\w)|\b(?:requiert|nécessite)\b"
    r"|\bvoraussetzung(?:en)?\s+(?:ist|sind)\b|\bwir\s+setzen\b(?=[^.;\n]{0,90}\bvoraus\b)"
    r"|\b(?:wir\s+erwarten|erwarten\s+wir)\s+(?:eine?n?|von|dass|mindestens)\b"
    r"|\b(?:je|jij|u)\s+moet\b|\bin\s+(?:het\s+)?bezit\s+van\b"
)
_AFTER_PREFERRED = (
    r"\b(?-i:Bonus|BONUS)(?=\s+(?-i:[A-Z]))|\balternatively\b|\bpreferably\b|\bideally\b"
    rf"|{_EDGE}preference\b|\b(?:extra|additional|special)\s+considerations?\b|\bvoire\b|\bd['’]un\s+atout\b|\b(?:bonus|extra|brownie)(?:\s+points?)?\s+(?:if|for|si|wenn|se|:)|\bbonus\b(?=\s*:)"
    r"|\b(?:an?\s+)?plus\s+to\s+(?:have|hold)\b|\bpluse?s?\s+(?:if|for)\b|\b(?:we(?:['’]d)?|would)\s+(?:also\s+)?(?:love|prefer|like)\b"
    r"|\bprefer\b|\byou\s+(?:might|may|could)\s+(?:even\s+|also\s+)?have\b"
    r"|\bnice\s+if\b|\bgreat\s+if\b|\beven\s+better\b|\boptionally\b"
    r"|\bany\s+of\s+the\s+following\s+(?:is|are|would)"
    r"|\bidealerweise(?:\b|(?=(?-i:[A-Z])))|\bbestenfalls\b|\bim\s+idealfall\b|\bgern(?:e)?\b(?=\s+(?:auch|mit|eine?))"
    r"|\boptimalerweise\b|\bim\s+besten\s+fall\b|\bvorzugsweise\b|\bnach\s+möglichkeit\b|\bbevorzugt\s+(?:werden|mit)\b"
    r"|\bwir\s+bevorzugen\b|\b(?:wir\s+freuen|freuen\s+wir)\s+uns\b(?=\s+(?:\w+\s+)?(?:über|wenn)\b)(?!\s+über\s+(?:ihre?|deine?)\b)"
    r"|\b(?:schön|toll|super|ideal|optimal|klasse)\s+wären?\b|\bpluspunkte?\b(?=\s+(?:sammel\w+|gibt|für|sind)\b)"
    r"|\bvon\s+(?:großem\s+)?vorteil\s+(?:ist|sind|wären?)\b(?=\s+\w)"
    r"|\bidéalement\b|\bde\s+préférence\b|\bsi\s+possible\b(?=\s+\w)|\béventuellement\b"
    r"|\bpreferentemente\b|\bpreferiblemente\b|\bde\s+preferencia\b|\bidealmente\b|\bideal\s+(?:contar|tener|si|que)\b"
    r"|\bse\s+valora(?:r[áa])?n?\b|\bvaloramos\b|\bse\s+dar[áa]\s+preferencia\b|\bse\s+tendr[áa]n?\s+en\s+cuenta\b"
    rf"|\b(?:es|ser[áa]|ser[íi]a)\s+(?:un\s+|una\s+|um\s+|uma\s+)?(?:plus|ventaja|diferencial|vantagem)\b(?={_GOVERNS})"
    rf"|\bun\s+(?:vrai\s+|réel\s+)?(?:plus|atout)\b(?={_GOVERNS})"
    r"|\bpreferencialmente\b|\bde\s+preferência\b|\bvalorizamos\b|\bseria\s+(?:\w+\s+)?(?:legal|bom|ótimo|interessante|bacana)\b"
    r"|\bbij\s+voorkeur\b|\bidealiter\b|\bgraag\s+(?:met|een)\b"
    r"|\bliefst\b|\bwenn\s+möglich\b|\bpossibly\b|\bwhere\s+possible\b"
)
_AFTER_NEGATED = (
    r"(?:do|does|did|will)(?:n['’]t|\s+not)\s+(?:\w+\s+)?(?:require|need|expect|ask\s+for|care\s+about|privilege|prioriti[sz]e"
    r"|mandate|look\s+for)|\bno\s+need\s+(?:for|to|of)\b|\bn(?:e|['’])\s*\w+\s+pas\b|\bnul\s+besoin\b"
    r"|\bno\s+(?:se\s+(?:requiere|exige|precisa|necesita|pide|solicita)n?|requerimos|exigimos|pedimos|hace\s+falta)\b"
    rf"|\b(?:no\s+(?:es|son|será)|não\s+(?:é|são|será))\s+(?:necesari|obligatori|imprescind|indispens|necess[áa]ri|obrigat[óo]ri)\w*"
    rf"(?={_GOVERNS})|\bnão\s+(?:exigimos|exige-se|pedimos|requer|precisa)\b"
)
_NEGATED = (
    r"\bnone\s+(?:is\s+|are\s+)?(?:required|needed|necessary)|(?:is|are|was|be)(?:n['’]t"
    r"|\s+not)\s+(?:a\s+|an\s+|strictly\s+|absolutely\s+)?(?:required"
    r"|necessary|needed|mandatory|requirement|must|essential|prerequisite|important)"
    r"|\bnot\s+(?:a\s+|an\s+|strictly\s+)?(?:required|necessary|needed|mandatory|requirement"
    r"|essential|prerequisite|must)"
    r"|\bno\s+need\b|\brather\s+than\b|\bnicht\s+(?:(?:zwingend|unbedingt)\s+)?(?:erforderlich|notwendig|nötig"
    r"|vorausgesetzt|verpflichtend|obligatorisch|verlangt)|\bnicht\s+(?:zwingend|unbedingt)\b"
    r"|\b(?:brauchst|benötigst)\s+du\s+(?:\w+\s+)?nicht\b|\b(?:brauchen|benötigen)\s+sie\s+(?:\w+\s+)?nicht\b"
    r"|\bkeine?\s+(?:zwingende\s+|absolute\s+)?(?:voraussetzung|pflicht|bedingung)\b"
    r"|\b(?:pas|non)\s+(?:obligatoire|n[ée]cessaire|requis\w*|exig\w*|indispensable|impérati\w+)"
    r"|\bno\s+(?:es\s+|son\s+|será\s+)?(?:necesari[oa]s?|obligatori[oa]s?|imprescindibles?|indispensables?|requerid[oa]s?)"
    r"|\bnão\s+(?:é\s+|são\s+|será\s+)?(?:necess\w+|obrigat\w+|imprescind\w+|exigid\w+)|\bniet\s+(?:vereist|verplicht|nodig"
    r"|noodzakelijk)"
)

# The first that matches at a place decides; its group's name says what the words mean.
_CUES: Final = GuardedAlternatives(
    [
        rf"(?P<after_negated>{_AFTER_NEGATED})",
        rf"(?P<before_negated>{_NEGATED})",
        rf"(?P<before_required>{_BEFORE_REQUIRED})",
        rf"(?P<before_preferred>{_BEFORE_PREFERRED})",
        rf"(?P<after_required>{_AFTER_REQUIRED})",
        rf"(?P<after_preferred>{_AFTER_PREFERRED})",
        rf"{_ADVERB}{_EDGE}(?:(?P<either_preferred>{_EITHER_PREFERRED})"
        rf"|(?P<either_required>{_EITHER_REQUIRED})){_EDGE}",
    ]
)

# After one of these an either-sided word speaks of what stood before it.
_ENDS_ITEM = re.compile(
    r"\s*(?:$|[.,;!?)\]/|*•–—-]|\d+\+?\s*(?:(?:to|-)\s*\d+\s*)?(?:years?|yrs?|months?)\b|(?:and|or|but|for|to|by|with|in|at|upon|as|within|if|when|prior"
    r"|before|on|from|per|because|since|though|although|however|while|unless|is|are|not|und|oder"
    r"|aber|für|et|ou|mais|pour|y|o|pero|para|e|mas|en|of|maar|voor|the|this|we|you|due)\b)",
    re.IGNORECASE,
)
_COPULA_BEFORE = re.compile(
    r"(?:\b(?:is|are|be|was|were|considered|not|ist|sind|est|sont|serait|seraient|sera|seront|es|son|será|serán|é|são"
    r"|wird|werden|being|zijn)"
    r"|['’]s)\s+(?:\w+ly\s+|also\s+|very\s+)?$",
    re.IGNORECASE,
)


# A word of every cue above. One pass of an automaton finds where a cue can be; the patterns, which are many,
# are tried only there.
_STEMS: Final = compile_longest(
    r"(?i)requir|positive|mandator|essential|necessary|\bneed|compulsory|obligat|imperativ|prefer|desir"
    r"|advantag|ventaja|vantage"
    r"|benefi|helpful|optional|recommend|favou?r|advised|encourag|appreci|welcom|valu|useful"
    r"|critical|crucial|\bvital|consideration|\bvoire\b|\bnice(?:to|\b)|\bgood(?:to|\b)|\bgreat\b|must"
    r"|prerequisite|condition|\bplus|bonus|\basset|differentiator|\bedge\b|ideal|lovely|\bcool\b"
    r"|awesome|fantastic|amazing"
    r"|\blove\b|\blike\b|possession|\bhold|\bexpect|\bshall\b|\bonly\b|even better|alternativ"
    r"|any of the|possibl|mandate"
    r"|appréci|recommand|idéal|requis|voraus|mandat|\beis\b|vereist|look for|care about|ask for"
    r"|rather than|\bnone\b|important|to have\b|\bpoints?\b|considered"
    r"|\bminimum\b|\bmight\b|\bmay\b|\bcould\b|regarded|\bsought|prized|negotiable|breaker|insist|demanded|requisite|\bapply\b"
    r"|pref+er|desire|\bun \+|\ba \+"
    r"|erforderlich|notwendig|vorausgesetzt|voraussetzung|pflicht|zwingend|benötigt|nötig|\bmuss"
    r"|wünsch|vorteil|bevorzugt"
    r"|hilfreich|\bgern|willkommen|bestenfalls|idealfall|wenn möglich|pluspunkt"
    r"|exig|requis|indispens|nécess|necess|impérati|souhait|préf|bienvenu|facultati|valori|atout"
    r"|avantage|\bdoit\b|\bdevez\b|\bpas\b"
    r"|requerid|imprescind|obrigat|necesari|excluyente|deseable|valora|recomend|opciona|desej"
    r"|diferencia|\bdebe|preciso|se requiere|nã?o es"
    r"|vereist|verplicht|noodzakelijk|benodigd|wenselijk|gewenst|optioneel|meegenomen|een pr[eé]"
    r"|voordeel|streepje|voorkeur|liefst|niet"
    r"|brauch(?:st|en)|benötig|unabdingbar|unerlässlich|unverzichtbar|gewünscht|\bmüss|\bkeine? |\bwir setzen"
    r"|erwarten|optimalerweise|besten fall|vorzugsweise|nach möglichkeit|\bfreuen\b|\bwären?\b|\brunde[tn]\b"
    r"|unbedingt|optionnel|attendue|demandée|\bdois\b|\bdevr(?:a|ont|ez)|\bil faut|impérativement|requiert"
    r"|si possible|ventuellement|la différence|nul besoin|\bnon obl"
    r"|se (?:exige|precisa|necesita)|requerimos|necesitamos|hace falta|en cuenta|bienvenid|serán? "
    r"|\bdeve|\bseria|bem-vind|\bnão\b|\bmoet\b|\bbezit\b|aanbeveling|\bgraag\b|onmisbaar"
)
_WORD_START: Final = re.compile(r"(?<!\w)[\w]|(?<=[a-z])[A-Z](?=[a-z])")
_LONGEST_LEAD = 40  # characters from a cue's first word to its stem
_MAX_STEMS = 60  # per clause


def find_modal_cues(text: str, start: int, end: int) -> list[ModalCue]:
    """Return the modal words of a clause, in order.

    Args:
        text: the whole text.
        start: where the clause starts.
        end: where it ends.
    """
    return [
        ModalCue(start + cue.start, start + cue.end, cue.firmness, cue.reach)
        for cue in _cues_of(text[start:end].replace("_", " "))  # `_a plus_`: markup joins words
    ]


@functools.lru_cache(maxsize=2048)
def _cues_of(clause: str) -> tuple[ModalCue, ...]:
    cues: list[ModalCue] = []
    position = 0
    for stem, _ in _STEMS.spans(clause, _MAX_STEMS):
        if stem < position:
            continue
        for word in _WORD_START.finditer(clause, max(position, stem - _LONGEST_LEAD), stem + 2):
            match = _CUES.match(clause, word.start())
            if match is not None and match.end() > stem:
                cue = _cue(clause, match)
                if cue is not None:
                    cues.append(cue)
                position = match.end()
                break
    return tuple(cues)


def _cue(clause: str, match: re.Match[str]) -> ModalCue | None:
    reach, _, firmness = (match.lastgroup or "").partition("_")
    start, end = match.span()
    if reach == "either":
        side = _reach(clause, 0, len(clause), match)
        return None if side is None else ModalCue(start, end, _firm(firmness), side)
    if firmness == "negated" and clause[end : end + 2].lstrip().startswith(":"):
        reach = "after"
    return ModalCue(start, end, _firm(firmness), "before" if reach == "before" else "after")


def _firm(name: str) -> Firmness:
    if name == "negated":
        return "negated"
    return "required" if name == "required" else "preferred"


_GOVERNED = re.compile(_GOVERNS, re.IGNORECASE)
_NEXT_SENTENCE = re.compile(r"\s*[A-Z][a-z]")
_NAMED_BEFORE = re.compile(
    r"\b(?:designation|certification|degree|licen[sc]e|experience|credential)\s+$", re.IGNORECASE
)
# An item's last word directly before the modal word, so no preposition, article or verb that leads to it.
_ITEM_BEFORE = re.compile(
    r"(?<!\w)(?!(?:with|an?|the|and|or|our|as|has|have|is|are|of|in|any|following|other|some|including|hold|possess"
    r"|list|all|these|your|for)\s)[a-z]{3,}\s+$"
)
# `Required for all candidates: …`, `Preferred to hold an AWS certification`
_FOR_CANDIDATES = re.compile(
    r"\s+(?:(?:for|that|if)\s+(?:the\s+|our\s+|all\s+)?(?:candidates?|applicants?|you)|to\s+(?:hold|have|possess))\b",
    re.IGNORECASE,
)
_ASKED_NOUN = re.compile(
    r"\W*(?:(?:any|one(?:\s+or\s+more)?|some)\s+of\s+(?:the\s+following|these)\s+)?(?:(?!such\b|like\b)[\w/&,-]+\s+){0,3}?(?:\w*[cz]ertif\w*|certs?|qualifi\w+|skills?"
    r"|requirements?|experience|credentials?|education|licen[sc]\w*|degrees?|designations?"
    r"|accreditations?|kenntnisse|studium|abschluss|ausbildung|comp[ée]tences?|dipl[ôo]me|formation"
    r"|formaci[óo]n|titulaci[óo]n|licenciatura|estudios|forma[çc][ãa]o|gradua[çc][ãa]o|ensino|conhecimentos?"
    r"|conocimientos?|opleiding|diploma|m[áa]ster(?=\s+en\b)|p[óo]sgrado|postgrado|mestrado)\b|\W*(?:\w+\s+)?(?-i:[A-Z]{3,}[\w+-]*)\b",
    re.IGNORECASE,
)


def _reach(text: str, start: int, end: int, match: re.Match[str]) -> Reach | None:
    rest = text[match.end() : min(end, match.end() + 14)]
    if rest.lstrip(" *_)").startswith(":"):
        return "after"
    if rest[:1].isupper():
        return "before"  # `preferredPreferably …`: the break was lost
    if _FOR_CANDIDATES.match(text, match.end()) and not text[start : match.start()].strip():
        return "after"
    if _GOVERNED.match(text, match.end(), end) is not None:
        return "after"
    if _COPULA_BEFORE.search(text[max(start, match.start() - 24) : match.start()]):
        return "before"
    if _ENDS_ITEM.match(rest) or (rest.lstrip().startswith("(") and text[start : match.start()].strip()):
        return "before"
    if _NEXT_SENTENCE.match(rest) and not _ASKED_NOUN.match(text[match.end() : min(end, match.end() + 60)]):
        return "before"  # `certification preferred Additional Information`: the break was lost
    if _NAMED_BEFORE.search(text, max(start, match.start() - 24), match.start()):
        return "before"  # `CPA designation required MBA …`
    if _NEXT_SENTENCE.match(rest) and _ITEM_BEFORE.search(
        text, max(start, match.start() - 30), match.start()
    ):
        return "before"  # `industry background preferred Operational experience`
    # `essential documents such as …`: an attribute of something else says nothing of what follows.
    return "after" if _ASKED_NOUN.match(text[match.end() : min(end, match.end() + 60)]) else None


_NEAR_AFTER = re.compile(
    r"[\s\W]*(?:\([^()]{0,60}\)\W*)?(?:(?:certif\w*|credentials?|designations?|licen[sc]es?"
    r"|accreditations?|qualifications?|certs?|is|are|be|would|will|strongly|highly|also|or|similar"
    r"|equivalent|other|in|[A-Z]{2,3})\W+){0,4}$",
    re.IGNORECASE,
)


_INTRODUCES = re.compile(r"\s*[-–—]\s*(?:\w+\s+)?")  # `certification preferred - CCNA, JNCP`
_EXAMPLES = re.compile(
    r"\s*+(?:[,:(–—-]\s*+)?(?:\(\s*+)?(?:e\.?g\.?|such\s+as|like|i\.?e\.?|including|for\s+example)\b(?:[^;()]|\([^()]*+\))*+"
    r"|\)?\s*+[(:\[][\s(]*+(?-i:(?:[A-Z][\w+&.®™’'-]*+|\d[\w.-]*+|and|or|of|in|for|the|from|etc\.?+)[\s,/|•*-]*+){0,16}+",
    re.IGNORECASE,
)  # `a plus (e.g. CISSP, CISM`, `a plus: CISSP, CISM`, `a plus (CISSP, CISM`


def _introduces(words: str) -> bool:
    return _INTRODUCES.fullmatch(words) is not None or _EXAMPLES.fullmatch(words) is not None


# These only name what is asked; a word that says how firmly speaks louder.
_WEAK = re.compile(r"possession|holds?\b", re.IGNORECASE)


def _stands_beside(text: str, item_end: int, cue_start: int) -> bool:
    """Say whether a cue that speaks of what follows it is yet an item's own: `PMP (nice to have): …`."""
    gap = text[item_end:cue_start]
    if gap.strip() == "(":
        return True
    return not gap.strip() and not text[cue_start : cue_start + 2].istitle()


_FAR = 180  # characters
_NO_PUNCTUATION = 330  # characters; a clause this long has lost its end, and a cue reaches half as far
_OTHER_ITEM = re.compile(r"(?:[•·●]\s*|(?<!\*)\*\s+)[A-Z]")  # `**JNCIA**` is bold, no item
_YEARS_ITEM = re.compile(r"\b\d+\+?\s+(?:years?|yrs?)\b", re.IGNORECASE)  # starts an item of its own
_ASIDE = re.compile(r"\(\W*(?:(?:[\w,./&+’'-]+\s+){2,}[^()]*|[A-Z][A-Z+]+\s+)$")  # `(CSM a plus)`


def in_aside(text: str, start: int, cue: int) -> bool:
    """Say whether a modal word stands in brackets that speak of something else."""
    return _ASIDE.search(text, start, cue) is not None


def governing_cue(text: str, clause: Span, item: Span) -> ModalCue | None:
    """Return the modal word that speaks of `item` within its clause, or None.

    Args:
        text: the whole text.
        clause: the clause that holds the item.
        item: what is asked for.
    """
    cues = [
        cue
        for cue in find_modal_cues(text, clause.start, clause.end)
        if cue.end <= item.start or cue.start >= item.end
    ]
    left = next((cue for cue in reversed(cues) if cue.end <= item.start), None)
    far = _FAR if clause.end - clause.start <= _NO_PUNCTUATION else _FAR // 2
    if (
        left is not None
        and item.start - left.end > far
        and not (item.start - left.end <= 2 * _FAR and _EXAMPLES.fullmatch(text, left.end, item.start))
        and text[left.end : left.end + 2].strip() != ":"
    ):
        left = None
    if left is not None and far < _FAR and _YEARS_ITEM.search(text, left.end, item.start):
        left = None
    right = next(
        (cue for cue in cues if cue.start >= item.end and not in_aside(text, item.end, cue.start)), None
    )
    if right is not None and (
        right.start - item.end > far or _OTHER_ITEM.search(text, item.end, right.start) is not None
    ):
        right = None
    if left is not None and left.reach == "before" and not _introduces(text[left.end : item.start]):
        # What it speaks of stands before it; the item comes later. `required: a, b` was found as `after`.
        left = None
    if right is not None and right.reach == "after" and not _stands_beside(text, item.end, right.start):
        right = None
    if left is None or right is None:
        return left or right
    if right.reach == "before" and right.firmness != "required" and _WEAK.match(text, left.start, left.end):
        return right  # `possession of a certificate as … is desirable`
    if far < _FAR and right.reach == "before":  # no punctuation: the nearer speaks
        return right if right.start - item.end <= item.start - left.end else left
    return right if _NEAR_AFTER.match(text[item.end : right.start]) else left
