"""A person of whom everything is known, on two platforms, and the words by which each trace of them is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from channels.types import Author
from inbox.contacts import description, linking, surprises
from inbox.models import (
    Attachment,
    Contact,
    Conversation,
    ConversationLabel,
    Draft,
    FormerId,
    Identity,
    Label,
    Message,
    User,
)
from tests import factories

NAME, HANDLE, PHONE = "Wilhelmina Zeldenthuis", "mina_zeldenthuis", "+31612907351"
# The same customer writes again after everything of hers is gone.
X_ID, WA_ID = "1777000111222333444", "31612907351"
PICTURE = b"\x89PNG planted picture of Wilhelmina"
WORDS = {
    "name": "Zeldenthuis",
    "handle": HANDLE,
    "phone": "612907351",
    "id": X_ID,
    "public text": "mosterdgele bank piept",
    "private text": "Regenboogstraat 1207",
    "answer": "aardappelgroothandel",
    "note": "kunstgebit",
    "note about her": "papegaai Lorre",
    "draft": "conceptwoordje",
    "surprise": "taart met walnoten",
    "handover": "overdrachtszin",
    "avatar": "zeldenthuis-portret",
    "raw": "rawgeheimpje",
    "shown": "getoonde-advertentie",
    "file": "mosterdbank-foto",
    "alt": "foto van de piepende bank",
    "former": "31600000777",
    "place": "Lutjebroek-Oost",
}


@dataclass
class Planted:
    """The person, and who saw to them."""

    contact: Contact
    public: Conversation
    private: Conversation
    agent: User

    @property
    def file(self) -> Attachment:
        """The picture she sent."""
        found: Attachment = Attachment.objects.get(message__conversation=self.public)
        return found


def plant() -> Planted:
    """Have her write in public on X and in private on WhatsApp, and everything happen that may."""
    x = factories.make_account("x", handle="VeldhuisNL")
    phone = factories.make_account("whatsapp", name="Klantenservice")
    agent = factories.make_user(first_name="Farah", last_name="Bensaïd", email="geheim.adres@veldhuis.example")
    picture = f"https://pbs.example/{WORDS['avatar']}.jpg"
    on_x = Author(X_ID, NAME, HANDLE, avatar_url=picture, followers=321, location=WORDS["place"])
    public = _conversation(
        factories.make_inbound(
            x, f"Mijn {WORDS['public text']} en niemand belt terug", author=on_x, raw={"words": WORDS["raw"]}
        )
    )
    private = _conversation(
        factories.make_inbound(
            phone, f"Ik woon {WORDS['private text']}", author=Author(WA_ID, NAME, phone=PHONE), visibility="private",
            kind="dm",
        )
    )  # fmt: skip
    linking.link(private.identity, public.contact, agent)
    private.refresh_from_db()
    FormerId.objects.create(
        identity=private.identity, platform="whatsapp", external_id=WORDS["former"], until=timezone.now()
    )
    factories.make_answer(public, agent, text=f"Ga naar de {WORDS['answer']}, {NAME}.")
    factories.make_note(public, agent, f"Zij heeft een {WORDS['note']}.")
    description.write_note(public, agent, f"Ze heeft een {WORDS['note about her']}.")
    surprises.record(private, agent, WORDS["surprise"], "12,50")
    Draft.objects.create(conversation=private, user=agent, tab="private", text=f"Een {WORDS['draft']} nog.")
    label = Label.objects.create(name="Piepende bank")
    ConversationLabel.objects.create(conversation=public, label=label, by=agent, last_message_at=timezone.now())
    Conversation.objects.filter(pk=public.pk).update(handover_note=WORDS["handover"])
    inbound = public.messages.get(direction=Message.Direction.INBOUND)
    Message.objects.filter(pk=inbound.pk).update(shown=[{"kind": "advert", "title": WORDS["shown"]}])
    file = Attachment(
        message=inbound, kind="image", state="stored", filename=f"{WORDS['file']}.png", mime_type="image/png",
        alt_text=WORDS["alt"],
    )  # fmt: skip
    file.file.save(f"{WORDS['file']}.png", ContentFile(PICTURE))
    public.refresh_from_db()
    return Planted(public.contact, public, private, agent)


def write_again(planted: Planted, text: str) -> Message:
    """Have her write anew, as the same account of X."""
    her = Author(X_ID, NAME, HANDLE)
    return factories.make_inbound(
        planted.public.account, text, author=her, sent_at=timezone.now() + timedelta(seconds=1)
    )


def identities_of(planted: Planted) -> list[Identity]:
    """Return her accounts on platforms."""
    return list(Identity.objects.filter(contact=planted.contact).order_by("pk"))


def _conversation(message: Message) -> Conversation:
    assert message.conversation is not None
    return Conversation.objects.for_rows().get(pk=message.conversation.pk)
