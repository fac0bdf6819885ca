"""Who an answer is from, under the answer."""

from __future__ import annotations

import pytest

from channels.models import Account
from inbox.models import User
from inbox.text.signature import with_signature

AGENT = User(first_name="Farah", last_name="Bensaïd", email="farah@example.com")


@pytest.mark.parametrize(
    ("signature", "text", "result"),
    [
        ("none", "Dank je!", "Dank je!"),
        ("initials", "Dank je!", "Dank je! ^FB"),
        ("initials", "Dank je! ^JW", "Dank je! ^FB"),
        ("initials", "2^10 is 1024", "2^10 is 1024 ^FB"),
        ("first_name", "Dank je!", "Dank je!\n\nFarah"),
        ("team", "Dank je!", "Dank je!\n\nTeam Veldhuis"),
    ],
)
def test_an_answer_is_signed_as_the_account_wants_and_only_once(signature: str, text: str, result: str) -> None:
    account = Account(signature=signature, team_name="Team Veldhuis")
    once = with_signature(text, account, AGENT)
    assert once == result
    assert with_signature(once, account, AGENT) == once
