"""A found post becomes work: a conversation like any other, in the hands of whoever took it up.

It comes in through the one door, so the same post twice is one message. What was on the web belongs to an account
without a platform, which is made when it is first needed.
"""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from channels.models import Account
from channels.types import Author, Direction, IncomingMessage, Visibility
from inbox.ingest.batch import lock_account
from inbox.ingest.receive import receive
from inbox.models import Conversation, Message, User
from inbox.triage import assignment
from monitoring.feeds.web import host_of
from monitoring.hits.models import WEB, Post
from monitoring.hits.privacy import still_there
from webcare.lib.retry import with_retries

LONGEST = 9_000  # characters of a text that go along


class CannotTakeUp(Exception):
    """This cannot become work for this person. `message` is a sentence for the page."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def take_up(post: Post, by: User) -> Conversation:
    """Make a conversation of a post, or find the one it is in, and let `by` have it where nobody has. Twice is once.

    Raises CannotTakeUp.
    """
    if post.conversation is not None:
        return post.conversation
    account = _seen_by(by, site_account() if post.source == WEB else post.account)
    return with_retries(partial(_take_up, account, post, by))


def take_up_link(external_id: str, url: str, title: str, by: User) -> Conversation:
    """Make a conversation of a page that somebody found themselves. The same page twice is one."""
    event = IncomingMessage(
        external_id=external_id,
        kind="found",
        direction=Direction.INBOUND,
        visibility=Visibility.PUBLIC,
        sent_at=timezone.now(),
        text=title,
        author=Author(external_id=f"{host_of(url)}/{external_id[:20]}", name=host_of(url)),
        permalink=url,
    )
    return _conversation(_seen_by(by, site_account()), event, by)


def site_account() -> Account:
    """Return the account of what was found on the web, made when it is first needed. Nothing leaves through it."""
    with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
        name = str(_("Blogs and forums"))
        account, _is_new = Account.every.get_or_create(
            platform=WEB,
            external_id=WEB,
            defaults={"name": name, "mode": Account.Mode.LISTEN, "last_success_at": timezone.now()},
        )
    return account


@transaction.atomic
def _take_up(account: Account, post: Post, by: User) -> Conversation:
    """Let a post come in that is still there, with nobody erasing who wrote it meanwhile."""
    lock_account(account.pk)
    left = still_there(post)
    if left is None:
        raise CannotTakeUp(_("This cannot be taken up: it was erased, or is no message of a customer."))
    if left.conversation is not None:
        return left.conversation
    conversation = _conversation(account, _event(left), by)
    Post.objects.filter(pk=left.pk, done_at=None).update(done_at=timezone.now(), done_by=by)
    Post.objects.filter(pk=left.pk).update(conversation=conversation, outcome=Post.Outcome.TAKEN)
    return conversation


def _seen_by(person: User, account: Account | None) -> Account:
    if account is None or not person.visible_accounts().filter(pk=account.pk).exists():
        raise CannotTakeUp(_("You do not see the account this would come in at. Ask an admin for it."))
    return account


def _conversation(account: Account, event: IncomingMessage, by: User) -> Conversation:
    receive(account, [event])
    message = Message.objects.filter(account=account, external_id=event.external_id).first()
    if message is None or message.conversation is None:
        raise CannotTakeUp(_("This cannot be taken up: it was erased, or is no message of a customer."))
    if not Conversation.objects.visible_to(by).filter(pk=message.conversation.pk).exists():
        raise CannotTakeUp(_("Another team has this already."))
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update(no_key=True).get(pk=message.conversation.pk)
        if conversation.status == Conversation.Status.CLOSED:
            assignment.reopen(conversation, by)
        if conversation.assignee_id is None:
            assignment.assign(conversation, by, by)
    return conversation


def _event(post: Post) -> IncomingMessage:
    """Return a post as a platform would have told it."""
    text = f"{post.title}\n\n{post.text}".strip() if post.title else post.text
    return IncomingMessage(
        external_id=post.external_id,
        kind="found",
        direction=Direction.INBOUND,
        visibility=Visibility.PUBLIC,
        sent_at=post.published_at,
        text=text[:LONGEST],
        author=_author(post),
        thread_id=post.thread_id,
        parent_id=post.parent_id,
        permalink=post.url,
    )


def _author(post: Post) -> Author:
    """Return who wrote it. On the web somebody is known by the name they have at one site."""
    if post.source != WEB:
        return Author(post.author_id, post.author, post.handle, followers=post.followers)
    site = host_of(post.url) or post.site
    return Author(post.author_id or f"{site}/{post.external_id}"[:160], post.author or post.site or site)
