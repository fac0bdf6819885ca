"""What a mail of a chat says and carries: the answers that nobody saw, as its visitor is addressed."""

from __future__ import annotations

import contextlib
import logging
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from channels.models import ChatMessage
from channels.types import OutgoingFile
from inbox.models import Contact, Message, Organisation

log = logging.getLogger(__name__)


def subject_of(rows: Sequence[ChatMessage], *, is_formal: bool) -> str:
    """Return the subject, in the language that is active."""
    words = (
        pgettext("formal", "Answer to your question to %(name)s")
        if is_formal
        else _("Answer to your question to %(name)s")
    )
    return words % {"name": rows[0].account.name}


def words_of(rows: Sequence[ChatMessage], missing: Sequence[str], *, is_formal: bool) -> str:
    """Return the text: what was said, the files that are `missing`, and where an answer goes."""
    gone = [_("The file “%(name)s” could not be sent along.") % {"name": name} for name in missing]
    said = "\n\n".join([*(row.text for row in rows if row.text), *gone])
    about = _("You asked this in the chat of %(name)s. Answer this mail, and we read it in the same conversation.")
    if is_formal:
        about = pgettext(
            "formal",
            "You asked this in the chat of %(name)s. Answer this mail, and we read it in the same conversation.",
        )
    return f"{said}\n\n{about % {'name': rows[0].account.name}}".lstrip()


def is_formal_to(rows: Sequence[ChatMessage]) -> bool:
    """Whether a visitor is addressed formally: as they want it, else as the organisation does."""
    answer = answer_of(rows)
    own = answer.conversation.contact.address if answer and answer.conversation else ""
    house = Organisation.objects.values_list("address", flat=True).first()
    return (own or house) == Contact.Address.U


def answer_of(rows: Sequence[ChatMessage]) -> Message | None:
    """Return what stands in the inbox as the newest of these."""
    answers = Message.objects.filter(account=rows[0].account_id, external_id=str(rows[-1].code))
    return answers.select_related("conversation__contact").first()


def files_of(rows: Sequence[ChatMessage], opened: contextlib.ExitStack) -> tuple[tuple[OutgoingFile, ...], list[str]]:
    """Return the files that go along, and the names of those that are no longer stored."""
    found: list[OutgoingFile] = []
    missing: list[str] = []
    for row in rows:
        try:
            if row.file:
                found.append(opened.enter_context(_local(row)))
        except OSError:
            log.warning("A file of a chat could not be read", exc_info=True)
            missing.append(row.filename)
    return tuple(found), missing


@contextlib.contextmanager
def _local(row: ChatMessage) -> Iterator[OutgoingFile]:
    """A file of a chat as one on this machine, wherever it is stored."""
    with tempfile.NamedTemporaryFile(suffix=Path(row.filename).suffix) as copy, row.file.open("rb") as source:
        shutil.copyfileobj(source, copy)
        copy.flush()
        yield OutgoingFile(copy.name, row.mime_type, row.filename)
