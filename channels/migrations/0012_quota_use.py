from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0010_own_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="QuotaUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("project", models.CharField(max_length=64)),
                ("day", models.DateField()),
                ("units", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("project", "day"), name="one_use_per_project_and_day")],
            },
        ),
    ]
