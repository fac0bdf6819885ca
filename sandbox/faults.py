"""Things that go wrong on purpose: which fault hits which request, next n, every nth, or always."""

from __future__ import annotations

import fnmatch
import itertools
import re
import threading
from dataclasses import asdict, dataclass, field
from typing import Any

X_FAULTS = (
    *("rate_limit", "rate_limit_legacy", "rate_limit_no_reset", "unauthorized", "forbidden_summon"),
    *("duplicate_text", "server_error_html", "usage_capped"),
)
META_FAULTS = (
    *("token_expired", "token_invalid", "window_closed", "throttled_app", "throttled_613", "throttled_80001"),
    *("throttled_80002", "throttled_80006", "throttled_80007", "wa_window", "wa_window_sync", "wa_pair_rate"),
    *("wa_rate", "wa_undeliverable", "blocked_368", "server_error_html"),
)
ASSIST_FAULTS = ("llm_rate_limit", "llm_error", "llm_nonsense", "llm_too_long", "llm_cut_off", "llm_invents")
SALESFORCE_FAULTS = ("sf_session_expired", "sf_over_limit", "sf_row_locked", "sf_unavailable")
YOUTUBE_FAULTS = (
    *("quota_exceeded", "google_rate_limit", "unauthorized", "comments_disabled", "processing_failure"),
    *("backend_error", "server_error_html"),
)
# Of a command: "IMAP /UID-FETCH", "SMTP /DATA"; "SMTP /BODY" in the midst of a mail, "SMTP /ACCEPTED" behind it.
MAIL_FAULTS = ("mail_cut", "mail_refused", "mail_slow", "mail_greylisted", "mail_day_limit")
MASTODON_FAULTS = ("mastodon_rate_limit", "mastodon_unavailable", "unauthorized", "server_error_html")
BLUESKY_FAULTS = ("bluesky_rate_limit", "bluesky_expired", "bluesky_upstream", "server_error_html")
OF_PLATFORM = {
    "x": X_FAULTS,
    "salesforce": SALESFORCE_FAULTS,
    "youtube": YOUTUBE_FAULTS,
    "mastodon": MASTODON_FAULTS,
    "bluesky": BLUESKY_FAULTS,
    "mail": MAIL_FAULTS,
    "assist": ASSIST_FAULTS,
}
ANY_FAULTS = ("hang", "hang_after_accept", "reset_after_accept", "slow")
WEBHOOK_FAULTS = ("lost", "duplicate", "reorder", "delay", "wrong_signature")
MODES = ("next", "every", "always")


@dataclass
class Fault:
    """One fault that was asked for."""

    id: str
    name: str
    endpoint: str = "*"  # glob over "METHOD /path", or "webhook"
    mode: str = "next"
    n: int = 1
    platform: str | None = None
    seconds: float = 0.0
    seen: int = 0
    hits: int = 0

    def due(self) -> bool:
        """Count one matching request; True when the fault hits it."""
        self.seen += 1
        hit = {"next": self.seen <= self.n, "every": self.seen % max(self.n, 1) == 0, "always": True}[self.mode]
        self.hits += hit
        return hit

    def public(self) -> dict[str, Any]:
        """As `GET /control/faults` shows it."""
        return asdict(self) | {"fault": self.name}


@dataclass
class Faults:
    """The faults in force."""

    active: list[Fault] = field(default_factory=list)
    _count: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, name: str, endpoint: str = "*", mode: str = "next", n: int = 1, **rest: Any) -> Fault:
        """Put a fault in force. Raises ValueError for a name or mode that does not exist."""
        every = {*META_FAULTS, *ANY_FAULTS, *WEBHOOK_FAULTS}.union(*OF_PLATFORM.values())
        if name not in every:
            raise ValueError(f"no such fault: {name}")
        if mode not in MODES:
            raise ValueError(f"mode is one of {', '.join(MODES)}")
        if name in WEBHOOK_FAULTS:
            endpoint = "webhook"
        with self._lock:
            fault = Fault(f"f{next(self._count)}", name, endpoint, mode, n, **rest)
            self.active.append(fault)
            return fault

    def take(self, platform: str, method: str, path: str) -> Fault | None:
        """The fault that hits this API request, if any; `platform` is one of the world's."""
        allowed = {*OF_PLATFORM.get(platform, META_FAULTS), *ANY_FAULTS}
        bare = re.sub(r"^/v\d+\.\d+", "", path)
        forms = (f"{method} {path}", f"{method} {bare}", path, bare)
        with self._lock:
            for fault in self.active:
                if fault.endpoint == "webhook" or fault.name not in allowed:
                    continue
                if fault.platform not in (None, "", platform):
                    continue
                if any(fnmatch.fnmatchcase(form, fault.endpoint) for form in forms) and fault.due():
                    return fault
        return None

    def take_webhook(self, platform: str) -> Fault | None:
        """The fault that hits this webhook delivery, if any."""
        with self._lock:
            for fault in self.active:
                if fault.endpoint == "webhook" and fault.platform in (None, "", platform) and fault.due():
                    return fault
        return None

    def clear(self, id: str | None = None) -> None:
        """Lift one fault, or all."""
        with self._lock:
            self.active = [fault for fault in self.active if id is not None and fault.id != id]
