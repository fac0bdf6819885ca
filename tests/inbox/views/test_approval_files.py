"""The link to one answer shows the files that leave with it, and a yes is for exactly those (G2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from channels.types import Route
from inbox.models import ApprovalLink, Attachment, Conversation, Event, Message, User
from inbox.outbox import approval_link, queue
from inbox.outbox.parts import keep_files
from tests import factories
from tests.support.files import PIXEL

ALT = "Een groene kast tegen een witte muur"
PDF = b"%PDF-1.4 montage"


@pytest.fixture
def answer(conversation: Conversation) -> Message:
    """What somebody in training wrote, with a picture and a manual."""
    mila = factories.make_user("trainee", first_name="Mila", language="en")
    message = queue.queue_reply(
        conversation, mila, text="Zo hoort hij te staan.", route=Route.PUBLIC_REPLY,
        reply_to=Message.objects.filter(conversation=conversation).latest("pk"), seen_message_id=None,
        files=[SimpleUploadedFile("kast.png", PIXEL, "image/png")], alt_texts=[ALT],
    )  # fmt: skip
    Attachment.objects.create(
        message=message, position=1, kind="file", state="stored", mime_type="text/html", filename="Montage <1>.html",
        size=2048, file=SimpleUploadedFile("montage.html", PDF),
    )  # fmt: skip
    assert message.state == "approval"
    return message


@pytest.fixture
def link(lead: User, answer: Message) -> ApprovalLink:
    """Where Iris decides."""
    return approval_link.make(answer, lead, "Iris Hofman")


@pytest.fixture
def address(link: ApprovalLink) -> str:
    """Its address."""
    return reverse("approval_by_link", args=[approval_link.token_of(link)])


def opened(address: str, **form: Any) -> Any:
    """Open an address in a browser of somebody who is nobody here."""
    page = Client(headers={"Accept-Language": "en"})
    return page.post(address, form) if form else page.get(address)


def approved(address: str, page: Any, **changed: Any) -> Any:
    """Approve what a page showed."""
    return opened(address, **{"do": "approve", "seen": page.context["seen"], "files": page.context["files_mark"]}
                  | changed)  # fmt: skip


def content_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_g2_link_shows_pictures_and_names_documents(address: str, answer: Message) -> None:
    picture, document = answer.attachments.all()
    page = opened(address)
    html = page.content.decode()
    assert f'src="{address}{picture.code}/"' in html and f'alt="{ALT}"' in html
    assert f'href="{address}{document.code}/"' in html
    assert "Montage &lt;1&gt;.html" in html and "2 KB" in html
    shown = opened(f"{address}{picture.code}/")
    assert (shown.status_code, shown["Content-Type"], content_of(shown)) == (200, "image/png", PIXEL)
    assert not shown["Content-Disposition"].startswith("attachment")
    handed = opened(f"{address}{document.code}/")
    assert (handed["Content-Type"], content_of(handed)) == ("application/octet-stream", PDF)
    assert handed["Content-Disposition"].startswith("attachment")
    for response in (shown, handed):
        assert "no-store" in response["Cache-Control"] and "ETag" not in response
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"].endswith("sandbox")
        assert response["X-Robots-Tag"].startswith("noindex")
        assert not response.cookies
    assert approved(address, page).status_code == 200
    answer.refresh_from_db()
    assert answer.state == "queued"
    assert Event.objects.get(verb="approved_by_link").data["by_link"] == "Iris Hofman"


@pytest.mark.parametrize("how", ["other words", "other file", "one more", "one less", "in another order", "unseen"])
def test_g2_yes_is_for_exactly_the_files_shown(address: str, answer: Message, how: str) -> None:
    page, changed = opened(address), {}
    picture, document = answer.attachments.all()
    match how:
        case "other words":
            Attachment.objects.filter(pk=picture.pk).update(alt_text="Een rode kast")
        case "other file":
            picture.file.save("andere.png", SimpleUploadedFile("andere.png", PIXEL))
        case "one more":
            keep_files(second_part(answer), [SimpleUploadedFile("nog.png", PIXEL, "image/png")])
        case "one less":
            document.delete()
        case "in another order":
            Attachment.objects.filter(pk=picture.pk).update(position=2)
        case _:
            changed = {"files": ""}
    response = approved(address, page, **changed)
    answer.refresh_from_db()
    assert (answer.state, ApprovalLink.objects.get().used_at) == ("approval", None)
    assert "The files changed after you opened this." in response.content.decode()
    assert approved(address, response).status_code == 200, "who looked at them again may decide"
    answer.refresh_from_db()
    assert answer.state == "queued"


def second_part(answer: Message) -> Message:
    """A second part of an answer, as long ones have."""
    part = Message.objects.get(pk=answer.pk)
    part.pk, part._state.adding, part.part_of = None, True, answer
    part.code, part.external_id = Message._meta.get_field("code").get_default(), None
    part.save()
    return part


@pytest.mark.parametrize("how", ["used", "revoked", "expired", "withdrawn", "of another answer", "forged"])
def test_g2_files_are_served_while_the_link_decides(
    address: str, answer: Message, link: ApprovalLink, lead: User, how: str
) -> None:
    code, later = answer.attachments.all()[0].code, timezone.now()
    assert content_of(opened(f"{address}{code}/")) == PIXEL
    match how:
        case "used":
            approved(address, opened(address))
        case "revoked":
            approval_link.revoke(link, lead)
        case "expired":
            later += timedelta(hours=25)
        case "withdrawn":
            assert answer.author is not None
            queue.cancel(answer, answer.author)
        case "of another answer":
            newest = factories.make_inbound(answer.account, "Kijk.", author=factories.author("Bo", handle="bo"))
            keep_files(newest, [SimpleUploadedFile("paspoort.png", PIXEL, "image/png")])
            code = newest.attachments.get().code
        case _:
            address = "/approve/guess/"
    with time_machine.travel(later, tick=False):
        response: HttpResponse = opened(f"{address}{code}/")
    assert (response.status_code, response.content) == (410, b"")
    assert "no-store" in response["Cache-Control"]


def test_g2_guessed_files_are_slowed_down(address: str, answer: Message) -> None:
    code = answer.attachments.all()[0].code
    guesser = Client(REMOTE_ADDR="203.0.113.78")
    statuses = [guesser.get(f"/approve/guess{number}/{code}/").status_code for number in range(25)]
    assert (statuses[0], statuses[-1]) == (410, 429)
    stopped = guesser.get(f"{address}{code}/")
    assert stopped.status_code == 429 and int(stopped["Retry-After"]) > 0
    assert all(content_of(opened(f"{address}{code}/")) == PIXEL for _time in range(25)), "looking costs nothing"
