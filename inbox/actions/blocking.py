"""Blocking somebody who goes too far: who may, what it keeps away, and whether it can be done now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.models import Account
from channels.platforms import platform_title
from channels.reasons import sentence
from channels.types import Action, Blocked
from inbox.models import Block, Conversation, Event, Identity

if TYPE_CHECKING:
    from inbox.models import User

REASONS: dict[str, Any] = {
    **dict(Conversation.Line.choices),
    "spam": gettext_lazy("Spam"),
    "other": gettext_lazy("Something else"),
}


@dataclass(frozen=True, slots=True)
class BlockOffer:
    """What the page says about blocking one person. `closed` is why it cannot be done at this moment."""

    keeps_away: str
    closed: str = ""
    can_be_undone: bool = True


def may_block(account: Account, agent: User) -> bool:
    """Whether somebody may block people on an account: leads and admins, and agents where an admin allowed it.

    Nobody in training: they are still learning where the line is.
    """
    can = Action.BLOCK in account.capabilities.actions and account.mode != Account.Mode.LISTEN
    return can and not account.removed_at and not agent.is_trainee and (agent.is_lead or account.agents_may_block)


def offer_for(conversation: Conversation, agent: User) -> BlockOffer | None:
    """Return what to say about blocking this person; None for who may not, or where the platform has no block."""
    account = conversation.account
    if not may_block(account, agent):
        return None
    title = platform_title(account.platform)
    words = {
        Blocked.EVERYTHING: _("They can no longer write to us on %(platform)s, in public or in private."),
        Blocked.COMMENTS: _(
            "What they write under our posts on %(platform)s is shown to nobody, their newest comment too."
        ),
        Blocked.PRIVATE: _("Their private messages on %(platform)s no longer come in. What they write in public does."),
    }
    can_be_undone = Action.UNBLOCK in account.capabilities.actions
    keeps_away = words[account.capabilities.blocks] % {"platform": title}
    return BlockOffer(keeps_away, _too_late(conversation, title), can_be_undone)


def target_of(conversation: Conversation) -> str:
    """Return the id that the platform blocks by: the person's, or their newest message's; "" where there is none."""
    if not conversation.account.capabilities.blocks_by_message:
        return conversation.identity.external_id
    theirs = conversation.messages.filter(direction="inbound", removed_at=None, external_id__isnull=False)
    return theirs.order_by("-sent_at", "-pk").values_list("external_id", flat=True).first() or ""


def reason_text(reason: str) -> str:
    """Return a reason as it is read."""
    return str(REASONS.get(reason, reason))


def is_blocked(account: Account, identity: Identity) -> bool:
    """Whether one of our accounts has blocked somebody."""
    return Block.objects.filter(account=account, identity=identity).exists()


def record_block(conversation: Conversation, action: Action, agent: User, reason: str) -> bool:
    """Write down what was done on the platform. Returns whether that changed anything; runs in a transaction."""
    who = {"account": conversation.account, "identity": conversation.identity}
    if action == Action.BLOCK:
        _row, changed = Block.objects.get_or_create(**who, defaults={"by": agent, "reason": reason})
    else:
        changed = bool(Block.objects.filter(**who).delete()[0])
    if changed:
        verb = "person_blocked" if action == Action.BLOCK else "person_unblocked"
        Event.note(verb, actor=agent, conversation=conversation, identity=conversation.identity_id, reason=reason)
    return changed


def _too_late(conversation: Conversation, title: str) -> str:
    within = conversation.account.capabilities.block_within
    since = conversation.last_inbound_at
    if within is None or (since is not None and since + within > timezone.now()):
        return ""
    return sentence("too_late_to_block", title)
