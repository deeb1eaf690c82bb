"""Whose sheet of “Công dân học tập” a citizen fills in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("units", "0007_deputies"),
    ]

    operations = [
        migrations.AddField(
            model_name="member",
            name="sheet_group",
            field=models.PositiveSmallIntegerField(
                blank=True,
                choices=[
                    (1, "1. farmers, workers in the country"),
                    (2, "2. workers, craftsmen, repairers, the self-employed"),
                    (3, "3. officials and staff, from communes upwards"),
                    (4, "4. pupils and students"),
                ],
                null=True,
                verbose_name="group of the sheet",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sheet_group", None),
                    models.Q(("kind", "citizen"), ("sheet_group__in", [1, 2, 3, 4])),
                    _connector="OR",
                ),
                name="member_sheet_group",
            ),
        ),
    ]
