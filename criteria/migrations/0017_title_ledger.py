"""The ledger of titles, with a line for each group of recognitions that stand already."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# The reach of the ledger on the day it begins; from then on its triggers write it.
ENTER = """
    SELECT set_config('thidua.context', '{"act": "migrate", "reason": ""}', true);
    WITH held AS (
        SELECT *, 1 AS weight FROM criteria_recognition
        WHERE NOT isempty(period) AND (state IN ('declared', 'confirmed') OR state = 'revoked'
            AND upper(period) <= (checked_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
    ), changes AS (
        SELECT placement_id, unit_id, title_id, grade, assessed_year,
            coalesce(lower(period), DATE '0001-01-01') AS day, weight AS delta FROM held
        UNION ALL
        SELECT placement_id, unit_id, title_id, grade, assessed_year, upper(period), -weight
            FROM held WHERE upper(period) IS NOT NULL
    )
    INSERT INTO criteria_titleledger (node_id, kind, title_id, grade, assessed_year, day, delta)
    SELECT home.unit_id, holder.kind, title_id, grade, assessed_year, day, sum(delta)
    FROM changes JOIN units_placement home ON home.id = placement_id
        JOIN units_unit holder ON holder.id = changes.unit_id
    GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(delta) <> 0;
    SELECT set_config('thidua.context', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("criteria", "0016_open_form"),
        ("units", "0013_personal_exports"),
    ]

    operations = [
        migrations.CreateModel(
            name="TitleLedger",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
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
                        verbose_name="kind",
                    ),
                ),
                ("grade", models.CharField(blank=True, max_length=20, verbose_name="grade")),
                ("assessed_year", models.PositiveSmallIntegerField(verbose_name="assessed year")),
                ("day", models.DateField(verbose_name="from the day")),
                ("delta", models.IntegerField(verbose_name="more or fewer")),
            ],
            options={
                "verbose_name": "line of the title ledger",
                "verbose_name_plural": "lines of the title ledger",
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="recognition",
            trigger=pgtrigger.compiler.Trigger(
                name="ledger_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            WITH held AS (SELECT *, 1 AS weight FROM new_rows WHERE \n    NOT isempty(period) AND (state IN ('declared', 'confirmed') OR state = 'revoked'\n        AND upper(period) <= (checked_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)\n), changes AS (\n    SELECT placement_id, unit_id, title_id, grade, assessed_year,\n        coalesce(lower(period), DATE '0001-01-01') AS day, weight AS delta FROM held\n    UNION ALL\n    SELECT placement_id, unit_id, title_id, grade, assessed_year, upper(period), -weight\n        FROM held WHERE upper(period) IS NOT NULL\n)\n            INSERT INTO criteria_titleledger\n                (node_id, kind, title_id, grade, assessed_year, day, delta)\n            \n    SELECT home.unit_id AS node_id, holder.kind, title_id, grade, assessed_year, day,\n        sum(delta) AS delta\n    FROM changes JOIN units_placement home ON home.id = placement_id\n        JOIN units_unit holder ON holder.id = changes.unit_id\n    GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(delta) <> 0\n;\n            RETURN NULL;\n        ",
                    hash="2c597ba2f7ff5b5af96fb8341d15371f81242b05",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_ledger_insert_7ac1f",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="criteria_recognition",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="recognition",
            trigger=pgtrigger.compiler.Trigger(
                name="ledger_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            WITH held AS (SELECT *, -1 AS weight FROM old_rows WHERE \n    NOT isempty(period) AND (state IN ('declared', 'confirmed') OR state = 'revoked'\n        AND upper(period) <= (checked_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)\n UNION ALL SELECT *, 1 AS weight FROM new_rows WHERE \n    NOT isempty(period) AND (state IN ('declared', 'confirmed') OR state = 'revoked'\n        AND upper(period) <= (checked_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)\n), changes AS (\n    SELECT placement_id, unit_id, title_id, grade, assessed_year,\n        coalesce(lower(period), DATE '0001-01-01') AS day, weight AS delta FROM held\n    UNION ALL\n    SELECT placement_id, unit_id, title_id, grade, assessed_year, upper(period), -weight\n        FROM held WHERE upper(period) IS NOT NULL\n)\n            INSERT INTO criteria_titleledger\n                (node_id, kind, title_id, grade, assessed_year, day, delta)\n            \n    SELECT home.unit_id AS node_id, holder.kind, title_id, grade, assessed_year, day,\n        sum(delta) AS delta\n    FROM changes JOIN units_placement home ON home.id = placement_id\n        JOIN units_unit holder ON holder.id = changes.unit_id\n    GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(delta) <> 0\n;\n            RETURN NULL;\n        ",
                    hash="e96f410916c3ff2544934433d25eed5a7083b78d",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_ledger_update_d49f7",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="criteria_recognition",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="recognition",
            trigger=pgtrigger.compiler.Trigger(
                name="ledger_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            WITH held AS (SELECT *, -1 AS weight FROM old_rows WHERE \n    NOT isempty(period) AND (state IN ('declared', 'confirmed') OR state = 'revoked'\n        AND upper(period) <= (checked_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)\n), changes AS (\n    SELECT placement_id, unit_id, title_id, grade, assessed_year,\n        coalesce(lower(period), DATE '0001-01-01') AS day, weight AS delta FROM held\n    UNION ALL\n    SELECT placement_id, unit_id, title_id, grade, assessed_year, upper(period), -weight\n        FROM held WHERE upper(period) IS NOT NULL\n)\n            INSERT INTO criteria_titleledger\n                (node_id, kind, title_id, grade, assessed_year, day, delta)\n            \n    SELECT home.unit_id AS node_id, holder.kind, title_id, grade, assessed_year, day,\n        sum(delta) AS delta\n    FROM changes JOIN units_placement home ON home.id = placement_id\n        JOIN units_unit holder ON holder.id = changes.unit_id\n    GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(delta) <> 0\n;\n            RETURN NULL;\n        ",
                    hash="b6e538d7973bdbb0f996fcd4202f917618b4c648",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_ledger_delete_0aa6f",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="criteria_recognition",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="titleledger",
            name="node",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.unit",
                verbose_name="counted at",
            ),
        ),
        migrations.AddField(
            model_name="titleledger",
            name="title",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="criteria.title",
                verbose_name="title",
            ),
        ),
        migrations.AddIndex(
            model_name="titleledger",
            index=models.Index(fields=["node", "title", "day"], name="title_ledger_of_node"),
        ),
        migrations.AddConstraint(
            model_name="titleledger",
            constraint=models.CheckConstraint(
                condition=models.Q(("delta", 0), _negated=True), name="title_ledger_says_something"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="titleledger",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    SELECT count(*) INTO affected FROM new_rows;\n    IF affected = 0 THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    IF affected > 100 THEN\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'batch', TG_TABLE_NAME, NULL, affected, NULL,\n               jsonb_build_object('first', min(id), 'last', max(id)) FROM new_rows;\n    ELSE\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'insert', TG_TABLE_NAME, id, 1, NULL,\n               core_journal_mask(to_jsonb(new_rows), masked) FROM new_rows;\n    END IF;\n    RETURN NULL;\n",
                    hash="948ddf5b8912bc88a031212018cb98ba7376fa93",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_journal_insert_62408",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="criteria_titleledger",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="titleledger",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM new_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'update', TG_TABLE_NAME, coalesce(o.id, n.id), 1,\n           core_journal_changed(to_jsonb(n), to_jsonb(o), masked),\n           core_journal_changed(to_jsonb(o), to_jsonb(n), masked)\n    FROM old_rows o FULL JOIN new_rows n ON n.id = o.id  -- a changed key leaves two lines\n    WHERE to_jsonb(o) IS DISTINCT FROM to_jsonb(n);\n    RETURN NULL;\n",
                    hash="23fafec0b7929f213da6ffc1ebd40b9332e68ca7",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_journal_update_1e819",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="criteria_titleledger",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="titleledger",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM old_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'delete', TG_TABLE_NAME, id, 1, core_journal_mask(to_jsonb(old_rows), masked), NULL\n    FROM old_rows;\n    RETURN NULL;\n",
                    hash="2845d44ad95747d02931def8b470fdc041180b72",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_journal_delete_29a37",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="criteria_titleledger",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(ENTER, migrations.RunSQL.noop),
    ]
