"""The forms of commendation belong to the rules (criteria); their table stays where it is."""

import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("awards", "0003_journal_changed_keys"),
        ("criteria", "0008_award_form"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(model_name="awardform", name="journal_insert"),
        pgtrigger.migrations.RemoveTrigger(model_name="awardform", name="journal_update"),
        pgtrigger.migrations.RemoveTrigger(model_name="awardform", name="journal_delete"),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="AwardForm")]
        ),
    ]
