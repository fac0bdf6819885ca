"""A WhatsApp number through the real SDK, against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from channels.base import Connector
from channels.errors import ChannelError, RateLimited
from channels.types import Attachment, OutgoingFile, Route
from tests.channels.meta import REFERENCE, World, answer

if TYPE_CHECKING:
    from sandbox.testing import Running

WIM = {"id": "31612345678", "name": "Wim"}


@pytest.fixture
def world(platforms: Running) -> World:
    return World(platforms.url)


@pytest.fixture
def number(world: World) -> Iterator[Connector]:
    """The brand's number."""
    connector = world.connect("whatsapp")
    yield connector
    connector.close()


@pytest.fixture
def picture(tmp_path: Path) -> OutgoingFile:
    path = tmp_path / "bon.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    return OutgoingFile(str(path), "image/png", "bon.png")


def ours(world: World) -> list[dict[str, object]]:
    return [row for row in world.said("whatsapp") if row["by_brand"]]


def test_it_knows_whose_credentials_they_are_and_has_nothing_to_poll(number: Connector) -> None:
    assert number.identify().external_id == number.external_id
    assert tuple(number.streams) == () and not number.capabilities.polls
    assert number.subscribe() == ""


def test_a_text_answers_a_message_and_carries_our_code(world: World, number: Connector) -> None:
    asked = world.say("whatsapp", "text", "Hoi", WIM)
    sent = number.send(answer("Dag Wim", Route.PRIVATE_MESSAGE, recipient_id=WIM["id"], reply_to_id=asked))
    (row,) = ours(world)
    assert (row["id"], row["text"], row["in_reply_to"], row["metadata"]) == (
        sent.external_id,
        "Dag Wim",
        asked,
        REFERENCE,
    )


def test_a_file_goes_with_its_caption_and_a_text_too_long_for_one_is_refused(
    world: World, number: Connector, picture: OutgoingFile
) -> None:
    world.say("whatsapp", "text", "Hoi", WIM)
    number.send(answer("De bon", Route.PRIVATE_MESSAGE, recipient_id=WIM["id"], files=(picture,)))
    (row,) = ours(world)
    assert (row["kind"], row["text"], row["metadata"]) == ("image", "De bon", REFERENCE)
    with pytest.raises(ChannelError) as caught:
        number.send(answer("x" * 1025, Route.PRIVATE_MESSAGE, recipient_id=WIM["id"], files=(picture,)))
    assert caught.value.permanent and len(ours(world)) == 1


def test_approved_templates_are_listed_and_open_a_closed_window(world: World, number: Connector) -> None:
    world.say("whatsapp", "text", "Hoi", WIM, at=(datetime.now(UTC) - timedelta(days=2)).isoformat())
    templates = number.templates()
    assert templates and all(template.body for template in templates)
    chosen = next(template for template in templates if template.parameters == 2 and template.language == "nl")
    reply = answer(
        "",
        Route.TEMPLATE,
        recipient_id=WIM["id"],
        template={"name": chosen.name, "language": chosen.language, "parameters": ["Wim", "12"]},
    )
    assert number.send(reply).external_id
    assert "12" in str(ours(world)[-1]["text"])
    missing = answer("", Route.TEMPLATE, recipient_id=WIM["id"], template={"name": "nee", "language": "nl"})
    with pytest.raises(ChannelError) as caught:
        number.send(missing)
    assert caught.value.reason == "template_refused" and caught.value.permanent


@pytest.mark.parametrize(
    ("fault", "reason", "permanent"),
    [("wa_window_sync", "window_closed", True), ("wa_pair_rate", "rate_limited", False)],
)
def test_refusals_have_their_reason(world: World, number: Connector, fault: str, reason: str, permanent: bool) -> None:
    world.say("whatsapp", "text", "Hoi", WIM)
    world.fault(fault, "POST */messages")
    with pytest.raises(ChannelError) as caught:
        number.send(answer("x", Route.PRIVATE_MESSAGE, recipient_id=WIM["id"]))
    assert (caught.value.reason, caught.value.permanent) == (reason, permanent)
    # One recipient's rate holds nobody else up.
    assert not isinstance(caught.value, RateLimited)


def test_throughput_holds_the_whole_number_up(world: World, number: Connector) -> None:
    world.fault("wa_rate", "POST */messages")
    with pytest.raises(RateLimited):
        number.send(answer("x", Route.PRIVATE_MESSAGE, recipient_id=WIM["id"]))


@pytest.mark.parametrize("fault", ["server_error_html", "reset_after_accept"])
def test_no_answer_is_unknown_and_cannot_be_looked_up(world: World, number: Connector, fault: str) -> None:
    world.say("whatsapp", "text", "Hoi", WIM)
    world.fault(fault, "POST */messages")
    reply = answer("x", Route.PRIVATE_MESSAGE, recipient_id=WIM["id"])
    with pytest.raises(ChannelError) as caught:
        number.send(reply)
    assert caught.value.unknown and not caught.value.permanent
    with pytest.raises(ChannelError) as caught:
        number.find_sent(reply)
    assert caught.value.unknown


def test_somebody_without_a_number_is_written_to_by_scoped_id(world: World, number: Connector) -> None:
    hidden = {"id": "NL.99887766", "username": "verborgen", "name": "Verborgen"}
    world.say("whatsapp", "text", "Hoi", hidden)
    assert number.send(answer("Dag", Route.PRIVATE_MESSAGE, recipient_id=hidden["id"])).external_id
    assert ours(world)[-1]["text"] == "Dag"


def test_a_picture_is_opened_by_its_id_with_our_token(world: World, number: Connector) -> None:
    sent = world.say("whatsapp", "image", "Kijk", WIM, media=[{"type": "image"}])
    (row,) = (row for row in world.said("whatsapp") if row["id"] == sent)
    file, mime = number.open_attachment(Attachment("image", external_id=row["media"][0]["id"]))
    with file:
        assert mime.startswith("image/") and len(file.read()) == row["media"][0]["size"]
    with pytest.raises(ChannelError):
        number.open_attachment(Attachment("image", external_id="404"))
