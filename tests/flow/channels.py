"""Each newer channel in the running system: how somebody asks there, how often our words arrived, what goes wrong."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import requests

from tests.flow.system import System, eventually

MAILBOX, BLUESKY, BRAND = "klantenservice@veldhuis.example", "veldhuis.bsky.example", "veldhuiswonen"
_TASK = "PATCH /services/data/*/sobjects/Task/*"  # where the CRM is told
# What a demo has not connected yet.
_CONNECT = """
import json, sys
from channels.accounts import connecting
for platform, credentials in json.loads({given!r}):
    connecting.connect(platform, credentials, by=None)
"""


class Fault(NamedTuple):
    """A fault of the sandbox: its name, where, when, how often, for how long."""

    name: str
    endpoint: str
    mode: str = "every"
    n: int = 2
    seconds: float = 0


@dataclass(frozen=True)
class Channel:
    """One channel. `leaves` is how the sandbox delays our answers; `weather` is all that goes wrong there."""

    name: str
    ask: Callable[[System, str, str], None]  # somebody, and their words
    arrived: Callable[[System, str, str], int]  # how often somebody got these words of ours
    leaves: Fault | None = None
    weather: tuple[Fault, ...] = ()


def connect_all(system: System) -> None:
    """Connect what the demo has not, as an admin does, and bring what is commented on."""
    accounts = [
        system.control("POST", "/control/accounts", platform=platform, name="Veldhuis Wonen", username=username)
        for platform, username in (("bluesky", BLUESKY), ("mastodon", BRAND))
    ]
    given = json.dumps([(made["platform"], made["credentials"]) for made in accounts])
    connecting = system.manage("shell", "-c", _CONNECT.format(given=given))
    output, _ = connecting.communicate(timeout=120)
    assert connecting.returncode == 0, output
    system.say("youtube", "upload", BRAND, "Onze winkel")


def misbehave(system: System, *faults: Fault) -> None:
    """Put faults in force."""
    for fault in faults:
        body = fault._asdict()
        system.control("POST", "/control/faults", fault=body.pop("name"), **body)


def still_to_go_wrong(system: System) -> list[str]:
    """Return the faults that nobody met yet."""
    faults = system.control("GET", "/control/faults")["faults"]
    return [f"{fault['fault']} at {fault['endpoint']}" for fault in faults if not fault["hits"]]


# ── posts ──


def _post(platform: str, kind: str = "post", handle: str = "") -> Callable[[System, str, str], None]:
    def ask(system: System, person: str, text: str) -> None:
        system.say(platform, kind, person, f"@{handle} {text}" if handle else text)

    return ask


def _in_private(platform: str, brand: str) -> Callable[[System, str, str], None]:
    def ask(system: System, person: str, text: str) -> None:
        system.say(platform, "dm", person, text, to=brand)

    return ask


def _posted(platform: str) -> Callable[[System, str, str], int]:
    def arrived(system: System, person: str, words: str) -> int:
        return sum(words in post["text"] for post in system.said_on(platform) if post["by_brand"])

    return arrived


def _told(platform: str) -> Callable[[System, str, str], int]:
    """As `_posted`, of what was said in private: where anybody else could read it, it did not arrive."""

    def arrived(system: System, person: str, words: str) -> int:
        said = [post for post in system.said_on(platform) if post["by_brand"] and words in post["text"]]
        assert {post["kind"] for post in said} <= {"dm"}, said
        return len(said)

    return arrived


# ── mail ──


def _address(person: str) -> str:
    return f"{person}@post.example"


def _write_mail(system: System, person: str, text: str) -> None:
    who = {"from": _address(person), "name": person.title(), "subject": f"Vraag van {person}"}
    system.control("POST", "/control/mail/letters", to=MAILBOX, text=text, **who)


def _mailed(system: System, person: str, words: str) -> int:
    asked = {"address": _address(person), "folder": "INBOX"}
    answer = requests.get(f"{system.sandbox}/control/mail/letters", params=asked, timeout=30)
    return sum(words in letter["text"] for letter in answer.json()["letters"])


# ── chat ──


@dataclass
class _Widgets:
    """The widgets of visitors: each asks again until it was answered, with the same id."""

    keys: dict[str, str] = field(default_factory=dict)

    def ask(self, system: System, person: str, path: str, body: Any = None) -> Any:
        code, origin = system.rows(
            "SELECT a.code::text, s.origins[1] FROM channels_chatsite s JOIN channels_account a ON a.id = s.account_id"
        )[0]
        key = self.keys.get(person)
        told = {"Origin": origin} | ({"Authorization": f"Bearer {key}"} if key else {})

        def answered() -> Any:
            with contextlib.suppress(requests.RequestException):
                url = f"{system.url}/chat/{code}/{path}"
                answer = requests.request("GET" if body is None else "POST", url, json=body, headers=told, timeout=20)
                return answer.ok and {"told": answer.json()}
            return None

        return eventually(answered, f"the widget of {person} is answered")["told"]

    def write(self, system: System, person: str, text: str, email: str = "") -> None:
        self.keys[person] = self.ask(system, person, "begin/", {"language": "nl"})["key"]
        message = {"id": str(uuid.uuid4()), "text": text, "email": email}
        for _turn in range(2):  # its answer was lost on the way: once more
            self.ask(system, person, "send/", message)

    def shown(self, system: System, person: str, words: str) -> int:
        told = self.ask(system, person, "messages/")["messages"]
        return sum(words in message["text"] for message in told if message["ours"])


_WIDGETS = _Widgets()


def _leave(system: System, person: str, text: str) -> None:
    """Ask in the chat, leave an address, and go."""
    _WIDGETS.write(system, person, text, _address(person))


def _slow(endpoint: str, name: str = "slow") -> Fault:
    """So long that whoever looks sees an answer on its way; nobody gives up waiting for it."""
    return Fault(name, endpoint, "always", seconds=4)


_POST, _RECORD, _STATUS = "POST /youtube/v3/comments", "POST /xrpc/com.atproto.repo.putRecord", "POST /api/v1/statuses"
_CHAT = "POST /xrpc/chat.bsky.convo.sendMessage"
CHANNELS = (
    Channel("livechat", _WIDGETS.write, _WIDGETS.shown),
    Channel("chat by mail", _leave, _mailed),
    Channel(
        "youtube", _post("youtube", "comment"), _posted("youtube"), _slow(_POST),
        (
            # What is held for review is asked for too: every second call would hit each round.
            Fault("google_rate_limit", "GET /youtube/v3/commentThreads", n=3),
            Fault("server_error_html", "GET /youtube/v3/commentThreads", n=5),
            Fault("hang_after_accept", _POST, "next", 1),
            Fault("backend_error", _POST, "next", 1),
            Fault("google_rate_limit", _POST, "next", 1),
        ),
    ),
    Channel(
        "bluesky", _post("bluesky", handle=BLUESKY), _posted("bluesky"), _slow(_RECORD),
        (
            Fault("bluesky_rate_limit", "GET /xrpc/app.bsky.notification.listNotifications"),
            Fault("server_error_html", "GET /xrpc/app.bsky.notification.listNotifications", n=3),
            Fault("hang_after_accept", _RECORD, "next", 1),
            Fault("bluesky_upstream", _RECORD, "next", 1),
            Fault("bluesky_rate_limit", _RECORD, "next", 1),
        ),
    ),
    Channel(
        "bluesky in private", _in_private("bluesky", BLUESKY), _told("bluesky"), _slow(_CHAT),
        (
            Fault("bluesky_rate_limit", "GET /xrpc/chat.bsky.convo.getLog"),
            Fault("server_error_html", "GET /xrpc/chat.bsky.convo.getLog", n=3),
            Fault("bluesky_upstream", "GET /xrpc/chat.bsky.convo.getConvoForMembers", "next", 1),
            Fault("hang_after_accept", _CHAT, "next", 1),
            Fault("bluesky_upstream", _CHAT, "next", 1),
            Fault("bluesky_rate_limit", _CHAT, "next", 1),
        ),
    ),
    Channel(
        "mastodon", _post("mastodon", handle=BRAND), _posted("mastodon"), _slow(_STATUS),
        (
            Fault("mastodon_rate_limit", "GET /api/v1/notifications"),
            Fault("server_error_html", "GET /api/v1/notifications", n=3),
            Fault("hang_after_accept", _STATUS, "next", 1),
            Fault("mastodon_unavailable", _STATUS, "next", 1),
            Fault("mastodon_rate_limit", _STATUS, "next", 1),
        ),
    ),
    Channel(
        # Its posts take the same ways as public ones, and meet what goes wrong there too.
        "mastodon in private", _in_private("mastodon", BRAND), _told("mastodon"), None,
        (
            Fault("hang_after_accept", _STATUS, "next", 1),
            Fault("mastodon_unavailable", _STATUS, "next", 1),
            Fault("mastodon_rate_limit", _STATUS, "next", 1),
            Fault("mastodon_unavailable", "GET /api/v1/accounts/*/statuses", n=3),
        ),
    ),
    Channel(
        "email", _write_mail, _mailed, _slow("SMTP /ACCEPTED", "mail_slow"),
        (
            Fault("mail_cut", "SMTP /ACCEPTED", "next", 1),
            Fault("mail_greylisted", "SMTP /RCPT", "next", 1),
            Fault("mail_refused", "SMTP /MAIL", "next", 1),
            Fault("mail_day_limit", "SMTP /DATA", "next", 1),
            Fault("mail_cut", "SMTP /BODY", "next", 1),
            Fault("mail_refused", "IMAP /EXAMINE", n=3),
            Fault("mail_cut", "IMAP /UID-FETCH", n=3),
        ),
    ),
)  # fmt: skip
# Not asked anything: it is told of all the others.
CRM_SLOW = Fault("slow", _TASK, "always", seconds=0.5)
CRM_WEATHER = (
    Fault("hang_after_accept", _TASK, "next", 2),
    Fault("sf_row_locked", _TASK, n=3),
    Fault("sf_unavailable", _TASK, n=4),
    Fault("sf_session_expired", _TASK, n=5),
    Fault("sf_over_limit", "GET /services/data/*/query*", n=3),
)


def written_to_crm(system: System) -> list[str]:
    """Return the words of everything that was written in the sandbox's CRM."""
    answer = requests.get(f"{system.sandbox}/control/salesforce/Task", timeout=30)
    return [str(task.get("Description")) for task in answer.json()["records"]]
