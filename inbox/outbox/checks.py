"""What may leave, and when an agent has to look again first."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from channels.file_type import EXTENSIONS
from channels.models import Account
from channels.platforms import platform_title
from channels.reasons import sentence
from channels.types import Blocked, Route, RouteRules, Visibility
from inbox.models import (
    Approval,
    Block,
    Conversation,
    ConversationLabel,
    Escalation,
    Identity,
    Message,
    Organisation,
    User,
)
from inbox.models.message import FOUND, IS_ANSWER
from inbox.models.rights import Right
from inbox.outbox.approval_request import was_let_through
from inbox.routing import spokespeople

PRIVATE_ROUTES = frozenset({Route.PRIVATE_MESSAGE, Route.PRIVATE_REPLY, Route.TEMPLATE})
KIND_TITLES = {
    "image": gettext_lazy("pictures"),
    "video": gettext_lazy("videos"),
    "audio": gettext_lazy("sound"),
    "file": gettext_lazy("documents"),
}
_UNHAPPY = (Conversation.Mood.ANGRY, Conversation.Mood.ANNOYED)
_GONE = (Message.State.CANCELLED, Message.State.FAILED)


class Refused(Exception):
    """This cannot be sent. `reason` is a word for programs, `message` a sentence for the page."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class Overtaken(Exception):
    """Something came in, or a colleague answered, after what the agent had seen. `newer` is what, oldest first."""

    def __init__(self, newer: Sequence[Message]) -> None:
        super().__init__(f"{len(newer)} newer")
        self.newer = list(newer)


def refuse(reason: str, account: Account) -> Refused:
    """Return the refusal for one of channels.errors.REASONS, in words."""
    return Refused(reason, sentence(reason, platform_title(account.platform)))


def newer_than(
    seen_message_id: int | None, conversation: Conversation, agent: User | None, *, own: Sequence[int] = ()
) -> list[Message]:
    """Return what an agent who saw everything up to a message has not seen: customers' messages and others' answers.

    A context post that turns out to be for us has an old number. So its time of coming in counts too. `own` are rows
    that are not news to the agent.
    """
    if seen_message_id is None:
        return []
    rows = Message.objects.filter(conversation=conversation, removed_at=None).exclude(pk__in=own)
    seen = Message.objects.filter(pk=seen_message_id).values_list("received_at", flat=True).first()
    later = Q(pk__gt=seen_message_id)
    if seen is not None:
        later |= Q(received_at__gt=seen, direction=Message.Direction.INBOUND) & ~Q(pk=seen_message_id)
    answers = IS_ANSWER & ~Q(state__in=_GONE)
    if agent is not None:
        answers &= ~Q(author=agent)
    found = rows.filter(later).filter(Q(direction=Message.Direction.INBOUND) | answers)
    found = found.select_related("identity", "author").prefetch_related("attachments")
    return list(found.without_words().order_by("sent_at", "pk"))


def check_sends(account: Account) -> None:
    """Raise Refused where nothing may leave through an account, whoever wrote it."""
    if account.mode == Account.Mode.LISTEN:
        raise refuse("listen_only", account)
    if account.paused_at:
        raise refuse("paused", account)
    if account.removed_at:
        raise Refused("forbidden", _("You cannot send from this account."))


def check_account(account: Account, agent: User) -> None:
    """Raise Refused where nothing may leave through an account, or not by this person."""
    check_sends(account)
    if not agent.has(Right.ANSWER):
        raise Refused("forbidden", _("Your role does not answer customers. A note for colleagues can be left."))
    if not agent.visible_accounts().filter(pk=account.pk).exists():
        raise Refused("forbidden", _("You cannot send from this account."))


def check_addressed(account: Account, conversation: Conversation, reply_to: Message | None) -> None:
    """Raise Refused where an account only reacts, and nobody addressed us: a search found what would be answered."""
    if account.mode == Account.Mode.REACT and is_found(conversation, reply_to):
        raise refuse("react_only", account)


def is_found(conversation: Conversation, reply_to: Message | None) -> bool:
    """Whether an answer would go to a post that a search found; without one, to somebody who never addressed us."""
    if reply_to is not None:
        return reply_to.kind == FOUND
    inbound = Message.objects.filter(
        account=conversation.account_id, identity=conversation.identity_id, direction=Message.Direction.INBOUND
    )
    return inbound.filter(kind=FOUND).exists() and not inbound.exclude(kind=FOUND).exists()


