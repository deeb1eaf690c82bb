import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaign", "0010_nomination_deadlines"),
        ("units", "0011_registrars"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="rounddeadline",
            name="begins_with_wider",
        ),
        migrations.AddField(
            model_name="rounddeadline",
            name="phase",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deadlines",
                to="campaign.phase",
                verbose_name="phase",
            ),
        ),
        migrations.AlterField(
            model_name="rounddeadline",
            name="round",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deadlines",
                to="campaign.round",
                verbose_name="round",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rounddeadline",
            trigger=pgtrigger.compiler.Trigger(
                name="begins_with_wider",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE wider date;",
                    func="\n            SELECT standing.due_on INTO wider\n            FROM campaign_rounddeadline standing\n            CROSS JOIN LATERAL (\n                SELECT path FROM units_placement\n                WHERE unit_id = NEW.territory_id ORDER BY period DESC LIMIT 1\n            ) own\n            WHERE (standing.round_id, standing.phase_id)\n                    IS NOT DISTINCT FROM (NEW.round_id, NEW.phase_id)\n                AND standing.matter = NEW.matter\n                AND standing.subject_kind = NEW.subject_kind\n                AND standing.territory_id <> NEW.territory_id\n                AND strpos(own.path, '/' || standing.territory_id || '/') > 0\n            ORDER BY strpos(own.path, '/' || standing.territory_id || '/') DESC\n            LIMIT 1;\n            IF NEW.due_on <> wider THEN\n                RAISE EXCEPTION 'deadline: % instead of % without a recorded change',\n                    NEW.due_on, wider USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="8086b4d262f341206896a8173bac2feb0ef4088d",
                    operation="INSERT",
                    pgid="pgtrigger_begins_with_wider_a53fd",
                    table="campaign_rounddeadline",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="rounddeadline",
            constraint=models.UniqueConstraint(
                fields=("phase", "matter", "subject_kind", "territory"),
                name="deadline_of_phase_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="rounddeadline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("phase", None), ("round__isnull", False)),
                    models.Q(("matter", "nomination"), ("phase__isnull", False), ("round", None)),
                    _connector="OR",
                ),
                name="deadline_of_round_or_phase",
            ),
        ),
    ]
