"""One file per model; import them from here."""

from inbox.models.contact import Contact, Identity
from inbox.models.conversation import Conversation
from inbox.models.early import EarlyEvent
from inbox.models.event import Event
from inbox.models.message import Attachment, Message, Reaction
from inbox.models.response import Response
from inbox.models.user import User

__all__ = ["Attachment", "Contact", "Conversation", "EarlyEvent", "Event", "Identity", "Message", "Reaction", "Response", "User"]
