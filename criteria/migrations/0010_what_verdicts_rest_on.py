import django.contrib.postgres.fields.ranges
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("criteria", "0009_registration"),
    ]

    operations = [
        migrations.AddField(
            model_name="answer",
            name="judged_outcome",
            field=models.JSONField(null=True, verbose_name="outcome when it was accepted"),
        ),
        migrations.AddField(
            model_name="recognition",
            name="revoked_period",
            field=django.contrib.postgres.fields.ranges.DateRangeField(
                null=True, verbose_name="held before it was revoked"
            ),
        ),
    ]