def check_person(conversation: Conversation, agent: User) -> None:
    """Raise Refused where somebody else is to answer this person: the press has its spokespeople."""
    if not spokespeople.may_answer(conversation.contact, agent):
        raise Refused("press", _("The press is answered by the spokespeople. Your text is kept; hand it over to them."))


def check_question(conversations: Sequence[Conversation], agent: User | None) -> None:
    """Raise Refused while somebody else is still to say what the customer may be told."""
    open_ones = Escalation.objects.open().filter(conversation__in=[row.pk for row in conversations])
    asked = (row for row in open_ones.select_related("asked") if agent is None or not row.may_be_answered_by(agent))
    question = next(asked, None)
    if question is not None:
        name = question.asked.name if question.asked else _("a team lead")
        waits = _("It waits for an answer of %(name)s. Your text is kept. Withdraw the question to answer without it.")
        raise Refused("asked", waits % {"name": name})


def check_blocked(conversation: Conversation, route: Route) -> None:
    """Raise Refused where we ourselves have blocked this person: the platform lets nothing through then."""
    if is_blocked(conversation, route):
        raise Refused("blocked_by_us", _("We have blocked this person. Undo that first, in the panel beside it."))


def is_blocked(conversation: Conversation, route: str) -> bool:
    """Whether we ourselves have blocked this person, in a way that keeps this route from them."""
    keeps = conversation.account.capabilities.blocks
    if keeps == Blocked.NOTHING or (keeps == Blocked.PRIVATE and route not in PRIVATE_ROUTES):
        return False
    return Block.objects.filter(account=conversation.account_id, identity=conversation.identity_id).exists()


def check_approved(row: Message, conversation: Conversation) -> None:
    """Raise Refused for an answer that still needs a second person."""
    if row.author is None or was_let_through(row):
        return
    kinds = set(row.attachments.values_list("kind", flat=True))
    if wants_approval(conversation, row.author, row.route, kinds):
        raise Refused("forbidden", _("A colleague has to look at this first. Take it back and send it anew."))


def rules_for(account: Account, route: Route, conversation: Conversation) -> RouteRules:
    """Return what a way out allows. Raises Refused where this conversation or platform does not have it."""
    rules = account.capabilities.routes.get(route)
    if rules is None or route == Route.POST or (route not in PRIVATE_ROUTES and not conversation.is_public):
        raise Refused("forbidden", _("This cannot be answered that way."))
    return rules


def check_window(route: Route, rules: RouteRules, private_side: Conversation | None, account: Account) -> None:
    """Raise Refused where the platform's time for a free answer has passed, or never began."""
    if route != Route.PRIVATE_MESSAGE or not rules.reply_window:
        return
    closes_at = private_side.window_closes_at if private_side else None
    if closes_at is None or closes_at <= timezone.now():
        raise refuse("window_closed", account)


def check_target(route: Route, rules: RouteRules, reply_to: Message | None, account: Account) -> None:
    """Raise Refused where the target is gone, too old, or answered once where once is the limit."""
    if route not in (Route.PUBLIC_REPLY, Route.PRIVATE_REPLY):
        return
    if reply_to is None or not reply_to.external_id or reply_to.removed_at:
        raise refuse("message_gone", account)
    if route == Route.PUBLIC_REPLY and reply_to.visibility == Visibility.PRIVATE:
        explanation = _("They wrote this in private. Answer it in private, or answer what they wrote in public.")
        raise Refused("said_in_private", explanation)
    if rules.within and reply_to.sent_at + rules.within < timezone.now():
        raise refuse("too_old", account)
    if rules.once and reply_to.answers.filter(route=route).exclude(state__in=_GONE).exists():
        raise refuse("already_replied", account)


def check_content(
    text: str, files: Sequence[UploadedFile[Any]], template: dict[str, Any] | None, rules: RouteRules, account: Account
) -> None:
    """Raise Refused for nothing at all, and for files this way does not take."""
    if not text and not files and not template:
        raise Refused("empty", _("Write something first."))
    check_files(files, rules, account)


