"""What was said before a mention is loaded, by its parents."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from channels.intake import polling, thread_context
from channels.models import Account
from inbox.models import Message
from sandbox.testing import Running
from tests.support.sandbox_accounts import control, fault, say


def poll(account: Account, name: str = "mentions") -> None:
    account.streams.update(next_poll_at=timezone.now())
    polling.poll(account.streams.get(name=name).pk)


def load() -> None:
    thread_context.load(list(Message.objects.filter(context_state="wanted").values_list("pk", flat=True)))


def test_the_thread_before_a_mention_is_context(platforms: Running, brand: Account) -> None:
    first = say(platforms, "x", "post", "eva", "wat een dag")
    second = say(platforms, "x", "post", "piet", "hoezo?", in_reply_to=first)
    mention = say(platforms, "x", "post", "karin", "vraag het @veldhuis", in_reply_to=second)
    poll(brand)
    assert Message.objects.get(external_id=mention).context_state == "wanted"
    load()
    before = Message.objects.filter(direction="context").order_by("sent_at")
    assert [message.external_id for message in before] == [first, second]
    assert all(message.conversation_id is None for message in before)
    assert Message.objects.get(external_id=mention).context_state == "loaded"


def test_one_thread_is_loaded_once_for_all_who_write_in_it(platforms: Running, brand: Account) -> None:
    first = say(platforms, "x", "post", "eva", "wat een dag")
    for name in ("karin", "piet", "noor"):
        say(platforms, "x", "post", name, "@veldhuis?", in_reply_to=first)
    poll(brand)
    load()
    assert Message.objects.filter(direction="context").count() == 1
    assert set(Message.objects.filter(direction="inbound").values_list("context_state", flat=True)) == {"loaded"}


def test_whom_we_answered_elsewhere_without_being_named_is_found(platforms: Running, brand: Account) -> None:
    first = say(platforms, "x", "post", "eva", "mijn pakket is er niet")
    answer = say(platforms, "x", "post", "veldhuis", "@eva mogen wij helpen?", in_reply_to=first)
    poll(brand, "timeline")
    load()
    post_row, ours = Message.objects.get(external_id=first), Message.objects.get(external_id=answer)
    assert (post_row.direction, post_row.conversation_id) == ("inbound", ours.conversation_id)
    assert post_row.conversation_id is not None


def test_a_removed_parent_is_said_to_be_missing(platforms: Running, brand: Account) -> None:
    first = say(platforms, "x", "post", "eva", "wat een dag")
    mention = say(platforms, "x", "post", "karin", "@veldhuis?", in_reply_to=first)
    poll(brand)
    control(platforms, "DELETE", f"/control/messages/{first}")
    load()
    message = Message.objects.get(external_id=mention)
    assert (message.context_state, message.parent_missing) == ("loaded", True)


def test_when_the_platform_is_away_the_thread_stays_wanted(platforms: Running, brand: Account) -> None:
    first = say(platforms, "x", "post", "eva", "wat een dag")
    mention = say(platforms, "x", "post", "karin", "@veldhuis?", in_reply_to=first)
    poll(brand)
    fault(platforms, "server_error_html")
    load()
    message = Message.objects.get(external_id=mention)
    assert message.context_state == "wanted"
    brand.refresh_from_db()
    assert brand.health == "failing"
    later = timezone.now() + timedelta(minutes=1)
    assert thread_context.due(later) == [message.pk]
    thread_context.load(thread_context.due(later))
    message.refresh_from_db()
    assert message.context_state == "loaded"


def test_after_a_day_a_thread_is_given_up(platforms: Running, brand: Account) -> None:
    first = say(platforms, "x", "post", "eva", "wat een dag")
    say(platforms, "x", "post", "karin", "@veldhuis?", in_reply_to=first)
    poll(brand)
    assert thread_context.due(timezone.now() + timedelta(hours=25)) == []
    assert set(Message.objects.values_list("context_state", flat=True)) == {"failed"}
