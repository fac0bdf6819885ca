"""A WhatsApp number through the real SDK, against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from channels.base import Connector
from channels.errors import ChannelError, RateLimited
from channels.meta.graph import Graph
from channels.types import Attachment, OutgoingFile, OutgoingReply, Route
from tests.support.meta import REFERENCE, World, answer

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


def test_connector_knows_its_owner_and_polls_nothing(number: Connector) -> None:
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


def test_file_goes_with_caption_and_too_long_text_is_refused(
    world: World, number: Connector, picture: OutgoingFile
) -> None:
    world.say("whatsapp", "text", "Hoi", WIM)
    number.send(answer("De bon", Route.PRIVATE_MESSAGE, recipient_id=WIM["id"], files=(picture,)))
    (row,) = ours(world)
    assert (row["kind"], row["text"], row["metadata"]) == ("image", "De bon", REFERENCE)
    with pytest.raises(ChannelError) as caught:
        number.send(answer("x" * 1025, Route.PRIVATE_MESSAGE, recipient_id=WIM["id"], files=(picture,)))
    assert caught.value.permanent and len(ours(world)) == 1


def by_template(name: str, *values: tuple[str, str, str], language: str = "nl", named: bool = False) -> OutgoingReply:
    filled = [{"place": place, "name": key, "text": text} for place, key, text in values]
    template = {"name": name, "language": language, "named": named, "values": filled}
    return answer("", Route.TEMPLATE, recipient_id=WIM["id"], template=template)


def test_every_template_is_listed_with_its_status_over_all_pages(
    world: World, number: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    plain = Graph.read

    def four_at_a_time(graph: Graph, path: str, **args: Any) -> dict[str, Any]:
        asked.append(args.get("after"))
        return plain(graph, path, **args | {"limit": 4})

    monkeypatch.setattr(Graph, "read", four_at_a_time)
    found = {(template.name, template.language): template for template in number.templates()}
    assert len(asked) == 4 and len(found) == 14
    assert {template.status for template in found.values()} == {
        *("approved", "paused", "disabled", "pending", "rejected"),
    }
    assert found["manual", "nl"].unfit == "media" and found["sign_in_code", "nl"].unfit == "code"
    slot = found["delivery_slot", "nl"]
    assert slot.named and slot.header == "Je {{product}} komt eraan"
    assert [(gap.key, gap.example) for gap in slot.gaps] == [
        *(("header.product", "eettafel"), ("body.first_name", "Sanne")),
        *(("body.day", "dinsdag 12 mei"), ("body.slot", "10:00 en 12:00")),
    ]
    assert [button.text for button in slot.buttons] == ["Dat komt uit", "Andere dag graag"]
    track = found["track_order", "nl"]
    assert [(gap.key, gap.example) for gap in track.gaps] == [("body.1", "VW-20417"), ("url:0.1", "VW-20417")]


def test_half_a_list_of_templates_is_an_error_and_not_a_list(
    world: World, number: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.meta.whatsapp.connector.TEMPLATE_PAGES", 1)
    plain = Graph.read
    monkeypatch.setattr(Graph, "read", lambda self, path, **args: plain(self, path, **args | {"limit": 4}))
    with pytest.raises(RateLimited):
        number.templates()


def test_template_opens_a_closed_window(world: World, number: Connector) -> None:
    world.say("whatsapp", "text", "Hoi", WIM, at=(datetime.now(UTC) - timedelta(days=2)).isoformat())
    assert number.send(by_template("order_update", ("body", "1", "Wim"), ("body", "2", "12"))).external_id
    assert str(ours(world)[-1]["text"]).startswith("Hoi Wim, er is nieuws over je bestelling 12.")
    values = [("header", "product", "kast"), ("body", "day", "maandag"), ("body", "first_name", "Wim")]
    number.send(by_template("delivery_slot", *values, ("body", "slot", "9 en 11"), named=True))
    assert str(ours(world)[-1]["text"]).startswith(
        "Je kast komt eraan\n\nDag Wim, we bezorgen op maandag tussen 9 en 11."
    )
    number.send(by_template("track_order", ("body", "1", "12"), ("url:0", "1", "VW-12")))
    extra: Any = ours(world)[-1]["extra"]
    assert extra["template"]["buttons"][0]["target"] == "https://veldhuiswonen.example/volg/VW-12"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (by_template("nee"), "template_missing"),
        (by_template("order_update", ("body", "1", "Wim"), ("body", "2", "1"), language="fr"), "template_missing"),
        (by_template("order_update", ("body", "1", "Wim")), "template_values"),
        (by_template("track_order", ("body", "1", "12")), "template_values"),
        (by_template("order_update", ("body", "1", "Wim"), ("body", "2", "a\nb")), "template_values"),
        (by_template("order_update", ("body", "1", "x" * 1100), ("body", "2", "1")), "too_long"),
        (by_template("autumn_sale", ("body", "1", "Wim")), "template_paused"),
        (by_template("spring_sale", ("body", "1", "Wim")), "template_disabled"),
    ],
)
def test_a_template_that_does_not_go_says_why(
    world: World, number: Connector, reply: OutgoingReply, reason: str
) -> None:
    world.say("whatsapp", "text", "Hoi", WIM)
    with pytest.raises(ChannelError) as caught:
        number.send(reply)
    assert caught.value.reason == reason and caught.value.permanent


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
