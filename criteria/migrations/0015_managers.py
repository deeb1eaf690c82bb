import django.contrib.postgres.fields
import pgtrigger
from django.db import migrations, models

from core import journal

# What the opening words of these sets said from the first: “các sở, ban, ngành tỉnh” and “cấp tỉnh,
# cơ quan, ban, ngành”.
OF_THE_PROVINCE = ("tra-vinh-so-ban-nganh", "yen-bai-co-quan-ban-nganh")


def say_who_manages(apps, schema_editor):
    """Published sets too: their words do not change, a column comes to say them."""
    criteria_set = apps.get_model("criteria", "CriteriaSet")
    frozen = pgtrigger.ignore("criteria.CriteriaSet:freeze_published")
    with journal.act("migrate.who_manages"), frozen:
        criteria_set.objects.filter(code__in=OF_THE_PROVINCE, version=1).update(
            managers=["province"]
        )


class Migration(migrations.Migration):
    dependencies = [
        ("criteria", "0014_another_office"),
    ]

    operations = [
        migrations.AddField(
            model_name="criteriaset",
            name="managers",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("country", "country"),
                        ("province", "province"),
                        ("district", "district"),
                        ("commune", "commune"),
                        ("hamlet", "hamlet"),
                        ("agency", "agency"),
                        ("mass_organisation", "mass organisation"),
                        ("school", "educational institution"),
                        ("enterprise", "enterprise"),
                        ("department", "department of an office"),
                        ("household", "household"),
                        ("clan", "clan"),
                        ("citizen", "citizen"),
                        ("other", "other participant"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                help_text="Kinds of managing body of which the text speaks. Empty: whoever manages.",
                size=None,
                verbose_name="managed by",
            ),
        ),
        migrations.RunPython(say_who_manages, migrations.RunPython.noop),
    ]
