"""The demo's people and accounts. Nothing here works outside demo mode: their passwords are printed for all to read."""

from __future__ import annotations

import contextlib
import itertools
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from channels.accounts import connecting
from channels.accounts.oauth import apps
from channels.errors import NeedsReauth
from channels.models import Account, ChatSite, Delivery, Stream
from channels.platforms import connector_class
from inbox.demo import content
from inbox.lists import first_steps
from inbox.models import Conversation, Event, Message, Response, ResponseTarget, SurveySettings, User
from inbox.outbox import survey
from inbox.triage import assignment
from inbox.triage.summary import refresh_and_announce
from webcare.lib.enqueue import enqueue

PASSWORD = "webcare-demo"  # noqa: S105  meant to be known; PeopleBackend refuses it outside demo mode
# Writing to the sandbox's world may wait for its history to be filled.
PATIENCE = 60
# The scenario leaves open what was said in the last hours; everything older was dealt with.
STILL_OPEN = timedelta(hours=4)
# What the demo's brands promise: where people chat, or everybody reads along, sooner than under a post.
TARGETS = {  # minutes
    "x": 60,
    "whatsapp": 60,
    "facebook": 120,
    "instagram": 120,
    "youtube": 120,
    "bluesky": 60,
    "mastodon": 60,
    "livechat": 5,
    "email": 240,
}
MAILBOX = "klantenservice@veldhuis.example"
# What lies in it when the demo begins: from whom, about what, and their words.
MAILS = (
    ("Ellen Jansma", "ellen.jansma@post.example", "Garantie op mijn stoel", "Beste Veldhuis,\n\nDe poot van mijn stoel "
     "is na een halfjaar gebarsten. Ik heb de bon nog. Hoe gaat dat met de garantie?\n\nMet vriendelijke groet,\n"
     "Ellen Jansma"),
    ("Ruud Hofman", "ruud@hofman.example", "Re: Uw bestelling 4471", "Dank voor het bericht. Kan de bezorging ook na "
     "zes uur 's avonds?\n\nGroet, Ruud\n\nOp ma 23 nov 2026 om 10:12 schreef Veldhuis Wonen "
     "<klantenservice@veldhuis.example>:\n\n> Beste Ruud,\n>\n> Uw bank staat klaar. We bezorgen op werkdagen tussen 8 "
     "en 17 uur.\n"),
)  # fmt: skip
CHAT = "livechat"
GREETING = {
    "greeting_nl": "Twijfel je over de stof? We sturen je gratis staaltjes.",
    "greeting_en": "Not sure about the fabric? We send you samples for free.",
    "greet_after": 20,
    "greet_on": "/fjord",
}
_TAKEN = 3  # every third conversation somebody has begun on


class SandboxRefused(Exception):
    """The sandbox did not do what was asked; the text says why."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who can be signed in as."""

    first_name: str
    last_name: str
    role: str

    @property
    def email(self) -> str:
        """farah@veldhuis.example."""
        return f"{self.first_name.lower()}@veldhuis.example"


PEOPLE = (
    DemoPerson("Farah", "Bensaïd", User.Role.AGENT),
    DemoPerson("Joost", "Willems", User.Role.AGENT),
    DemoPerson("Sanne", "Kuipers", User.Role.LEAD),
    DemoPerson("Mila", "de Boer", User.Role.ADMIN),
)
# Platform, name, user name: the accounts the sandbox's customers write to (sandbox/scenario/people.py).
ACCOUNTS = (
    ("x", "Veldhuis Wonen", "veldhuiswonen"),
    ("facebook", "Veldhuis Wonen", "veldhuiswonen"),
    ("instagram", "Veldhuis Wonen", "veldhuiswonen"),
    ("whatsapp", "Veldhuis Wonen", "veldhuiswonen"),
    ("youtube", "Veldhuis Wonen", "veldhuiswonen"),
    ("x", "Lijn Noord", "lijnnoord"),
    ("facebook", "Lijn Noord", "lijnnoord"),
    ("bluesky", "Lijn Noord", "lijnnoord"),
    ("mastodon", "Lijn Noord", "lijnnoord"),
)
PUBLISHING = {"facebook", "instagram", "bluesky", "mastodon"}  # where the demo's brands plan posts


def seed_people() -> list[User]:
    """Make sure the demo's people are there, active, with the printed password."""
    people = []
    for person in PEOPLE:
        user = User.objects.filter(email=person.email).first()
        if user is None:
            user = User.objects.create_user(
                person.email,
                PASSWORD,
                first_name=person.first_name,
                last_name=person.last_name,
                role=person.role,
                all_accounts=True,
                is_demo=True,
            )
        elif not (user.is_demo and user.is_active and user.check_password(PASSWORD)):
            user.is_demo = user.is_active = True
            user.set_password(PASSWORD)
            user.save(update_fields=["is_demo", "is_active", "password"])
        people.append(user)
    return people


