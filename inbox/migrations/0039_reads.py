from django.db import migrations, models

from inbox.migrations._reads import READS, READS_BACK


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0038_retention"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(READS, READS_BACK)],
            state_operations=[
                migrations.CreateModel(
                    name="Read",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("user_id", models.BigIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("opened", "opened a conversation"),
                                    ("searched", "searched"),
                                    ("exported", "exported a person"),
                                    ("looked", "looked at what is held of a person"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("conversation_id", models.BigIntegerField(null=True)),
                        ("contact_id", models.BigIntegerField(null=True)),
                        (
                            "what",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("number", "a number"),
                                    ("address", "a mail address"),
                                    ("handle", "a handle"),
                                    ("words", "words"),
                                    ("person", "one person's messages"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("found", models.IntegerField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["-at", "-id"], name="read_newest"),
                            models.Index(fields=["user_id", "-at"], name="read_by_person"),
                            models.Index(fields=["contact_id", "-at"], name="read_of_contact"),
                        ],
                    },
                ),
            ],
        ),
    ]
