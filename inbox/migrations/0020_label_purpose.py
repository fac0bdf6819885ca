"""Labels that others in the organisation read, and the team what carries one goes to."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0019_rules_act_outside"),
    ]

    operations = [
        migrations.AddField(
            model_name="label",
            name="purpose",
            field=models.CharField(
                blank=True,
                choices=[
                    ("product", "A signal for the product: counted with its mood"),
                    ("lead", "Somebody who may buy: a lead"),
                ],
                default="",
                max_length=8,
                verbose_name="is for",
            ),
        ),
        migrations.AddField(
            model_name="label",
            name="raised_on",
            field=models.DateField(blank=True, null=True, verbose_name="feedback raised on"),
        ),
        migrations.AddField(
            model_name="label",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="labels",
                to="inbox.team",
                verbose_name="goes to team",
            ),
        ),
    ]
