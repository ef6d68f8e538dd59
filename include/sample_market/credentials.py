"""Certifications that simulated ads name: lexicon key, class and the ways they are written.

Names are facts about public credentials. Every written form denotes the credential on its own, as a bare
bullet would have to.
"""

from __future__ import annotations

import random

import msgspec

from include.classify.labels import CertClass
from include.sample_market.draws import pick, pick_weighted


class Credential(msgspec.Struct, frozen=True):
    """One certification and its written forms; the first is the short one used in other languages."""

    key: str
    cert_class: CertClass
    forms: tuple[str, ...]

    @property
    def short(self) -> str:
        """The form used inside sentences of other languages."""
        return self.forms[0]


CREDENTIALS: tuple[Credential, ...] = (
    Credential(
        "sa_cspo",
        "framework_agile",
        ("CSPO", "Certified Scrum Product Owner (CSPO)", "Certified Scrum Product Owner"),
    ),
    Credential("sa_csm", "framework_agile", ("Certified ScrumMaster", "Certified ScrumMaster (CSM)")),
    Credential("sa_acspo", "framework_agile", ("A-CSPO",)),
    Credential(
        "so_pspo", "framework_agile", ("PSPO", "PSPO I", "Professional Scrum Product Owner (PSPO)", "PSPO II")
    ),
    Credential("so_psm", "framework_agile", ("PSM I", "Professional Scrum Master (PSM I)")),
    Credential(
        "safe_popm",
        "framework_agile",
        ("SAFe POPM", "SAFe Product Owner/Product Manager (POPM)", "SAFe PO/PM certification"),
    ),
    Credential("safe_any", "framework_agile", ("SAFe certification", "Scaled Agile certification")),
    Credential("safe_sa", "framework_agile", ("SAFe Agilist", "Certified SAFe Agilist (Leading SAFe)")),
    Credential("pmi_acp", "framework_agile", ("PMI-ACP", "PMI Agile Certified Practitioner (PMI-ACP)")),
    Credential("scrum_generic", "framework_agile", ("Scrum certification",)),
    Credential("agile_generic", "framework_agile", ("Agile certification", "agile certification")),
    Credential("generic_po_cert", "framework_agile", ("Product Owner certification",)),
    Credential(
        "aipmm_any", "pm_specific", ("AIPMM", "AIPMM certification", "AIPMM Certified Product Manager")
    ),
    Credential(
        "pragmatic_any",
        "pm_specific",
        ("Pragmatic Institute certification", "Pragmatic Marketing certification"),
    ),
    Credential("blackblot_any", "pm_specific", ("Blackblot certification", "Blackblot certified")),
    Credential("ispma_foundation", "pm_specific", ("ISPMA", "ISPMA Certified Software Product Manager")),
    Credential("pdma_npdp", "pm_specific", ("NPDP", "New Product Development Professional (NPDP)")),
    Credential("generic_pm_cert", "pm_specific", ("product management certification",)),
    Credential(
        "pmi_pmp",
        "project_mgmt",
        ("PMP", "Project Management Professional (PMP)", "PMP certification", "PMI PMP certification"),
    ),
    Credential("pmi_capm", "project_mgmt", ("CAPM", "Certified Associate in Project Management (CAPM)")),
    Credential("prince2", "project_mgmt", ("PRINCE2", "PRINCE2 Practitioner", "PRINCE2 Foundation")),
    Credential("gen_project_cert", "project_mgmt", ("project management certification",)),
    Credential("cisco_ccna", "technical_vendor", ("CCNA", "Cisco CCNA")),
    Credential("aws_any", "technical_vendor", ("AWS certification", "AWS Certified Cloud Practitioner")),
    Credential(
        "ms_azure", "technical_vendor", ("Azure certification", "Microsoft Azure Fundamentals (AZ-900)")
    ),
    Credential(
        "sfdc_any", "technical_vendor", ("Salesforce certification", "Salesforce Certified Administrator")
    ),
    Credential("cissp", "technical_vendor", ("CISSP",)),
    Credential("iapp_cipp", "technical_vendor", ("CIPP/E", "CIPP/US", "CIPM")),
    Credential("itil", "other", ("ITIL certification", "ITIL 4 Foundation certificate")),
    Credential("lss_gb", "other", ("Six Sigma Green Belt", "Lean Six Sigma Green Belt")),
    Credential("iiba_cbap", "other", ("CBAP", "IIBA CBAP")),
    Credential("generic_cert", "other", ("professional certification", "industry certification")),
)

SECURITY_PLUS = Credential("secplus", "technical_vendor", ("CompTIA Security+", "Security+ CE"))
"""Named only where a directive demands it."""

GENERIC = "generic_cert"
"""Key of a mention that names no certification."""

_BY_KEY = {credential.key: credential for credential in (*CREDENTIALS, SECURITY_PLUS)}
_BY_CLASS: dict[CertClass, tuple[Credential, ...]] = {
    cert_class: tuple(item for item in CREDENTIALS if item.cert_class == cert_class)
    for cert_class in ("framework_agile", "pm_specific", "project_mgmt", "technical_vendor", "other")
}
_DELIVERY_ROLES: dict[CertClass, float] = {
    "framework_agile": 0.72,
    "pm_specific": 0.06,
    "project_mgmt": 0.12,
    "technical_vendor": 0.05,
    "other": 0.05,
}
_OTHER_ROLES: dict[CertClass, float] = {
    "framework_agile": 0.34,
    "pm_specific": 0.16,
    "project_mgmt": 0.26,
    "technical_vendor": 0.14,
    "other": 0.10,
}


def credential(key: str) -> Credential:
    """Return a credential by its lexicon key; KeyError when simulated ads never name it."""
    return _BY_KEY[key]


def draw_credentials(rng: random.Random, *, uses_framework: bool) -> tuple[str, str]:
    """Draw two credentials of one class, the second as alternative to the first.

    Args:
        rng: source of randomness.
        uses_framework: Scrum or SAFe roles lean to framework credentials.

    Returns:
        Two lexicon keys, different from one another.
    """
    cert_class = pick_weighted(rng, _DELIVERY_ROLES if uses_framework else _OTHER_ROLES)
    pool = _BY_CLASS[cert_class]
    first = pick(rng, pool)
    second = pick(rng, [item for item in pool if item is not first])
    return first.key, second.key
