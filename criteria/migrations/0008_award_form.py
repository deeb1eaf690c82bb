"""The forms of commendation belong to the rules; their table stays where it is."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("awards", "0003_journal_changed_keys"),
        ("campaign", "0003_journal_changed_keys"),
        ("criteria", "0007_no_rule_is_null"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="AwardForm",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("code", models.SlugField(max_length=80, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=300, verbose_name="name")),
                        (
                            "occasion",
                            models.CharField(
                                choices=[
                                    ("yearly", "every year"),
                                    ("phase_end", "at the end of a phase"),
                                ],
                                max_length=10,
                                verbose_name="given",
                            ),
                        ),
                        (
                            "decided_by",
                            models.CharField(blank=True, max_length=300, verbose_name="decided by"),
                        ),
                        (
                            "subject_kinds",
                            django.contrib.postgres.fields.ArrayField(
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
                                default=list,
                                size=None,
                                verbose_name="for",
                            ),
                        ),
                        (
                            "subject_text",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="for, as the text says"
                            ),
                        ),
                        (
                            "article",
                            models.CharField(
                                blank=True, max_length=60, verbose_name="place in the document"
                            ),
                        ),
                        ("quote", models.TextField(verbose_name="quoted text")),
                        (
                            "order",
                            models.PositiveSmallIntegerField(default=0, verbose_name="order"),
                        ),
                        (
                            "document",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="award_forms",
                                to="campaign.document",
                                verbose_name="document",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="campaign.source",
                                verbose_name="source",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "form of commendation",
                        "verbose_name_plural": "forms of commendation",
                        "db_table": "awards_awardform",
                        "ordering": ["document__order", "order"],
                    },
                ),
            ]
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="awardform",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    SELECT count(*) INTO affected FROM new_rows;\n    IF affected = 0 THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    IF affected > 100 THEN\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'batch', TG_TABLE_NAME, NULL, affected, NULL,\n               jsonb_build_object('first', min(id), 'last', max(id)) FROM new_rows;\n    ELSE\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'insert', TG_TABLE_NAME, id, 1, NULL,\n               core_journal_mask(to_jsonb(new_rows), masked) FROM new_rows;\n    END IF;\n    RETURN NULL;\n",
                    hash="08ce7283f15f1ba96a73cd1cc1f2f75ee361831b",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_journal_insert_23288",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="awards_awardform",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="awardform",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM new_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'update', TG_TABLE_NAME, coalesce(o.id, n.id), 1,\n           core_journal_changed(to_jsonb(n), to_jsonb(o), masked),\n           core_journal_changed(to_jsonb(o), to_jsonb(n), masked)\n    FROM old_rows o FULL JOIN new_rows n ON n.id = o.id  -- a changed key leaves two lines\n    WHERE to_jsonb(o) IS DISTINCT FROM to_jsonb(n);\n    RETURN NULL;\n",
                    hash="33a9a3f152582fddb12e990eb36ef64f611b1489",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_journal_update_5d9a0",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="awards_awardform",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="awardform",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM old_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'delete', TG_TABLE_NAME, id, 1, core_journal_mask(to_jsonb(old_rows), masked), NULL\n    FROM old_rows;\n    RETURN NULL;\n",
                    hash="300a550833e690038ade2f93a850e67d3810811a",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_journal_delete_68725",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="awards_awardform",
                    when="AFTER",
                ),
            ),
        ),
    ]
