"""Job titles of simulated openings, with the role family and seniority they carry."""

from __future__ import annotations

import random

import msgspec

from include.normalize.posting import Seniority
from include.role_families import RoleFamily
from include.sample_market.draws import pick, pick_weighted


class TitleFrame(msgspec.Struct, frozen=True):
    """One title; `{area}` marks where the product area goes."""

    text: str
    role_family: RoleFamily
    seniority: Seniority
    occupation: str = "product"
    department: str = "Product"


_FAMILY_WEIGHTS: dict[RoleFamily, float] = {"pm": 0.72, "po": 0.18, "other_product": 0.10}


def _product(family: RoleFamily, seniority: Seniority, *texts: str) -> tuple[TitleFrame, ...]:
    return tuple(TitleFrame(text, family, seniority) for text in texts)


def _other(occupation: str, department: str, *texts: str) -> tuple[TitleFrame, ...]:
    return tuple(TitleFrame(text, "not_product", "unknown", occupation, department) for text in texts)


_ENGLISH_PRODUCT: dict[RoleFamily, tuple[TitleFrame, ...]] = {
    "pm": (
        *_product(
            "pm",
            "mid",
            "Product Manager",
            "Product Manager, {area}",
            "Product Manager - {area}",
            "Product Manager ({area})",
            "Technical Product Manager, {area}",
            "{area} Product Manager",
            "Product Manager II, {area}",
        ),
        *_product(
            "pm",
            "senior",
            "Senior Product Manager",
            "Senior Product Manager, {area}",
            "Sr. Product Manager - {area}",
            "Senior Technical Product Manager ({area})",
            "Senior {area} Product Manager",
        ),
        *_product("pm", "junior", "Associate Product Manager", "Junior Product Manager, {area}"),
        *_product("pm", "lead", "Lead Product Manager, {area}", "Group Product Manager, {area}"),
        *_product("pm", "principal", "Principal Product Manager, {area}", "Staff Product Manager - {area}"),
    ),
    "po": (
        *_product(
            "po",
            "mid",
            "Product Owner",
            "Product Owner, {area}",
            "Product Owner - {area}",
            "Agile Product Owner ({area})",
            "Technical Product Owner, {area}",
        ),
        *_product("po", "senior", "Senior Product Owner", "Senior Product Owner, {area}"),
        *_product("po", "lead", "Lead Product Owner - {area}"),
        *_product("po", "junior", "Junior Product Owner"),
    ),
    "other_product": (
        *_product("other_product", "mid", "Product Analyst, {area}", "Product Operations Manager"),
        *_product("other_product", "lead", "Product Lead, {area}"),
        *_product("other_product", "director", "Head of Product, {area}", "Head of Product"),
        *_product("other_product", "executive", "Chief Product Officer", "VP of Product"),
    ),
}

_ENGLISH_OTHER: tuple[TitleFrame, ...] = (
    *_other(
        "engineering",
        "Engineering",
        "Software Engineer, {area}",
        "Senior Backend Engineer",
        "Frontend Developer - {area}",
        "Data Engineer",
        "Site Reliability Engineer",
        "Product Engineer",
        "Staff Software Engineer ({area})",
        "Engineering Manager, {area}",
    ),
    *_other(
        "sales",
        "Sales",
        "Account Executive",
        "Enterprise Account Manager",
        "Sales Development Representative",
        "Category Manager",
    ),
    *_other(
        "operations",
        "Operations",
        "Production Manager",
        "Production Planner",
        "Warehouse Shift Lead",
        "Assistant Production Manager",
    ),
    *_other("design", "Design", "Product Designer", "Senior Product Designer, {area}", "UX Researcher"),
    *_other(
        "support",
        "Customer Service",
        "Product Support Specialist",
        "Customer Success Manager (CSM)",
        "Support Engineer",
    ),
    *_other("people", "People", "Recruiter", "HR Business Partner", "Payroll Specialist"),
    TitleFrame("Product Marketing Manager", "pmm", "mid", "marketing", "Marketing"),
    TitleFrame("Senior Product Marketing Manager, {area}", "pmm", "senior", "marketing", "Marketing"),
    TitleFrame("Director of Product Marketing", "pmm", "director", "marketing", "Marketing"),
    TitleFrame("Project Manager", "project_program", "mid", "project", "Delivery"),
    TitleFrame("Senior Project Manager, {area}", "project_program", "senior", "project", "Delivery"),
    TitleFrame("Technical Program Manager", "project_program", "mid", "project", "Delivery"),
    TitleFrame("Program Manager - {area}", "project_program", "mid", "project", "Delivery"),
)

