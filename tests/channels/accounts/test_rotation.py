"""Keys are replaced: everything encrypted at rest opens with the newest alone."""

from __future__ import annotations

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from pytest_django import Settings

from channels import secrets
from channels.accounts import rotation
from channels.models import Account
from inbox.models import PushKey
from tests import factories

pytestmark = pytest.mark.django_db


def test_everything_opens_with_the_newest_key_alone(settings: Settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.CREDENTIAL_KEYS = [old]
    account = factories.make_account("x", credentials={"access_token": "ours"})
    push = PushKey.objects.create(public="p", sealed_private=secrets.seal({"private": "push"}))
    person = factories.make_user()
    data = {"seed": secrets.seal({"secret": "seed"}), "used_mask": 5}
    factor = Authenticator.objects.create(user=person, type="recovery_codes", data=data)

    settings.CREDENTIAL_KEYS = [new, old]
    told = StringIO()
    call_command("rotate_keys", stdout=told)

    assert "may be taken out" in told.getvalue()
    settings.CREDENTIAL_KEYS = [new]
    assert Account.objects.get(pk=account.pk).credentials == {"access_token": "ours"}
    assert secrets.unseal(PushKey.objects.get(pk=push.pk).sealed_private) == {"private": "push"}
    kept = Authenticator.objects.get(pk=factor.pk).data
    assert (secrets.unseal(kept["seed"]), kept["used_mask"]) == ({"secret": "seed"}, 5)


def test_what_no_key_opens_is_named(settings: Settings) -> None:
    lost = factories.make_account("x", credentials={"access_token": "ours"})
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(CommandError, match=f"channels.Account {lost.pk}"):
        call_command("rotate_keys")


def test_every_encrypted_field_is_known() -> None:
    names = {f"{model.__name__}.{name}" for model, name in rotation.sealed_fields()}
    assert names >= {
        "Account.sealed_credentials", "Erasure.sealed", "ErasureKey.sealed", "PushKey.sealed_private",
        "PushSubscription.sealed_keys", "Webhook.sealed_url", "Webhook.sealed_secret",
    }  # fmt: skip
