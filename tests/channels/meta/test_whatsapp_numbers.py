"""Numbers that WhatsApp writes in two ways are one telephone's, and no others are taken together."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.meta.whatsapp.numbers import spellings

MOBILE = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


@pytest.mark.parametrize("country", ["BR", "MX", "AR"])
def test_spelling_of_a_valid_mobile_leads_back(country: str) -> None:
    example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    assert example is not None and phonenumbers.number_type(example) in MOBILE
    digits = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164).lstrip("+")
    (other,) = spellings(digits)
    assert other != digits and spellings(other) == (digits,)


@pytest.mark.parametrize("country", ["NL", "BE", "DE", "US", "GB", "FR", "TR", "MA", "SR", "CW"])
def test_numbers_of_other_countries_have_one_spelling(country: str) -> None:
    example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    assert example is not None
    digits = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164).lstrip("+")
    assert spellings(digits) == ()


@pytest.mark.parametrize("landline", ["551133334444", "552122223333"])
def test_landline_in_brazil_gets_no_ninth_digit(landline: str) -> None:
    assert spellings(landline) == ()


@given(st.text("0123456789", max_size=15))
def test_spellings_are_mutual(digits: str) -> None:
    assert all(digits in spellings(other) for other in spellings(digits))