def seed_accounts() -> list[Account]:
    """Connect the sandbox's brand accounts as an admin would; those that are connected stay as they are.

    Raises SandboxRefused, and ChannelError when the sandbox does not accept its own credentials.
    """
    seed_apps()
    _ask("POST", "/control/settings", {"youtube_quota": settings.YOUTUBE_QUOTA})
    return [*(_connected(*account) for account in ACCOUNTS), _chat(), _mailbox()]


def seed_apps() -> None:
    """Fill in our apps at the sandbox's platforms, as an admin would, so that one can sign in there."""
    for kind, values in _ask("GET", "/control/apps", {}).items():
        if apps.app_of(kind) != values:
            apps.keep(kind, values, by=None)


def register_webhooks() -> None:
    """Give the sandbox the addresses its webhooks go to; it calls them at once, so the web server must be up."""
    for product in sorted({connector_class(platform).webhook_product for platform, _name, _user in ACCOUNTS} - {""}):
        url = f"{settings.PUBLIC_URL.rstrip('/')}/webhooks/{product}/"
        _ask("POST", "/control/webhooks", {"product": product, "url": url, "verify_token": _verify_token()})


def close_history() -> int:
    """Do what the demo's team did in the weeks before: close what is over, and take on some of what is not.

    Waits until the history has come in, a minute at most. Returns how many conversations were closed.
    """
    _wait_for_history()
    people = itertools.cycle(_at_work())
    since = timezone.now() - STILL_OPEN
    closed = 0
    for conversation in Conversation.objects.open().filter(last_message_at__lt=since).order_by("last_message_at"):
        _deal_with(conversation, next(people))
        closed += 1
    begun = Conversation.objects.unassigned().filter(last_direction=Message.Direction.OUTBOUND)
    for conversation in begun:
        assignment.assign(conversation, next(people), None)
    first_steps.restart(timezone.now())
    return closed


def _deal_with(conversation: Conversation, agent: User) -> None:
    """Let somebody have taken, answered and closed a conversation when it happened."""
    answers = conversation.messages.answers().filter(author=None)
    # Who came back in between was helped each time by whoever took it: the last time is told.
    answer = answers.order_by("sent_at").last()
    begun = conversation.first_message_at if answer is None else answer.sent_at
    # Minutes that differ from one to the next, and are the same each time.
    minutes = conversation.pk % 7 + 1
    taken_at, closed_at = begun - timedelta(minutes=minutes), conversation.last_message_at + timedelta(minutes=minutes)
    taken_at = max(taken_at, conversation.first_message_at)
    reason = Conversation.CloseReason.ANSWERED if answer else Conversation.CloseReason.NO_QUESTION
    about: dict[str, Any] = {"actor": agent, "conversation": conversation, "account_id": conversation.account_id}
    with transaction.atomic():
        Response.objects.filter(answer__in=answers).update(agent=agent)
        answers.update(author=agent)
        # It came in when it was said: else whoever comes back would still wait for what was closed days ago.
        conversation.messages.update(received_at=F("sent_at"))
        Event.objects.bulk_create([
            Event(verb="assigned", at=taken_at, data={"to": agent.pk, "was": None}, **about),
            Event(verb="closed", at=closed_at, data={"reason": reason}, **about),
        ])  # fmt: skip
        Conversation.objects.filter(pk=conversation.pk).update(
            assignee=agent, status=Conversation.Status.CLOSED, closed_at=closed_at, close_reason=reason,
            seen_at=closed_at,
        )  # fmt: skip
        refresh_and_announce([conversation.pk])


def sort_today() -> None:
    """Give what came in today its team, labels and some owners, as colleagues would. Waits as `close_history` does."""
    _wait_for_history()
    content.sort_open()
    people = itertools.cycle(_at_work())
    for conversation in list(Conversation.objects.unassigned().order_by("waiting_since", "pk"))[1::_TAKEN]:
        assignment.assign(conversation, next(people), None)
        assignment.mark_seen(conversation)


def _at_work() -> Any:
    """The demo's people who answer."""
    return User.objects.filter(is_demo=True, is_active=True).exclude(role=User.Role.ADMIN).order_by("pk")


def _wait_for_history() -> None:
    """Wait until every stream was asked once more and nothing came in since.

    All of them were asked before, while there was no history yet; what a webhook does not tell comes only by asking.
    """
    began = timezone.now()
    deadline = time.monotonic() + PATIENCE
    before = -1
    while time.monotonic() < deadline:
        now = Message.objects.count()
        unread = Delivery.objects.filter(status=Delivery.Status.WAITING).exists()
        # A round that ran meanwhile plans the next one for later: each is made due until it was asked.
        # One that failed keeps its distance.
        asking = Stream.objects.filter(enabled=True, failures=0).exclude(last_polled_at__gte=began)
        unasked = asking.update(next_poll_at=began)
        if now == before and now and not unread and not unasked:
            return
        before = now
        enqueue("channels.tasks.poll_due")  # now, and not at beat's next round
        time.sleep(0.8)


