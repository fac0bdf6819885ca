from __future__ import annotations

from channels import polling
from channels.models import Account
from inbox.models import Message
from sandbox.testing import Running
from tests.sandbox_accounts import say


def test_a_mention_comes_in_by_polling(platforms: Running, brand: Account) -> None:
    post = say(platforms, "x", "post", "karin", "@veldhuis waar blijft mijn pakket?")
    new = polling.poll(brand.streams.get(name="mentions").pk)
    message = Message.objects.get(external_id=post)
    assert (new, message.direction, message.text) == (1, "inbound", "@veldhuis waar blijft mijn pakket?")
    assert message.conversation is not None
