"""The ledger of titles says of each line where it lies and whether somebody's time ends: so a
year's recognitions are a sum of it. What stands in it already is counted anew."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

ENTER = """
    SELECT set_config('thidua.context', '{"act": "migrate", "reason": ""}', true);
    WITH held AS (
        SELECT *, 1 AS weight FROM criteria_recognition
        WHERE NOT isempty(period) AND (state IN ('declared', 'confirmed') OR state = 'revoked'
            AND upper(period) <= (checked_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
    ), changes AS (
        SELECT placement_id, path, unit_id, title_id, grade, assessed_year, false AS ends,
            coalesce(lower(period), DATE '0001-01-01') AS day, weight AS delta FROM held
        UNION ALL
        SELECT placement_id, path, unit_id, title_id, grade, assessed_year, true, upper(period),
            -weight FROM held WHERE upper(period) IS NOT NULL
    )
    INSERT INTO criteria_titleledger
        (node_id, path, kind, title_id, grade, assessed_year, ends, day, delta)
    SELECT home.unit_id, changes.path, holder.kind, title_id, grade, assessed_year, ends, day,
        sum(delta)
    FROM changes JOIN units_placement home ON home.id = placement_id
        JOIN units_unit holder ON holder.id = changes.unit_id
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING sum(delta) <> 0;
    SELECT set_config('thidua.context', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("criteria", "0022_set_draft"),
        ("units", "0017_clan_search"),
    ]

    operations = [
        migrations.RunSQL("TRUNCATE criteria_titleledger", migrations.RunSQL.noop),
        pgtrigger.migrations.RemoveTrigger(
            model_name="recognition",
            name="ledger_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="recognition",
            name="ledger_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="recognition",
            name="ledger_delete",
        ),
        migrations.AddField(
            model_name="titleledger",
            name="ends",
            field=models.BooleanField(default=False, verbose_name="the day after the last"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="titleledger",
            name="path",
            field=models.CharField(
                db_collation="C", default="", max_length=200, verbose_name="path"
            ),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="titleledger",
            index=models.Index(fields=["assessed_year", "path"], name="title_ledger_year_path"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="recognition",
            trigger=pgtrigger.compiler.Trigger(
                name="ledger_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            WITH held AS (SELECT *, 1 AS weight FROM new_rows WHERE \n    NOT isempty(period) AND (state IN ('declared', 'confirmed') OR state = 'revoked'\n        AND upper(period) <= (checked_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)\n), changes AS (\n    SELECT placement_id, path, unit_id, title_id, grade, assessed_year, false AS ends,\n        coalesce(lower(period), DATE '0001-01-01') AS day, weight AS delta FROM held\n    UNION ALL\n    SELECT placement_id, path, unit_id, title_id, grade, assessed_year, true,\n        upper(period), -weight FROM held WHERE upper(period) IS NOT NULL\n)\n            INSERT INTO criteria_titleledger\n                (node_id, path, kind, title_id, grade, assessed_year, ends, day, delta)\n            \n    SELECT home.unit_id AS node_id, changes.path, holder.kind, title_id, grade, assessed_year,\n        ends, day, sum(delta) AS delta\n    FROM changes JOIN units_placement home ON home.id = placement_id\n        JOIN units_unit holder ON holder.id = changes.unit_id\n    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING sum(delta) <> 0\n;\n            RETURN NULL;\n        ",
                    hash="73e2bc6426ba9f6ddd434aeb87cc8e1c8fa59364",
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
                    func="\n            WITH held AS (SELECT *, -1 AS weight FROM old_rows WHERE \n    NOT isempty(period) AND (state IN ('declared', 'confirmed') OR state = 'revoked'\n        AND upper(period) <= (checked_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)\n UNION ALL SELECT *, 1 AS weight FROM new_rows WHERE \n    NOT isempty(period) AND (state IN ('declared', 'confirmed') OR state = 'revoked'\n        AND upper(period) <= (checked_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)\n), changes AS (\n    SELECT placement_id, path, unit_id, title_id, grade, assessed_year, false AS ends,\n        coalesce(lower(period), DATE '0001-01-01') AS day, weight AS delta FROM held\n    UNION ALL\n    SELECT placement_id, path, unit_id, title_id, grade, assessed_year, true,\n        upper(period), -weight FROM held WHERE upper(period) IS NOT NULL\n)\n            INSERT INTO criteria_titleledger\n                (node_id, path, kind, title_id, grade, assessed_year, ends, day, delta)\n            \n    SELECT home.unit_id AS node_id, changes.path, holder.kind, title_id, grade, assessed_year,\n        ends, day, sum(delta) AS delta\n    FROM changes JOIN units_placement home ON home.id = placement_id\n        JOIN units_unit holder ON holder.id = changes.unit_id\n    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING sum(delta) <> 0\n;\n            RETURN NULL;\n        ",
                    hash="cbe8cd6729643179c42457a886cfe3844dad0d5d",
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
                    func="\n            WITH held AS (SELECT *, -1 AS weight FROM old_rows WHERE \n    NOT isempty(period) AND (state IN ('declared', 'confirmed') OR state = 'revoked'\n        AND upper(period) <= (checked_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)\n), changes AS (\n    SELECT placement_id, path, unit_id, title_id, grade, assessed_year, false AS ends,\n        coalesce(lower(period), DATE '0001-01-01') AS day, weight AS delta FROM held\n    UNION ALL\n    SELECT placement_id, path, unit_id, title_id, grade, assessed_year, true,\n        upper(period), -weight FROM held WHERE upper(period) IS NOT NULL\n)\n            INSERT INTO criteria_titleledger\n                (node_id, path, kind, title_id, grade, assessed_year, ends, day, delta)\n            \n    SELECT home.unit_id AS node_id, changes.path, holder.kind, title_id, grade, assessed_year,\n        ends, day, sum(delta) AS delta\n    FROM changes JOIN units_placement home ON home.id = placement_id\n        JOIN units_unit holder ON holder.id = changes.unit_id\n    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING sum(delta) <> 0\n;\n            RETURN NULL;\n        ",
                    hash="86c0d465a5f2db3fce7015b35fc6a7e8ecab864a",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_ledger_delete_0aa6f",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="criteria_recognition",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(ENTER, migrations.RunSQL.noop),
    ]
