"""Tables of this app: one module each for what belongs together."""

from channels.models.account import HEALTH_FIELDS, Account, AccountQuerySet
from channels.models.chat import ChatKey, ChatMessage, ChatSite, ChatVisitor
from channels.models.checkup import Checkup
from channels.models.deletion_request import DeletionRequest
from channels.models.delivery import Delivery, UnreadItem, Withdrawal, digest_of
from channels.models.message_template import MessageTemplate
from channels.models.quota_use import QuotaUse
from channels.models.reading import Reading
from channels.models.sign_in import PlatformApp, SignIn
from channels.models.stream import POLL_FASTEST, POLL_SLOWEST, Stream

__all__ = [
    "Account",
    "AccountQuerySet",
    "ChatKey",
    "ChatMessage",
    "ChatSite",
    "ChatVisitor",
    "Checkup",
    "DeletionRequest",
    "Delivery",
    "HEALTH_FIELDS",
    "MessageTemplate",
    "POLL_FASTEST",
    "POLL_SLOWEST",
    "PlatformApp",
    "QuotaUse",
    "Reading",
    "SignIn",
    "Stream",
    "UnreadItem",
    "Withdrawal",
    "digest_of",
]
