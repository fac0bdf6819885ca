"""Product signals are told to endpoints: once for each conversation and label."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from api.migrations._signals import SIGNALS, SIGNALS_BACK

_KINDS = [
    ("conversation.created", "a conversation begins"),
    ("conversation.updated", "a conversation changes"),
    ("conversation.assigned", "somebody gets a conversation, or gives it back"),
    ("conversation.closed", "a conversation is closed"),
    ("conversation.breached", "a customer waits longer than the target"),
    ("message.received", "a customer writes"),
    ("message.sent", "an answer was sent"),
    ("message.failed", "an answer could not be sent"),
    ("note.created", "a colleague writes a note"),
    ("signal.created", "a conversation gets a label that is a signal for the product"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0001_initial"),
        ("inbox", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="endpoint",
            name="kinds",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=_KINDS, max_length=30), size=None
            ),
        ),
        migrations.CreateModel(
            name="ToldSignal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "conversation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="inbox.conversation",
                    ),
                ),
                (
                    "endpoint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="api.endpoint",
                    ),
                ),
                (
                    "label",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="inbox.label",
                    ),
                ),
                (
                    "telling",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="signal",
                        to="api.telling",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("endpoint", "conversation", "label"), name="one_telling_of_a_signal"
                    )
                ],
            },
        ),
        migrations.RunSQL(SIGNALS, SIGNALS_BACK),
    ]
