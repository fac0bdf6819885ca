"""Files of ours that a platform fetches itself: an address for an hour, to one picture of one post that leaves.

Who has the address needs no account. It is given to the platform alone, in the call that publishes the post.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

from channels.types import Route
from inbox.models import Attachment, Message

LIFE = timedelta(hours=1)
_SIGNER = TimestampSigner(salt="inbox.outbox.fetched_files")
_STATES = (Message.State.SENDING, Message.State.UNKNOWN, Message.State.RETRY, Message.State.SENT)


def address_of(attachment: Attachment) -> str:
    """Return where a platform can fetch a picture of a post from now on."""
    token = _SIGNER.sign(attachment.code.hex)
    return settings.PUBLIC_URL.rstrip("/") + reverse("fetched_file", args=[token])


def attachment_of(token: str) -> Attachment | None:
    """Return the picture an address names; None for one that is over, and for what is no post of ours that leaves."""
    try:
        code = uuid.UUID(hex=_SIGNER.unsign(token, max_age=LIFE))
    except (BadSignature, ValueError):
        return None
    leaving = Attachment.objects.filter(
        state=Attachment.State.STORED, kind="image", message__route=Route.POST.value,
        message__direction=Message.Direction.OUTBOUND, message__state__in=_STATES, message__removed_at=None,
    )  # fmt: skip
    return leaving.filter(code=code).first()
