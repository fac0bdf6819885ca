from typing import Any

from django.db import migrations, models
from django.db.models import Exists, OuterRef


def keep_access(apps: Any, schema_editor: Any) -> None:
    """Nobody chosen meant every account: let it be said."""
    user = apps.get_model("inbox", "User")
    limits = user.accounts.through.objects.filter(user=OuterRef("pk"))
    user.objects.filter(~Exists(limits)).update(all_accounts=True)


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0030_person_exports"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="all_accounts",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(
                choices=[
                    ("trainee", "In training"),
                    ("agent", "Agent"),
                    ("spokesperson", "Spokesperson"),
                    ("lead", "Team lead"),
                    ("admin", "Admin"),
                    ("auditor", "Auditor"),
                ],
                default="agent",
                max_length=12,
            ),
        ),
        migrations.RunPython(keep_access, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("all_accounts", True), ("role", "auditor"), _negated=True),
                name="auditors_have_no_accounts",
            ),
        ),
    ]
