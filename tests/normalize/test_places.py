"""Place texts in the forms that boards use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.collect.protocol import Place
from include.normalize.places import locate, read_workplace


@pytest.mark.parametrize(
    ("text", "country", "region", "city"),
    [
        ("Austin, TX", "US", "north_america", "Austin"),
        ("New York, NY", "US", "north_america", "New York"),
        ("Toronto, Ontario, Canada", "CA", "north_america", "Toronto"),
        ("Toronto, CA", "CA", "north_america", "Toronto"),
        ("London, ON", "CA", "north_america", "London"),
        ("London", "GB", "europe", "London"),
        ("Berlin, DE", "DE", "europe", "Berlin"),
        ("Dover, DE", "US", "north_america", "Dover"),
        ("Paris, TX", "US", "north_america", "Paris"),
        ("Cambridge, MA 02139", "US", "north_america", "Cambridge"),
        ("Tel Aviv, IL", "IL", "middle_east_africa", "Tel Aviv"),
        ("Bengaluru, Karnataka, India", "IN", "asia_pacific", "Bengaluru"),
        ("São Paulo", "BR", "latin_america", "São Paulo"),
        ("Remote - US", "US", "north_america", None),
        ("Remote, Germany", "DE", "europe", None),
        ("United States (Remote)", "US", "north_america", None),
        ("Remote - U.S.", "US", "north_america", None),
        ("Berlin or Munich", "DE", "europe", "Berlin"),
        ("Berlin/Munich", "DE", "europe", "Berlin"),
        ("UK - London", "GB", "europe", "London"),
        ("US-CA-San Francisco", "US", "north_america", "San Francisco"),
        ("San Francisco, CA; New York, NY", "US", "north_america", "San Francisco"),
        ("Deutschland", "DE", "europe", None),
        ("Macon, Georgia", "US", "north_america", "Macon"),
        ("Tbilisi, Georgia", "GE", "europe", "Tbilisi"),
        ("Remote - Europe", None, "europe", None),
        ("LATAM", None, "latin_america", None),
        ("Georgia", "US", "north_america", None),  # ads name towns of the state far more often
        ("CA", None, "unknown", None),
        ("Remote", None, "unknown", None),
        ("Worldwide", None, "unknown", None),
        ("", None, "unknown", None),
        ("12 Example Street, Springfield, IL 62701", "US", "north_america", "Springfield"),
        ("Oslo", "NO", "europe", "Oslo"),
        ("Remote - TX", "US", "north_america", None),
        ("NY Remote", "US", "north_america", None),
        ("Remote - CO", None, "unknown", None),  # Colorado or Colombia
        ("Remote, ny", None, "unknown", None),
        ("London-UK", "GB", "europe", None),
        ("Remote-United-States", "US", "north_america", None),
        ("India-Karnataka", "IN", "asia_pacific", None),
        ("Lebanon-Beirut", "LB", "middle_east_africa", None),
        ("Worldwide (non-US)", None, "unknown", None),
        ("Utica-Rome Area", None, "unknown", None),
        # towns alone
        ("Bielefeld", "DE", "europe", "Bielefeld"),
        ("clermont ferrand", "FR", "europe", "clermont ferrand"),
        ("Sao Jose dos Campos", "BR", "latin_america", "Sao Jose dos Campos"),
        ("Chattanooga", "US", "north_america", "Chattanooga"),
        ("Heidenheim", "DE", "europe", "Heidenheim"),
        ("Hockenheim, Michendorf", "DE", "europe", "Hockenheim"),
        ("Richmond", None, "north_america", None),  # Virginia, California, British Columbia
        ("Cambridge", None, "unknown", None),
        ("Birmingham", None, "unknown", None),
        ("Alexandria", None, "unknown", None),
        ("Victoria", None, "unknown", None),
        ("St. Petersburg", None, "unknown", None),
        ("WBIR-TV Knoxville", "US", "north_america", None),
        # divisions
        ("Berkshire", "GB", "europe", None),
        ("East Midlands", "GB", "europe", None),
        ("Ashford, Kent", "GB", "europe", "Ashford"),
        ("Kent", None, "unknown", None),
        ("Windsor, Windsor & Maidenhead", "GB", "europe", None),
        ("Newark, Nottinghamshire", "GB", "europe", "Newark"),
        ("Thüringen", "DE", "europe", None),
        ("Belém, Pará", "BR", "latin_america", "Belém"),
        ("Livonia Michigan", "US", "north_america", None),
        ("Sarajevo, Bosnia and Herzegovina", "BA", "europe", "Sarajevo"),
        ("Remote - Bosnia and Herzegovina", "BA", "europe", None),
        # French public employment
        ("92 - NANTERRE", "FR", "europe", "NANTERRE"),
        ("2A - AJACCIO", "FR", "europe", "AJACCIO"),
        ("69 - LYON 03", "FR", "europe", "LYON"),
        ("33 - Gironde", "FR", "europe", None),
        ("67 - Rhin (Bas)", "FR", "europe", None),
        ("974 - ST PAUL", "RE", "middle_east_africa", "ST PAUL"),
        ("50 - $60 per hour", None, "unknown", None),
        # codes
        ("Perth, WA", "AU", "asia_pacific", "Perth"),
        ("Vancouver, WA", "US", "north_america", "Vancouver"),
        ("Torino, TO", "IT", "europe", "Torino"),
        ("Verona, PA", "US", "north_america", "Verona"),
        ("Villanova, PA", "US", "north_america", "Villanova"),
        ("München, BY", "DE", "europe", "München"),
        ("Garching bei München, BY, DE", "DE", "europe", "Garching bei München"),
        ("Chennai, TN", "IN", "asia_pacific", "Chennai"),
        ("Brusque, SC", "BR", "latin_america", "Brusque"),
        ("Cartagena, CO", "CO", "latin_america", "Cartagena"),
        ("Aurora, CO", "US", "north_america", "Aurora"),
        ("Moscow, ID", "US", "north_america", "Moscow"),
        ("Deer Park, TX (Tooling Solutions)", "US", "north_america", "Deer Park"),
        ("NY - Bohemia", "US", "north_america", None),
        ("Remote - NC", "US", "north_america", None),
        ("Remote - DE", None, "unknown", None),  # Delaware or Germany
        ("Remote - CZE", "CZ", "europe", None),
        ("Senior Backend Engineer, SWE", None, "unknown", None),
        ("Founded in 2012, we build", None, "unknown", None),  # no Indiana
        # regions and several places
        ("Latin America", None, "latin_america", None),
        ("Remote - North America", None, "north_america", None),
        ("Pristina, Kosovo", None, "europe", None),  # no code of ISO 3166-1
        ("Bay Area", "US", "north_america", "Bay Area"),
        ("Argentina, Brazil", "AR", "latin_america", None),
        ("Hong Kong, China", "HK", "asia_pacific", None),
        ("China - Hong Kong", "HK", "asia_pacific", None),
        ("Freiburg (Germany), San Francisco (USA)", "DE", "europe", "Freiburg"),
        ("Boston, Massachusetts, Leuven, Belgium", "US", "north_america", "Boston"),
        ("Peru, Indiana", "US", "north_america", None),
        ("san_francisco", "US", "north_america", "san francisco"),
        ("Fully remote (anywhere in Europe)", None, "europe", None),
    ],
)
def test_place(text: str, country: str | None, region: str, city: str | None) -> None:
    assert locate([Place(text=text)]) == (country, region, city)


def test_first_place_with_a_country_counts() -> None:
    assert locate([Place(text="Remote"), Place(text="EU"), Place(text="Madrid")]).country_code == "ES"
    assert locate([Place(text="Remote"), Place(text="EU")]).region == "europe"
    assert locate([]).region == "unknown"


def test_the_sources_own_code_beats_the_words() -> None:
    assert locate([Place(text="Dublin", country_code="us")]) == ("US", "north_america", "Dublin")
    assert locate([Place(text="Dublin", country_code="XX")]).country_code == "IE"


@pytest.mark.parametrize(
    ("flag", "place", "title", "workplace"),
    [
        ("on_site", "Remote", "PM (Remote)", "on_site"),
        ("unknown", "Remote - US", "PM", "remote"),
        ("unknown", "Hybrid - Remote possible", "PM", "hybrid"),
        ("unknown", "Berlin", "PM (Remote)", "remote"),
        ("unknown", "Onsite Berlin", "PM", "on_site"),
        ("unknown", "Berlin", "PM", "unknown"),
    ],
)
def test_workplace(flag: str, place: str, title: str, workplace: str) -> None:
    assert read_workplace(flag, [Place(text=place)], title) == workplace  # type: ignore[arg-type]


@given(st.text(max_size=120))
def test_any_text_has_a_region(text: str) -> None:
    assert locate([Place(text=text)]).region
