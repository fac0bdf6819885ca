from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0027_teams_closed_to_others"),
    ]

    operations = [
        migrations.AddField(
            model_name="team",
            name="shift_end",
            field=models.CharField(
                choices=[
                    ("keep", "It stays with whoever has it"),
                    ("return", "It goes back to the queue, as far as a customer waits"),
                ],
                default="keep",
                max_length=8,
                verbose_name="when a shift ends",
            ),
        ),
    ]
