"""A pane whose head, messages and contact were kept is what one made now would be, whatever changed meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.models import Account
from inbox.models import (
    Attachment,
    Block,
    Contact,
    ContactNote,
    Conversation,
    Identity,
    Message,
    Reaction,
    Review,
    User,
)
from inbox.thread import reviews
from inbox.triage import assignment
from tests.factories import make_answer, make_conversation, make_inbound, make_note, make_user
from tests.support import readers
from tests.support.pages import signed_in
from tests.support.profiles import examples
from webcare.lib.kept import forget_kept

pytestmark = pytest.mark.django_db
_ONCE = re.compile(r'(name="(?:csrfmiddlewaretoken|code)" value=")[^"]+')  # made anew for each answer
_NOW = timezone.now()


def _set(**values: Any) -> Callable[[Message, User], Any]:
    return lambda message, _user: Message.objects.filter(pk=message.pk).update(**values)


def _account(**values: Any) -> Callable[[Message, User], Any]:
    return lambda message, _user: Account.objects.filter(pk=message.account.pk).update(**values)


def _customer(**values: Any) -> Callable[[Message, User], Any]:
    return lambda message, _user: Identity.objects.filter(messages=message).update(**values)


def _row(**values: Any) -> Callable[[Message, User], Any]:
    return lambda message, _user: Conversation.objects.filter(messages=message).update(**values)


def _contact(**values: Any) -> Callable[[Message, User], Any]:
    return lambda message, _user: Contact.objects.filter(identities__messages=message).update(**values)


def _contact_note(message: Message, user: User) -> None:
    ContactNote.objects.create(contact=_conversation_of(message).contact, author=user, text="Belt liever")


def _earlier(message: Message, _user: User) -> None:
    row, other = _conversation_of(message), make_conversation()
    Conversation.objects.filter(pk=other.pk).update(contact=row.contact)


def _others(**values: Any) -> Callable[[Message, User], Any]:
    def change(message: Message, _user: User) -> None:
        row = _conversation_of(message)
        Conversation.objects.filter(contact=row.contact).exclude(pk=row.pk).update(**values)

    return change


def _block(message: Message, user: User) -> None:
    row = _conversation_of(message)
    Block.objects.get_or_create(account=row.account, identity=row.identity, defaults={"by": user, "reason": "spam"})


def _answer(**values: Any) -> Callable[[Message, User], Any]:
    return lambda message, user: make_answer(_conversation_of(message), user, **values)


def _conversation_of(message: Message) -> Conversation:
    return Conversation.objects.for_rows().get(messages=message)


def _file(message: Message, _user: User) -> None:
    place = message.attachments.count()
    Attachment.objects.create(message=message, position=place, kind="image", state="stored", width=4, height=3)


def _alt_text(message: Message, _user: User) -> None:
    message.attachments.update(alt_text="Een kapotte kast")


def _reaction(message: Message, _user: User) -> None:
    identity = Identity.objects.get(messages=message)
    Reaction.objects.get_or_create(message=message, identity=identity, defaults={"emoji": "🙏", "at": _NOW})


def _review(message: Message, user: User) -> None:
    answer = make_answer(_conversation_of(message), make_user(first_name="Ömer"))
    reviews.review(answer, user, Review.Verdict.values[0], "Mooi")


def _rename(_message: Message, user: User) -> None:
    readers.rename(user)


def _speak(_message: Message, user: User) -> None:
    readers.speak_other_language(user)


CHANGES: tuple[Callable[[Message, User], Any], ...] = (
    _set(text="Iets anders met https://example.com"), _set(text=""), _set(liked_at=_NOW), _set(boosted_at=_NOW),
    _set(hidden_at=_NOW),
    _set(removed_at=_NOW), _set(edited_at=_NOW), _set(our_emoji="❤", our_emoji_at=_NOW), _set(kind="mention"),
    _set(permalink="https://x.com/1"), _set(context_state="wanted"), _set(context_state="failed"),
    _set(parent_missing=True), _set(visibility="private"), _set(sent_at=_NOW - timedelta(days=2)),
    _set(shown=[{"kind": "advert", "title": "Kasten"}]), _set(shown=[{"kind": "form", "answers": [["Maat", "L"]]}]),
    _account(name="Anders"), _account(handle="anders"), _account(removed_at=_NOW), _account(mode="listen"),
    _customer(name="Karin de Boer"), _customer(handle=""),
    _answer(), _answer(state="sent"), _answer(state="failed"), _answer(state="queued"), _answer(state="unknown"),
    lambda message, user: make_note(_conversation_of(message), user, f"Vraag het @{user.name}"),
    lambda message, user: make_inbound(Account.objects.get(pk=message.account_id), author=None),
    _row(mood="angry"), _row(mood="happy"), _row(tone="informal"), _row(is_complaint=True), _row(language="de"),
    _row(crossed_line_at=_NOW), _row(waiting_since=_NOW - timedelta(days=3)), _row(waiting_since=None, due_at=None),
    _row(excerpt="", file_kind="image", file_count=2), _contact(kind="press"), _contact(address="u"),
    lambda message, user: assignment.assign(_conversation_of(message), user, user),
    lambda message, user: assignment.close(_conversation_of(message), user),
    lambda message, user: assignment.snooze(_conversation_of(message), _NOW + timedelta(days=2), user),
    _file, _alt_text, _reaction, _review, _rename, _speak, _contact_note, _block, _earlier,
    _others(excerpt="Over iets heel anders"), _others(last_message_at=_NOW - timedelta(days=500)),
)  # fmt: skip


def _thread(page: Client, conversation: Conversation) -> str:
    """The messages of a conversation, as its pane has them."""
    answer = page.get(conversation.get_absolute_url(), HTTP_HX_REQUEST="true")
    assert answer.status_code == 200
    return _ONCE.sub(r"\1", answer.content.decode())


@given(chosen=st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 5000)), min_size=1, max_size=6))
@settings(max_examples=examples(60))
def test_kept_panes_are_what_fresh_ones_are(chosen: list[tuple[Any, int]]) -> None:
    with transaction.atomic(), time_machine.travel(timezone.now(), tick=False) as now:
        user, conversation = make_user("lead"), make_conversation(messages=2)
        page = signed_in(user)
        _thread(page, conversation)
        for change, minutes in chosen:
            change(Message.objects.filter(conversation=conversation).earliest("pk"), user)
            now.shift(timedelta(minutes=minutes))
            page = signed_in(user)  # nobody stays signed in that long
            kept = _thread(page, conversation)
            forget_kept()
            assert kept == _thread(page, conversation)
        transaction.set_rollback(True)


def test_each_change_shows_in_the_pane() -> None:
    user, conversation = make_user("lead"), make_conversation()
    page, message = signed_in(user), Message.objects.get(conversation=conversation)
    for change in (
        _set(text="Iets anders"), _set(liked_at=_NOW), _set(hidden_at=_NOW), _set(edited_at=_NOW), _file, _alt_text,
        _reaction, _customer(name="Karin de Boer"), _review, _answer(state="queued"), _contact_note, _block,
        _row(mood="angry"), _row(is_complaint=True), _contact(kind="press"), _account(removed_at=_NOW), _earlier,
        _others(excerpt="Over iets heel anders"),
    ):  # fmt: skip
        before = _thread(page, conversation)
        change(message, user)
        assert _thread(page, conversation) != before


def test_forms_of_kept_messages_hold_their_own_token() -> None:
    """A form is sent from the second page that shows it, with the first one's parts kept."""
    page, conversation = Client(enforce_csrf_checks=True), make_conversation()
    page.force_login(make_user("lead"))
    address = conversation.get_absolute_url()
    pages = [page.get(address, HTTP_HX_REQUEST="true").content.decode() for _ in range(2)]
    tokens = [set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)) for html in pages]

    assert [len(found) for found in tokens] == [1, 1]
    assert tokens[0] != tokens[1]
    code = Message.objects.get(conversation=conversation).code
    (token,) = tokens[1]
    assert page.post(f"/inbox/messages/{code}/like/", {"csrfmiddlewaretoken": "x" * 64}).status_code == 403
    assert page.post(f"/inbox/messages/{code}/like/", {"csrfmiddlewaretoken": token}).status_code != 403
