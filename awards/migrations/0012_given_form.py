import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from core import journal


def give_what_was_proposed(apps, schema_editor):
    """Decisions until now give the form under which they were proposed."""
    decision = apps.get_model("awards", "Decision")
    with journal.act("migrate.given_form"):
        decision.objects.update(given=models.F("form"))
    # The table is altered again below: no check of a key may wait for the end.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [
        ("awards", "0011_listed_label"),
        ("campaign", "0010_nomination_deadlines"),
        ("core", "0011_notice_lines"),
        ("criteria", "0016_open_form"),
        ("units", "0011_registrars"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="decision",
            name="decision_frozen",
        ),
        migrations.AddField(
            model_name="decision",
            name="given",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="criteria.awardform",
                verbose_name="form that is given",
            ),
        ),
        migrations.RunPython(give_what_was_proposed, migrations.RunPython.noop),
        pgtrigger.migrations.AddTrigger(
            model_name="decision",
            trigger=pgtrigger.compiler.Trigger(
                name="decision_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF OLD.state IN ('issued', 'published', 'revoked') AND (NEW.number IS DISTINCT FROM OLD.number OR NEW.symbol IS DISTINCT FROM OLD.symbol OR NEW.dated IS DISTINCT FROM OLD.dated OR NEW.issuer_id IS DISTINCT FROM OLD.issuer_id OR NEW.given_id IS DISTINCT FROM OLD.given_id OR NEW.text IS DISTINCT FROM OLD.text OR NEW.digest IS DISTINCT FROM OLD.digest OR NEW.signed_file_id IS DISTINCT FROM OLD.signed_file_id) THEN\n                RAISE EXCEPTION 'decision % is issued and cannot be changed', OLD.id\n                    USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="6704bd4ea836c37ffedfce174ff7341d209cf66f",
                    operation="UPDATE",
                    pgid="pgtrigger_decision_frozen_4b170",
                    table="awards_decision",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("draft", "dropped")), ("given__isnull", False), _connector="OR"
                ),
                name="decision_handed_over_names_form",
            ),
        ),
    ]
