"""Versions of what produces a row of labels.

Every change of a lexicon, a rule or the model that can change a label bumps its version here; the pipeline
then re-classifies history, so that a change of method is never read as a change of the labour market.
`tests/classify/label_record.py` shows most changes that were made without a bump.
"""

from __future__ import annotations

from include.classify.labels import Versions

LEXICON_VERSION = "1.5"
RULES_VERSION = "1.19"
MODEL_VERSION = "certifications-13, criteria-12, generic-kpi-6, archetype-5, line-starts-1"

VERSIONS = Versions(lexicon=LEXICON_VERSION, rules=RULES_VERSION, model=MODEL_VERSION)
