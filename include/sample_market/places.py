"""Cities in which simulated employers hire, with their countries in the boards' spellings."""

from __future__ import annotations

import msgspec


class City(msgspec.Struct, frozen=True):
    """One city; `region` is a state or province where ads name one."""

    name: str
    region: str
    country: str
    country_code: str

    @property
    def text(self) -> str:
        """The place as ads write it: `Austin, TX` or `Ghent, Belgium`."""
        return f"{self.name}, {self.region or self.country}"


_CITIES: dict[tuple[str, str], tuple[str, ...]] = {
    ("US", "United States"): (
        "Austin, TX",
        "Boston, MA",
        "Chicago, IL",
        "Denver, CO",
        "New York, NY",
        "San Francisco, CA",
        "Seattle, WA",
        "Atlanta, GA",
    ),
    ("GB", "United Kingdom"): ("London", "Manchester", "Edinburgh", "Bristol"),
    ("CA", "Canada"): ("Toronto, ON", "Vancouver, BC", "Montreal, QC"),
    ("IE", "Ireland"): ("Dublin", "Cork"),
    ("AU", "Australia"): ("Sydney, NSW", "Melbourne, VIC"),
    ("IN", "India"): ("Bengaluru", "Pune", "Hyderabad"),
    ("DE", "Germany"): ("Berlin", "Munich", "Hamburg", "Cologne"),
    ("FR", "France"): ("Paris", "Lyon", "Nantes"),
    ("ES", "Spain"): ("Madrid", "Barcelona", "Valencia"),
    ("NL", "Netherlands"): ("Amsterdam", "Rotterdam", "Utrecht"),
    ("BR", "Brazil"): ("São Paulo", "Curitiba"),
    ("PL", "Poland"): ("Warsaw", "Kraków"),
}


def _city(text: str, country: str, code: str) -> City:
    name, _, region = text.partition(", ")
    return City(name, region, country, code)


CITIES: dict[str, tuple[City, ...]] = {
    code: tuple(_city(text, country, code) for text in texts) for (code, country), texts in _CITIES.items()
}
"""Cities by ISO 3166-1 alpha-2 code."""

LOCAL_LANGUAGE = {"DE": "de", "FR": "fr", "ES": "es", "NL": "nl", "BR": "pt", "PL": "pl"}
"""Language of local ads; countries not named advertise in English."""

CURRENCY = {"US": "USD", "GB": "GBP", "CA": "CAD", "AU": "AUD", "IN": "INR", "BR": "BRL", "PL": "PLN"}
"""ISO 4217; countries not named pay in euros."""

HOME_COUNTRIES = (
    *("US",) * 15,
    *("GB",) * 4,
    *("DE",) * 3,
    *("FR",) * 2,
    *("ES", "NL", "BR", "PL", "CA", "IE", "AU", "IN"),
)
"""Home countries of 32 employers; larger markets repeat the pattern."""