def _connected(platform: str, name: str, username: str) -> Account:
    made = _ask("POST", "/control/accounts", {"platform": platform, "name": name, "username": username})
    credentials = {key: str(value) for key, value in made["credentials"].items()}
    named = Q(external_id=made["id"]) | Q(platform="mastodon", external_id__startswith=f"{username}@")
    account: Account | None = Account.objects.present().filter(named, platform=platform).first()
    if account is None:
        account = connecting.connect(platform, credentials, by=None)
        account.signature = Account.Signature.INITIALS
        if platform in PUBLISHING:
            account.mode = Account.Mode.PUBLISH
        account.save(update_fields=["signature", "mode"])
        ResponseTarget.objects.get_or_create(account=account, defaults={"minutes": TARGETS[platform]})
        if survey.fits(account):
            SurveySettings.objects.get_or_create(account=account, defaults={"is_on": True, "delay": 1})
    elif not _is_let_in(account, credentials):
        with contextlib.suppress(NeedsReauth):  # somebody took that access away, and may have signed in anew
            connecting.reconnect(account, credentials, by=None)  # the sandbox began anew
    return account


def _is_let_in(account: Account, credentials: dict[str, str]) -> bool:
    """Whether the sandbox still knows an account as we do. Access that we renewed ourselves is tried."""
    if account.credentials == credentials or not credentials.items() <= account.credentials.items():
        return account.credentials == credentials
    try:
        connecting.identify(account.platform, account.credentials)
    except NeedsReauth:
        return False
    return True


def _chat() -> Account:
    """Make sure the sandbox's shop has a chat, as an admin would."""
    account: Account | None = Account.objects.present().filter(platform=CHAT).first()
    if account is None:
        account = connecting.connect(CHAT, {"name": "Veldhuis Wonen", "origin": settings.GRAPH_API_BASE}, by=None)
        account.automatic_language = Account.Language.DUTCH
        account.save(update_fields=["automatic_language"])
        ChatSite.objects.filter(account=account).update(**GREETING)
        ResponseTarget.objects.get_or_create(account=account, defaults={"minutes": TARGETS[CHAT]})
        SurveySettings.objects.get_or_create(account=account, defaults={"is_on": True, "delay": 1})
    told = {"script": f"{settings.PUBLIC_URL.rstrip('/')}/chat/widget.js", "account": str(account.code)}
    _ask("POST", "/control/settings", {"chat": told})
    return account


def _mailbox() -> Account:
    """Make sure the brand's mailbox is connected, with two mails that wait. Its servers' ports are new each time."""
    made = _ask("POST", "/control/mail/accounts", {"address": MAILBOX, "name": "Veldhuis Wonen"})
    # Another one, that an admin connects by signing in.
    shop = {"address": "winkel@veldhuis.example", "name": "Sanne de Wit", "sign_in": "microsoft"}
    _ask("POST", "/control/mail/accounts", shop)
    account: Account | None = Account.objects.present().filter(platform="email", external_id=MAILBOX).first()
    if account is not None:
        if account.credentials != made["credentials"]:
            connecting.reconnect(account, made["credentials"], by=None)
        return account
    account = connecting.connect("email", made["credentials"], by=None)
    ResponseTarget.objects.get_or_create(account=account, defaults={"minutes": TARGETS["email"]})
    ChatSite.objects.update(mail_from=account)  # who left an address in the chat is mailed
    Stream.objects.filter(account=account, name="inbox").update(cursor={"since": timezone.now().isoformat()})
    for name, sender, subject, text in MAILS:
        said = {"to": MAILBOX, "from": sender, "name": name, "subject": subject, "text": text}
        _ask("POST", "/control/mail/letters", said)
    return account


def _verify_token() -> str:
    told = [platform for platform, _name, _user in ACCOUNTS if connector_class(platform).webhook_product == "meta"]
    accounts = Account.objects.present().filter(platform__in=told).exclude(verify_token="")
    token = accounts.values_list("verify_token", flat=True).first()
    return settings.META_VERIFY_TOKEN or token or ""


def _ask(method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    if not settings.DEMO:
        raise SandboxRefused("The demo's accounts exist in demo mode only.")
    try:
        response = requests.request(method, f"{settings.GRAPH_API_BASE}{path}", json=body, timeout=PATIENCE)
    except requests.RequestException as error:
        raise SandboxRefused(f"The sandbox does not answer at {settings.GRAPH_API_BASE}.") from error
    if not response.ok:
        raise SandboxRefused(f"The sandbox refused {path}: {response.text[:300]}")
    answer: dict[str, Any] = response.json()
    return answer
