"""Clans are found by a part of their name."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("units", "0016_personal_requests"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="member",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    models.Func(models.F("label"), function="core_fold"), name="gin_trgm_ops"
                ),
                condition=models.Q(("kind", "clan")),
                fastupdate=False,
                name="member_clan_search",
            ),
        ),
    ]