_LOCAL_PRODUCT: dict[str, dict[RoleFamily, tuple[TitleFrame, ...]]] = {
    "de": {
        "pm": (
            *_product("pm", "mid", "Produktmanager (m/w/d)", "Product Manager (m/w/d) {area}"),
            *_product("pm", "senior", "Senior Produktmanager (m/w/d) {area}"),
        ),
        "po": _product("po", "mid", "Product Owner (m/w/d)", "Product Owner (m/w/d) {area}"),
        "other_product": _product("other_product", "director", "Head of Product (m/w/d)"),
    },
    "fr": {
        "pm": (
            *_product("pm", "mid", "Product Manager (H/F)", "Product Manager {area} (F/H)"),
            *_product("pm", "senior", "Senior Product Manager {area} (H/F)"),
        ),
        "po": _product("po", "mid", "Product Owner (H/F)", "Product Owner {area} (F/H)"),
        "other_product": _product("other_product", "director", "Head of Product (H/F)"),
    },
    "es": {
        "pm": _product("pm", "mid", "Gerente de Producto", "Product Manager {area}"),
        "po": _product("po", "mid", "Product Owner {area}", "Product Owner"),
        "other_product": _product("other_product", "director", "Head of Product"),
    },
    "nl": {
        "pm": _product("pm", "mid", "Productmanager {area}", "Product Manager {area}"),
        "po": _product("po", "mid", "Product Owner {area}", "Product Owner"),
        "other_product": _product("other_product", "director", "Head of Product"),
    },
    "pt": {
        "pm": _product("pm", "mid", "Gerente de Produto", "Product Manager {area}"),
        "po": _product("po", "mid", "Product Owner {area}", "Product Owner"),
        "other_product": _product("other_product", "director", "Head of Product"),
    },
    "pl": {
        "pm": _product("pm", "mid", "Product Manager {area}", "Product Manager"),
        "po": _product("po", "mid", "Product Owner"),
        "other_product": _product("other_product", "director", "Head of Product"),
    },
}

_LOCAL_OTHER: dict[str, tuple[TitleFrame, ...]] = {
    "de": _other(
        "any", "Betrieb", "Softwareentwickler (m/w/d)", "Produktionsleiter (m/w/d)", "Buchhalter (m/w/d)"
    ),
    "fr": _other(
        "any", "Opérations", "Développeur (H/F)", "Responsable de production (H/F)", "Comptable (H/F)"
    ),
    "es": _other("any", "Operaciones", "Desarrollador de software", "Jefe de producción", "Contable"),
    "nl": _other("any", "Operations", "Softwareontwikkelaar", "Productieleider", "Boekhouder"),
    "pt": _other("any", "Operações", "Desenvolvedor de software", "Gerente de Produção", "Contador"),
    "pl": _other("any", "Operacje", "Programista", "Kierownik produkcji", "Księgowa"),
}

_SENIORITY_WEIGHT: dict[str, float] = {
    "mid": 1.0,
    "senior": 1.4,
    "junior": 0.8,
    "lead": 0.8,
    "principal": 0.8,
}
_ENGLISH_WEIGHTS: dict[RoleFamily, dict[TitleFrame, float]] = {
    family: {frame: _SENIORITY_WEIGHT.get(frame.seniority, 0.5) for frame in frames}
    for family, frames in _ENGLISH_PRODUCT.items()
}


def draw_product_title(rng: random.Random, language: str) -> TitleFrame:
    """Draw the title frame of a product opening."""
    family = pick_weighted(rng, _FAMILY_WEIGHTS)
    if language == "en":
        return pick_weighted(rng, _ENGLISH_WEIGHTS[family])
    return pick(rng, _LOCAL_PRODUCT[language][family])


def draw_other_title(rng: random.Random, language: str) -> TitleFrame:
    """Draw the title frame of an opening in another occupation."""
    return pick(rng, _ENGLISH_OTHER if language == "en" else _LOCAL_OTHER[language])
