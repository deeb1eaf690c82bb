import pgtrigger
from django.db import migrations, models
from django.db.models import Q, Value

from core import journal


def say_null(apps, schema_editor):
    """Published sets too: `{}` and NULL said the same, so that nothing they hold changes."""
    criterion = apps.get_model("criteria", "Criterion")
    frozen = pgtrigger.ignore("criteria.Criterion:freeze_published")
    with journal.act("migrate.no_rule_is_null"), frozen:
        criterion.objects.filter(rule={}).update(rule=None)


class Migration(migrations.Migration):
    dependencies = [
        ("criteria", "0006_taken_part"),
    ]

    operations = [
        migrations.RunPython(say_null, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.CheckConstraint(
                condition=~Q(rule={}) & ~Q(rule=Value(None, models.JSONField())),
                name="criterion_rule_is_whole",
            ),
        ),
    ]
