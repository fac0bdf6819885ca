import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models

from inbox.migrations._raw_payloads import EMPTY, EMPTY_BACK, MOVE, MOVE_BACK, TABLE, TABLE_BACK


def empty_column(_apps, editor):
    editor.execute(EMPTY, None)


def fill_column(_apps, editor):
    editor.execute(EMPTY_BACK, None)


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0043_told_of_scores_and_practice"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLE, TABLE_BACK)],
            state_operations=[
                migrations.CreateModel(
                    name="RawPayload",
                    fields=[
                        (
                            "message",
                            models.OneToOneField(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="payload",
                                serialize=False,
                                to="inbox.message",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("body", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                    ],
                ),
            ],
        ),
        migrations.AddField(
            model_name="message",
            name="sent_at_is_ours",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunSQL(MOVE, MOVE_BACK),
        # Read as SQL alone it looks as if the former release lost its column.
        migrations.RunPython(empty_column, fill_column),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="message", name="raw")],
        ),
    ]