def check_files(files: Sequence[UploadedFile[Any]], rules: RouteRules, account: Account) -> None:
    """Raise Refused, with what is taken instead, for files that the platform would refuse."""
    named: dict[str, Any] = {"platform": platform_title(account.platform), "most": rules.max_files}
    if len(files) > rules.max_files:
        if not rules.max_files:
            raise Refused("media_refused", _("%(platform)s takes no files here.") % named)
        words = ngettext(
            "%(platform)s takes %(most)d file in one message.",
            "%(platform)s takes %(most)d files in one message.",
            rules.max_files,
        )
        raise Refused("media_refused", words % named)
    for file in files:
        kind, mime = kind_of(file), mime_of(file)
        named |= {"name": file.name, "types": titles_of(rules, kind)}
        if not rules.takes(kind, mime):
            raise Refused("media_refused", _("“%(name)s” cannot go to %(platform)s. It takes %(types)s.") % named)
        most = rules.most_bytes(kind, mime)
        if most is not None and (file.size or 0) > most:
            named["most"] = most // (1024 * 1024)
            words = _("“%(name)s” is too large. %(platform)s takes %(most)d MB of this kind.")
            raise Refused("media_refused", words % named)
        if len(files) > 1 and (kind in rules.alone or mime in rules.alone):
            raise Refused("media_refused", _("“%(name)s” has to go alone on %(platform)s.") % named)


def titles_of(rules: RouteRules, kind: str) -> str:
    """Name the types a route takes, as people call them: those of this kind, or all where it takes none of it."""
    kinds = [kind] if kind in rules.file_kinds else list(rules.file_kinds)
    types = [mime for kind in kinds for mime in rules.file_types.get(kind, ())]
    titles = [EXTENSIONS[mime].removeprefix(".").replace("jpg", "jpeg").upper() for mime in types]
    return ", ".join(dict.fromkeys(titles)) or ", ".join(str(KIND_TITLES[kind]) for kind in kinds)


def check_sender(sender: Account, conversation: Conversation, rules: RouteRules | None) -> None:
    """Raise Refused where another account than the addressed one cannot answer this way.

    It starts a conversation, so it needs the mode for that.
    """
    if sender.pk == conversation.account_id:
        return
    same_platform = sender.platform == conversation.account.platform
    if not (same_platform and rules and rules.any_account and sender.may_begin):
        raise Refused("forbidden", _("You cannot send from this account."))


def wants_approval(conversation: Conversation, author: User | None, route: str, kinds: Collection[str]) -> str:
    """Return why a second person has to look at an answer first (Approval.Why); "" where nobody has to.

    `kinds` are those of its files. Labels and mood are the conversation's it was written in. No author: a rule's words.
    """
    if conversation.account.practice_id is not None:
        return ""  # a reviewer looks at all of it anyway
    organisation = Organisation.current()

    def has_followers(least: int) -> bool:
        return Identity.objects.filter(contact=conversation.contact_id, followers__gte=least).exists()

    def is_labelled() -> bool:
        asking = ConversationLabel.objects.filter(conversation=conversation, label__needs_approval=True)
        return asking.filter(label__archived_at=None).exists()

    is_public = route not in PRIVATE_ROUTES
    in_training = author is not None and author.is_trainee
    if is_public and organisation.approves_pictures and not in_training and {"image", "video"} & {*kinds}:
        return Approval.Why.PICTURE
    return approval_rule(in_training, organisation, conversation.mood, has_followers, is_labelled, is_public=is_public)


def approval_rule(
    in_training: bool, organisation: Organisation, mood: str, has_followers: Callable[[int], bool],
    is_labelled: Callable[[], bool], *, is_public: bool,
) -> str:  # fmt: skip
    """Return why an author's words need a second person; "" where they do not. What costs is asked last."""
    why = Approval.Why
    if in_training:
        return why.TRAINEE
    if is_public and organisation.approves_negative and mood in _UNHAPPY:
        return why.NEGATIVE
    if organisation.approves_followers is not None and has_followers(organisation.approves_followers):
        return why.FOLLOWERS
    return why.LABEL if is_labelled() else ""


def goes_along(text: str, files: Sequence[UploadedFile[Any]], rules: RouteRules) -> bool:
    """Whether the platform takes this text and these files as one message."""
    captions = rules.captions
    return not text or captions is None or all(len(text) <= captions.get(kind_of(file), 0) for file in files)


def mime_of(file: UploadedFile[Any]) -> str:
    """Return the type of what someone sends along."""
    return (file.content_type or mimetypes.guess_type(file.name or "")[0] or "").lower()


def kind_of(file: UploadedFile[Any]) -> str:
    """Return image, video, audio or file, for what someone sends along."""
    mime = mime_of(file)
    main = mime.partition("/")[0]
    return main if main in ("image", "video", "audio") else "file"
