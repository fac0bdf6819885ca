"""What a platform literally told of a message. Months are tables of their own."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from inbox.models.message import Message


class RawPayload(models.Model):
    """The platform's own words, for a while: no page shows them, an access request's file does.

    The table is divided by month (inbox/migrations/_raw_payloads.py); an old one is dropped whole. No foreign key in
    the database: writing one costs a look-up each.
    """

    message = models.OneToOneField(
        Message, primary_key=True, on_delete=models.CASCADE, related_name="payload", db_constraint=False
    )
    at = models.DateTimeField()  # when it came in, which says in which month it stands
    body = models.JSONField(encoder=DjangoJSONEncoder)

    def __str__(self) -> str:
        return f"payload of {self.message_id}"
