"""The world's clock: real time plus an offset that tests move to cross windows of 24 hours and 7 days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Runs on from wherever it was set."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        """The world's present moment, aware and in UTC."""
        return datetime.now(UTC) + self.offset

    def set(self, moment: datetime | None) -> None:
        """Let the clock run on from `moment`; None goes back to real time."""
        self.offset = timedelta() if moment is None else moment - datetime.now(UTC)

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass in one step."""
        self.offset += timedelta(seconds=seconds)


def iso_z(moment: datetime) -> str:
    """X's form: 2026-01-15T12:05:00.000Z (the SDK refuses one without fractions)."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def iso_offset(moment: datetime) -> str:
    """Graph's form: 2026-01-15T12:05:00+0000."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def seconds(moment: datetime) -> int:
    """Unix seconds, as webhooks of comments and WhatsApp use."""
    return int(moment.timestamp())


def millis(moment: datetime) -> int:
    """Unix milliseconds, as webhooks of Messenger and Instagram messages use."""
    return int(moment.timestamp() * 1000)


def parse_moment(text: str) -> datetime:
    """Read an ISO 8601 time; one without a zone is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
