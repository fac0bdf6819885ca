"""The index of the mailboxes that mails of chats left from, made beside everybody's work.

Whoever was killed in it begins again.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("channels", "0009_renewal_tried_at")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                # One that was not finished stands there, and is used by nobody.
                migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS chat_mailed_from", migrations.RunSQL.noop),
                migrations.RunSQL(
                    "CREATE INDEX CONCURRENTLY chat_mailed_from ON channels_chatmessage (mailed_from_id)"
                    " WHERE mailed_from_id IS NOT NULL",
                    "DROP INDEX CONCURRENTLY IF EXISTS chat_mailed_from",
                ),
            ],
            state_operations=[
                migrations.AddIndex(
                    model_name="chatmessage",
                    index=models.Index(
                        condition=models.Q(("mailed_from__isnull", False)),
                        fields=["mailed_from"],
                        name="chat_mailed_from",
                    ),
                )
            ],
        ),
    ]
