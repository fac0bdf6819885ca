import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0002_initial"),
        ("inbox", "0005_user_is_demo"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerId",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("platform", models.CharField(max_length=20)),
                ("scope", models.CharField(blank=True, max_length=64)),
                ("external_id", models.CharField(max_length=160)),
                ("until", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("platform", "scope", "external_id", "until"), name="one_former_id_each"
                    )
                ],
            },
        ),
        migrations.RemoveIndex(
            model_name="message",
            name="message_first_version",
        ),
        migrations.AddField(
            model_name="message",
            name="earlier_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=255), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="lookups",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="event",
            name="conversation",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="inbox.conversation",
            ),
        ),
        migrations.AlterField(
            model_name="reaction",
            name="emoji",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddIndex(
            model_name="message",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("earlier_ids", []), _negated=True),
                fields=["earlier_ids"],
                name="message_earlier_ids",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                condition=models.Q(("first_external_id", ""), _negated=True),
                fields=("account", "first_external_id"),
                name="one_message_per_first_version",
            ),
        ),
        migrations.AddField(
            model_name="formerid",
            name="identity",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="former_ids", to="inbox.identity"
            ),
        ),
    ]
