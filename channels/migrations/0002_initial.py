"""Links to people and conversations, whose tables are made after accounts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("channels", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="paused_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(condition=models.Q(("status", "waiting")), fields=["id"], name="delivery_waiting"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("status", "failed")), fields=["-received_at"], name="delivery_failed"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["received_at"], name="delivery_received"),
        ),
        migrations.AddField(
            model_name="messagetemplate",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="templates", to="channels.account"
            ),
        ),
        migrations.AddField(
            model_name="stream",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="streams", to="channels.account"
            ),
        ),
        migrations.AddField(
            model_name="unreaditem",
            name="account",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="unread_items",
                to="channels.account",
            ),
        ),
        migrations.AddField(
            model_name="unreaditem",
            name="delivery",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="unread_items",
                to="channels.delivery",
            ),
        ),
        migrations.AddField(
            model_name="withdrawal",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="withdrawals", to="channels.account"
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(fields=("platform", "external_id"), name="one_account_per_platform_id"),
        ),
        migrations.AddConstraint(
            model_name="messagetemplate",
            constraint=models.UniqueConstraint(
                fields=("account", "name", "language"), name="one_template_per_name_and_language"
            ),
        ),
        migrations.AddIndex(
            model_name="stream",
            index=models.Index(condition=models.Q(("enabled", True)), fields=["next_poll_at"], name="stream_due"),
        ),
        migrations.AddConstraint(
            model_name="stream",
            constraint=models.UniqueConstraint(
                fields=("account", "name", "query"), name="one_stream_per_account_and_query"
            ),
        ),
        migrations.AddConstraint(
            model_name="unreaditem",
            constraint=models.UniqueConstraint(
                fields=("account", "digest"), name="one_unread_item_per_body", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawal",
            constraint=models.UniqueConstraint(fields=("account", "external_id"), name="one_withdrawal_per_message"),
        ),
    ]
