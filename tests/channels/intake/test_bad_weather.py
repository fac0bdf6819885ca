"""With everything failing at once: after it is over no message is lost and none is there twice."""

from __future__ import annotations

from django.utils import timezone

from channels.intake import polling, thread_context
from channels.models import Account, Stream
from inbox.models import Message
from sandbox.testing import Running
from tests.support.sandbox_accounts import control, fault, say


def poll_everything() -> None:
    Account.objects.update(needs_reauth_at=None)
    Stream.objects.update(next_poll_at=timezone.now())
    for pk in Stream.objects.exclude(name="dms").order_by("pk").values_list("pk", flat=True):
        polling.poll(pk)
    thread_context.load(list(Message.objects.filter(context_state="wanted").values_list("pk", flat=True)))


def test_nothing_is_lost_and_nothing_is_double_after_the_storm(platforms: Running, brand: Account) -> None:
    for name, n in (
        ("rate_limit_legacy", 7),
        ("server_error_html", 4),
        ("unauthorized", 11),
        ("rate_limit_no_reset", 9),
    ):
        fault(platforms, name, "GET /2/*", mode="every", n=n)
    posts, answers, states = [], [], set()
    for number in range(40):
        posts.append(say(platforms, "x", "post", f"klant{number % 7}", f"@veldhuis vraag {number}"))
        if number % 3 == 0:
            answers.append(say(platforms, "x", "post", "veldhuis", f"antwoord {number}", in_reply_to=posts[-1]))
        if number % 4 == 0:
            poll_everything()
            brand.refresh_from_db()
            states.add(brand.health)
    control(platforms, "DELETE", "/control/faults")
    poll_everything()
    brand.refresh_from_db()
    kept = Message.objects.exclude(direction="context")
    stored = [str(external_id) for external_id in kept.values_list("external_id", flat=True)]
    assert sorted(stored) == sorted([*posts, *answers])
    assert set(Message.objects.filter(external_id__in=answers).values_list("direction", flat=True)) == {"outbound"}
    assert not Message.objects.filter(conversation=None).exclude(direction="context").exists()
    # Meanwhile the account said what was wrong, and now it is well again.
    assert states - {"healthy"}
    assert brand.failing_since is None


def test_an_outage_longer_than_the_mentions_list_loses_nothing(platforms: Running, brand: Account) -> None:
    stream = brand.streams.get(name="mentions")
    first = say(platforms, "x", "post", "karin", "@veldhuis de eerste")
    polling.poll(stream.pk)
    # The list ends at the 800 newest posts; the rest is found by search.
    posts = [say(platforms, "x", "post", "karin", f"@veldhuis {number}") for number in range(850)]
    Stream.objects.update(next_poll_at=timezone.now())
    polling.poll(stream.pk)
    assert set(Message.objects.values_list("external_id", flat=True)) == {first, *posts}
