"""Who is erased stands in no post, and none leaves with what is left of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from channels.models import Account
from channels.types import Author
from inbox.models import Attachment, Message, Notification, User
from inbox.notifications.words import words_of
from inbox.privacy import erasing, sweeping
from inbox.privacy.traces import Traces
from publishing.models import Part, Post
from tests.factories import make_account, make_inbound

pytestmark = pytest.mark.django_db
NAME, SAID = "Wilhelmina Zeldenthuis", "Mijn mosterdgele bank piept en niemand belt terug"


def planned(brand: Account, by: User, text: str, state: str, sent: str) -> Post:
    """A post with its row in the outbox."""
    row = Post.objects.create(text=text, at=timezone.now() + timedelta(days=1), state=state, author=by)
    message = Message.objects.create(
        account=brand, direction="outbound", kind="post", route="post", visibility="public", text=text, state=sent,
        author=by, sent_at=timezone.now(),
    ) if sent else None  # fmt: skip
    Part.objects.create(post=row, account=brand, message=message)
    return row


def test_posts_that_name_who_is_erased_are_drafts_without_them(brand: Account, sanne: User) -> None:
    her = make_inbound(brand, SAID, author=Author("17", NAME, "mina_zeldenthuis")).identity
    assert her is not None
    text = f"{NAME} schreef: {SAID}. Dat is nu opgelost."
    waits = planned(brand, sanne, text, "planned", "queued")
    left = planned(brand, sanne, text, "planned", "sent")
    draft = planned(brand, sanne, text, "draft", "")
    other = planned(brand, sanne, "Nieuwe collectie!", "planned", "queued")
    erasing.go_on(erasing.ask(her.contact, None, "vroeg erom").pk)
    states = {}
    for row in (waits, left, draft, other):
        row.refresh_from_db()
        states[row.pk] = (row.state, row.version)
        assert NAME not in row.text + row.comment and SAID not in row.text
    assert states == {
        waits.pk: ("draft", 1), left.pk: ("planned", 1), draft.pk: ("draft", 1), other.pk: ("planned", 0)
    }  # fmt: skip
    assert not Message.objects.filter(text__contains=NAME).exists()
    assert set(Message.objects.filter(kind="post").values_list("state", flat=True)) == {"cancelled", "sent", "queued"}
    assert waits.parts.get().message is None
    assert Notification.objects.get(kind="post_back").user == sanne


def test_words_saved_while_somebody_is_erased_are_kept(
    brand: Account, sanne: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    her = make_inbound(brand, SAID, author=Author("17", NAME, "mina_zeldenthuis")).identity
    assert her is not None
    row = planned(brand, sanne, f"{NAME} wacht nog", "draft", "")
    read = Traces.without_words

    def save_meanwhile(traces: Traces, text: str) -> str:
        if text.endswith("wacht nog"):
            Post.objects.filter(pk=row.pk).update(text=f"{NAME} is geholpen, en tevreden")
        return read(traces, text)

    monkeypatch.setattr(Traces, "without_words", save_meanwhile)
    erasing.go_on(erasing.ask(her.contact, None, "vroeg erom").pk)
    row.refresh_from_db()
    assert row.text == "[…] is geholpen, en tevreden"


def test_post_saved_after_somebody_is_gone_is_swept_too(
    brand: Account, sanne: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    her = make_inbound(brand, SAID, author=Author("17", NAME, "mina_zeldenthuis")).identity
    assert her is not None
    sweep = sweeping.sweep

    def save_first(traces: Traces) -> sweeping.Found:
        if not Post.objects.exists():
            planned(brand, sanne, f"{NAME} is geholpen", "draft", "")
        return sweep(traces)

    monkeypatch.setattr(sweeping, "sweep", save_first)
    erasing.go_on(erasing.ask(her.contact, None, "vroeg erom").pk)
    assert Post.objects.get().text == "[…] is geholpen"


def test_what_former_plans_left_in_the_outbox_is_swept(brand: Account, sanne: User) -> None:
    her = make_inbound(brand, SAID, author=Author("17", NAME, "mina_zeldenthuis")).identity
    assert her is not None
    row = planned(brand, sanne, f"{NAME} wacht nog", "planned", "cancelled")
    left = row.parts.get().message
    assert left is not None
    picture = Attachment.objects.create(message=left, kind="image", filename="mina_zeldenthuis.png", alt_text=NAME)
    row.parts.update(message=None)  # as when it is written anew
    Post.objects.filter(pk=row.pk).update(text="Nieuwe collectie!", state="draft")
    erasing.go_on(erasing.ask(her.contact, None, "vroeg erom").pk)
    picture.refresh_from_db()
    assert not Message.objects.filter(kind="post", text__contains=NAME).exists()
    assert (picture.filename, picture.alt_text) == ("[…].png", "[…]")


def test_author_hears_which_half_of_a_post_leaves_no_more(brand: Account, sanne: User) -> None:
    her = make_inbound(brand, SAID, author=Author("17", NAME, "mina_zeldenthuis")).identity
    assert her is not None
    row = planned(brand, sanne, f"{NAME} is geholpen", "planned", "sent")
    page = make_account("facebook", name="Veldhuis", handle="", mode="publish")
    waits = Message.objects.create(
        account=page, direction="outbound", kind="post", route="post", visibility="public", text=row.text,
        state="retry", author=sanne, sent_at=timezone.now(),
    )  # fmt: skip
    Part.objects.create(post=row, account=page, message=waits)
    erasing.go_on(erasing.ask(her.contact, None, "vroeg erom").pk)
    row.refresh_from_db()
    assert (row.state, [part.message.state for part in row.parts.all() if part.message]) == (
        "planned", ["cancelled", "sent"]
    )  # fmt: skip
    (told,) = Notification.objects.filter(user=sanne)
    with override("en"):
        assert (
            words_of(told) == f"A post leaves no more on {page.at_handle}: it named somebody who asked to be forgotten"
        )
    assert told.message == waits
