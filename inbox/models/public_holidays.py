"""Public holidays by country. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

# In the order of the page; the names of the days are in the country's own first language.
COUNTRIES = {"NL": "nl", "BE": "nl", "DE": "de", "FR": "fr", "GB": "en_GB"}


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """The public holidays of a country, of whatever year one asks. "" has none."""

    country: str = ""

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and bool(self.name_of(day))

    def name_of(self, day: date) -> str:
        """Return what a day is called; "" where it is none."""
        return _of_year(self.country, day.year).get(day, "") if self.country in COUNTRIES else ""

    def of_year(self, year: int) -> list[tuple[date, str]]:
        """Return a year's days with their names, in order."""
        return sorted(_of_year(self.country, year).items()) if self.country in COUNTRIES else []


@lru_cache(maxsize=64)
def _of_year(country: str, year: int) -> Mapping[date, str]:
    # It takes 20 MB: only who chose a country pays for it.
    from holidays import country_holidays  # noqa: PLC0415

    return dict(country_holidays(country, years=year, expand=False, language=COUNTRIES[country]))
