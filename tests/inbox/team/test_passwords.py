"""Passwords that are long enough and guessed first."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from inbox.models import Organisation
from tests.factories import make_account, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "password",
    [
        "Welkom2026!", "W3lkom2026!!", "Wachtwoord123", "Zomer-2026!!", "December2026", "Webcare2026!",
        "webcare-webcare", "Veldhuis2026!", "VeldhuisNL123", "Bensaïd12345", "farah.bensaid1", "Sunshine2026!",
        "Amsterdam020!", "1234567890", "!!!!!!!!!!!!", "aaaaaaaaaaaa", "Welkom Veldhuis 2026",
    ],
)  # fmt: skip
def test_what_is_guessed_first_is_refused(password: str) -> None:
    Organisation.objects.create(name="Veldhuis Wonen")
    make_account(name="Veldhuis Wonen", handle="VeldhuisNL")
    farah = make_user(first_name="Farah", last_name="Bensaïd", email="farah.bensaid@example.com")
    with pytest.raises(ValidationError):
        validate_password(password, farah)


@pytest.mark.parametrize(
    "password", ["kersenboom in bloei", "hoge bomen 12", "de kat slaapt bij Veldhuis", "x7#Kq!mPz2"]
)
def test_a_short_sentence_is_taken(password: str) -> None:
    make_account(name="Veldhuis Wonen", handle="VeldhuisNL")
    validate_password(password, make_user(first_name="Farah", last_name="Bensaïd"))


def test_the_page_says_why(client: Client) -> None:
    client.force_login(make_user(language="nl"))
    fields = {"oldpassword": "a-long-password", "password1": "Welkom2026!", "password2": "Welkom2026!"}
    assert "snel te raden" in client.post("/account/password/change/", fields).content.decode()
