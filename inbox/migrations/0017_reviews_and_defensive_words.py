"""Accommodating beats defensive: answers are reviewed, and the guard knows defensive wording."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# A team that starts has something to change, as with the clichés; nothing here is needed for the guard to work.
DEFENSIVE = [
    ("dat klopt niet", "Zeg wat je ziet: “Ik zie hier …; wat staat er bij jou?”"),
    ("dat is niet juist", "Zeg wat je ziet: “Ik zie hier …; wat staat er bij jou?”"),
    ("dat is niet onze schuld", "Zeg wat je wel kunt doen: “Ik zoek uit waar het misging.”"),
    ("daar kunnen wij niets aan doen", "Zeg wat je wel kunt doen, hoe klein ook."),
    ("daar kunnen we niets aan doen", "Zeg wat je wel kunt doen, hoe klein ook."),
    ("zoals ik al zei", "Leg het anders uit: “Ik zet het nog even op een rij.”"),
    ("zoals al eerder aangegeven", "Leg het anders uit: “Ik zet het nog even op een rij.”"),
    ("je had moeten", "Zeg wat nu helpt: “Het helpt als je …”"),
    ("u had moeten", "Zeg wat nu helpt: “Het helpt als u …”"),
    ("dan had je maar", "Laat het verwijt weg en zeg wat er nu kan."),
    ("dan had u maar", "Laat het verwijt weg en zeg wat er nu kan."),
    ("that is not our fault", "Say what you can do: “I will find out where it went wrong.”"),
    ("that's not our fault", "Say what you can do: “I will find out where it went wrong.”"),
    ("there is nothing we can do", "Say what you can do, however small."),
    ("that is incorrect", "Say what you see: “I see … here; what do you see?”"),
    ("as I already said", "Put it another way: “Let me put it in order.”"),
    ("you should have", "Say what helps now: “It helps if you …”"),
]


def add(apps, schema_editor):
    WatchedWord = apps.get_model("inbox", "WatchedWord")
    WatchedWord.objects.bulk_create(
        [WatchedWord(kind="defensive", phrase=phrase, advice=advice) for phrase, advice in DEFENSIVE],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("inbox", "0016_liked_and_tone")]

    operations = [
        migrations.AlterField(
            model_name="watchedword",
            name="kind",
            field=models.CharField(
                choices=[
                    ("cliche", "Cliché"),
                    ("defensive", "Defensive"),
                    ("sensitive", "Sensitive topic"),
                    ("correct", "Spelled correctly"),
                ],
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("yes", "Accommodating"),
                            ("partly", "Partly accommodating"),
                            ("no", "Not accommodating"),
                        ],
                        max_length=6,
                    ),
                ),
                ("remark", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to="inbox.message"
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-at", "-id"], name="reviews_newest")],
                "constraints": [
                    models.UniqueConstraint(fields=("message", "reviewer"), name="one_review_per_answer_and_lead")
                ],
            },
        ),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
