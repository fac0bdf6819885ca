"""The index of names, made beside everybody's work. Whoever was killed in it begins again."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0007_erasure_named")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                # One that was not finished stands there, and is used by nobody.
                migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS identity_name", migrations.RunSQL.noop),
                migrations.RunSQL(
                    "CREATE INDEX CONCURRENTLY identity_name ON inbox_identity (upper(name)) WHERE NOT (name = '')",
                    "DROP INDEX CONCURRENTLY IF EXISTS identity_name",
                ),
            ],
            state_operations=[
                migrations.AddIndex(
                    model_name="identity",
                    index=models.Index(
                        django.db.models.functions.text.Upper("name"),
                        condition=models.Q(("name", ""), _negated=True),
                        name="identity_name",
                    ),
                )
            ],
        ),
    ]
