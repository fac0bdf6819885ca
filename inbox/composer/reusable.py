"""An answer as a canned reply could have it: names become variables, personal data has to be written anew."""

from __future__ import annotations

import re

from inbox.library.canned import values_for
from inbox.models import Message, User
from inbox.text.personal_data import personal_data
from inbox.text.signature import without_farewell

# The longest first: a name holds the first name.
_WHOM = ("name", "first_name", "handle", "order")
_ANEW = "[[…]]"


def reusable(answer: Message) -> str:
    """Return an answer's text without what belongs to its customer alone. The rest is up to whoever reads it."""
    conversation, text = answer.conversation, without_farewell(answer.text)
    if conversation is None:
        return text
    asked = conversation.messages.filter(direction=Message.Direction.INBOUND, sent_at__lte=answer.sent_at)
    newest = asked.order_by("-sent_at", "-id").only("text").first()
    values = values_for(conversation, answer.author or User(), newest.text if newest else "")
    for variable in _WHOM:
        if len(value := values[variable]) > 1:
            text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", f"{{{variable}}}", text)
    for datum in personal_data(text):
        text = text.replace(datum.text, _ANEW)
    return text
