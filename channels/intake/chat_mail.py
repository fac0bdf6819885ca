"""Answers in a chat that nobody saw go by e-mail, where the visitor left an address and an admin chose a mailbox.

In doubt it is not sent twice: it is claimed before it leaves, and one that broke off is looked for first, in the
mailbox it was to leave from. What goes by mail alone stands nowhere else: where it is given up, its answer in the inbox
failed.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import override

from channels.accounts import health
from channels.connectors import connector_for
from channels.email.connector import EmailConnector
from channels.email.ids import is_address
from channels.errors import ChannelError, NeedsReauth, RateLimited
from channels.intake.chat_mail_body import answer_of, files_of, is_formal_to, subject_of, words_of
from channels.livechat.unseen import LATEST, broken_off, unseen_answers
from channels.models import Account, ChatMessage, ChatSite
from channels.models.chat import MAIL_ALONE, RETURNED
from channels.secrets import CredentialsUnreadable
from inbox.models import Event
from webcare.lib.enqueue import enqueue

log = logging.getLogger(__name__)

AT_ONCE = 50  # visitors of one round
SOONEST, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
Step = Callable[[EmailConnector, int, int, datetime], bool]
_NOBODY = ("mail/no_server", "mail/certificate")  # then the next one is not tried


def send_due(account_id: int, now: datetime | None = None) -> int:
    """Mail what visitors of a chat did not see; return how many mails left. Any number may try at once."""
    now = now or timezone.now()
    site = ChatSite.objects.filter(account=account_id, account__removed_at=None).select_related("mail_from").first()
    if site is None:
        return 0
    if _settle_broken_off(site, now):
        site.refresh_from_db()  # its mailbox may have refused us just now
    mailbox = site.sender
    if mailbox is None or mailbox.is_limited(now):
        _give_up_waiting(account_id, now, never=mailbox is None and _is_gone(site.mail_from))
        return 0
    return _for_each(_mail, mailbox, _visitors(unseen_answers(account_id, now)), account_id, now)


def _settle_broken_off(site: ChatSite, now: datetime) -> bool:
    """Look for each mail that broke off in its own mailbox: another one does not know, whatever was chosen since.

    Returns whether there was any.
    """
    lost = broken_off(site.account_id, now)
    mailboxes = list(lost.order_by("mailed_from").values_list("mailed_from", flat=True).distinct())
    for mailbox_id in mailboxes:
        mine = lost.filter(mailed_from=mailbox_id)
        mailbox = Account.objects.filter(pk=mailbox_id).first() if mailbox_id else site.mail_from
        if mailbox is None or mailbox.removed_at:
            _give_up_lost(mine)  # nobody can tell any more
        elif mailbox.paused_at or mailbox.needs_reauth_at or mailbox.is_limited(now):
            _give_up_lost(mine.filter(at__lte=now - LATEST))
        else:
            settle = partial(_settle, mailed_from=mailbox_id)
            _for_each(settle, mailbox, _visitors(mine), site.account_id, now)
    return bool(mailboxes)


def _for_each(step: Step, mailbox: Account, visitors: Sequence[int], account_id: int, now: datetime) -> int:
    """Do something for each visitor with one connection to a mailbox; return for how many a mail left."""
    if not visitors:
        return 0
    try:
        with contextlib.closing(connector_for(mailbox)) as connector:
            assert isinstance(connector, EmailConnector)  # noqa: S101  it was chosen among mailboxes
            return sum(_try(step, connector, account_id, visitor, now) for visitor in visitors)
    except (CredentialsUnreadable, ChannelError) as error:
        # Tried again with the next round of the chat's stream.
        health.note_failure(mailbox, error if isinstance(error, ChannelError) else NeedsReauth(str(error)))
        return 0


def _visitors(rows: QuerySet[ChatMessage]) -> list[int]:
    return list(rows.order_by("visitor").values_list("visitor", flat=True).distinct()[:AT_ONCE])


def _is_gone(mailbox: Account | None) -> bool:
    """Whether waiting for a mailbox is of no use; one that is paused or lost its access may come back."""
    return mailbox is None or mailbox.removed_at is not None or mailbox.mode == Account.Mode.LISTEN


def _give_up_waiting(account_id: int, now: datetime, *, never: bool) -> None:
    """Give up answers that go by mail alone and have waited for a mailbox too long, or for one that never sends."""
    rows = Q() if never else Q(at__lte=now - LATEST)
    with transaction.atomic():
        waiting = unseen_answers(account_id, now).filter(rows, told__has_key=MAIL_ALONE)
        _give_up(_locked(waiting), "chat/no_mailbox")


def _give_up_lost(rows: QuerySet[ChatMessage]) -> None:
    """Give up mails that broke off, and of which nobody can tell whether they left."""
    with transaction.atomic():
        _give_up(_locked(rows), "chat/not_mailed")


def _locked(rows: QuerySet[ChatMessage]) -> list[ChatMessage]:
    """Lock rows, oldest first; without those that somebody else has."""
    return list(rows.order_by("at", "pk").select_for_update(skip_locked=True, of=("self",)))


def _give_up(rows: Sequence[ChatMessage], code: str) -> None:
    """Say of answers that they were not mailed. Those that stand in no widget failed: an agent can send them again."""
    if not rows:
        return
    now = timezone.now()
    with transaction.atomic():
        ChatMessage.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=now, mailing_at=None)
        lost = [row for row in rows if MAIL_ALONE in row.told]
        for row in lost:
            ChatMessage.objects.filter(pk=row.pk).update(
                told=row.told | {RETURNED: code or "chat/not_mailed"}, news=F("news") + 1, changed_at=now
            )
        for of_visitor in _by_visitor(rows):
            _note(of_visitor, "chat_not_mailed", code)
        if lost:
            enqueue("channels.tasks.take_in_chat", rows[0].account_id)


def _by_visitor(rows: Sequence[ChatMessage]) -> list[list[ChatMessage]]:
    found: dict[int, list[ChatMessage]] = {}
    for row in rows:
        found.setdefault(row.visitor_id, []).append(row)
    return list(found.values())


def _try(step: Step, connector: EmailConnector, account_id: int, visitor_id: int, now: datetime) -> bool:
    """Do something for one visitor; return whether a mail left. Raises ChannelError where it can be done for nobody."""
    try:
        return step(connector, account_id, visitor_id, now)
    except ChannelError as error:
        if isinstance(error, NeedsReauth | RateLimited) or error.code in _NOBODY:
            raise
        return False  # one address that is refused for now costs no other


def _settle(
    connector: EmailConnector, account_id: int, visitor_id: int, now: datetime, *, mailed_from: int | None
) -> bool:
    """Look among what was sent for a mail that broke off; return whether it is there. If not, it is due again."""
    with transaction.atomic():
        lost = broken_off(account_id, now).filter(visitor=visitor_id, mailed_from=mailed_from)
        rows = _locked(lost.select_related("visitor"))
        rows = [row for row in rows if row.mailed_at == rows[0].mailed_at]  # those of one mail
        mine = ChatMessage.objects.filter(pk__in=[row.pk for row in rows])
        mine.update(mailing_at=now)  # nobody else looks meanwhile
    if not rows:
        return False
    is_over = rows[0].at <= now - LATEST
    try:
        had_left = connector.has_mailed_chat(str(rows[-1].client_id), rows[-1].visitor.email, rows[-1].mailed_at)
    except ChannelError as error:
        if not is_over and not (error.permanent and error.unknown):
            raise
        _give_up(rows, "chat/not_mailed")
        return False
    if had_left:
        mine.update(mailing_at=None)
        _note(rows, "chat_mailed")
    elif is_over:
        _give_up(rows, "chat/not_mailed")
    else:
        mine.update(mailed_at=None, mailing_at=None, mailed_from=None)
    return had_left


def _mail(connector: EmailConnector, account_id: int, visitor_id: int, now: datetime) -> bool:
    """Mail one visitor all that they did not see; return whether it left."""
    rows = _claim(connector, account_id, visitor_id, now)
    if not rows:
        return False
    visitor = rows[0].visitor
    with override(visitor.language or rows[0].account.automatic_language), contextlib.ExitStack() as opened:
        files, missing = files_of(rows, opened)
        formal = is_formal_to(rows)
        subject, words = subject_of(rows, is_formal=formal), words_of(rows, missing, is_formal=formal)
        try:
            connector.mail_chat(str(rows[-1].client_id), visitor.email, subject, words, files)
        except ChannelError as error:
            if error.unknown:
                return False  # it is looked for among what was sent
            is_ours = isinstance(error, NeedsReauth | RateLimited)  # nobody is mailed for now
            later = None if is_ours else now + _wait(rows, now)
            is_over = later is not None and later - rows[0].at >= LATEST
            if error.permanent or is_over:
                _give_up(rows, error.code)
                return False
            ChatMessage.objects.filter(pk__in=[row.pk for row in rows]).update(
                mailed_at=None, mailing_at=None, mailed_from=None, mail_after=later
            )
            raise
    ChatMessage.objects.filter(pk__in=[row.pk for row in rows]).update(mailing_at=None)
    _note(rows, "chat_mailed")
    return True


def _wait(rows: Sequence[ChatMessage], now: datetime) -> timedelta:
    """Return how long one that could not be mailed waits, behind all others: as long again as it took so far."""
    return min(max(now - rows[0].at, SOONEST), LONGEST_WAIT)


def _claim(connector: EmailConnector, account_id: int, visitor_id: int, now: datetime) -> Sequence[ChatMessage]:
    """Take a visitor's answers, oldest first: nobody else mails them. From which mailbox they leave is kept."""
    mailbox = Account.objects.get(platform=connector.platform, external_id=connector.external_id)
    with transaction.atomic():
        due = unseen_answers(account_id, now).filter(visitor=visitor_id)
        rows = _locked(due.select_related("visitor", "account"))
        ChatMessage.objects.filter(pk__in=[row.pk for row in rows]).update(
            mailed_at=timezone.now(), mailing_at=now, mailed_from=mailbox
        )
        if rows and not is_address(rows[0].visitor.email):
            _give_up(rows, "mail/no_address")
            return []
    return rows


def _note(rows: Sequence[ChatMessage], verb: str, code: str = "") -> None:
    answer = answer_of(rows)
    if answer is not None and answer.conversation is not None:
        Event.note(verb, conversation=answer.conversation, message=answer, **({"code": code} if code else {}))
