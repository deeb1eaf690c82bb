"""Consultations; quotas and terms that hold for a time and a territory; on which paper a nomination
went. No quota or term was entered before."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models
from django.db.backends.postgresql.psycopg_any import DateRange

import awards.models.consultations


class Migration(migrations.Migration):
    dependencies = [
        ("awards", "0005_nominations"),
        ("campaign", "0008_entry_key"),
        ("core", "0010_job_item_seen"),
        ("criteria", "0014_another_office"),
        ("units", "0009_leaders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Consultation",
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
                            ("concurrence", "concurrence"),
                            ("confirmation", "confirmation"),
                            ("opinion", "opinion"),
                            ("public", "public opinion"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("path", models.CharField(db_collation="C", max_length=200, verbose_name="path")),
                ("asked_body", models.CharField(max_length=300, verbose_name="who is asked")),
                ("asked_on", models.DateField(verbose_name="asked on")),
                ("due_on", models.DateField(verbose_name="answer expected by")),
                ("question", models.TextField(blank=True, verbose_name="what is asked")),
                (
                    "names_basis",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="decision to publish names"
                    ),
                ),
                (
                    "token",
                    models.CharField(
                        default=awards.models.consultations._token,
                        max_length=40,
                        verbose_name="token of the public page",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "asked"),
                            ("answered", "answered"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="asked",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("state_reason", models.TextField(blank=True, verbose_name="reason of the state")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("agree", "agrees"),
                            ("disagree", "does not agree"),
                            ("other", "other opinion"),
                        ],
                        max_length=10,
                        verbose_name="answer",
                    ),
                ),
                ("answer_words", models.TextField(blank=True, verbose_name="words of the answer")),
                ("answered_on", models.DateField(null=True, verbose_name="answered on")),
                ("recorded_at", models.DateTimeField(null=True, verbose_name="recorded at")),
                (
                    "begun_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="entered at",
                    ),
                ),
            ],
            options={
                "verbose_name": "consultation",
                "verbose_name_plural": "consultations",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="ConsultationEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("transition", models.CharField(max_length=30, verbose_name="step")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("asked", "asked"),
                            ("answered", "answered"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=10,
                        verbose_name="from",
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("asked", "asked"),
                            ("answered", "answered"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=10,
                        verbose_name="to",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="at"
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a consultation",
                "verbose_name_plural": "steps of consultations",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ConsultationLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
            options={
                "verbose_name": "nomination of a consultation",
                "verbose_name_plural": "nominations of consultations",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ConsultationRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(db_collation="C", max_length=200, verbose_name="path")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("concurrence", "concurrence"),
                            ("confirmation", "confirmation"),
                            ("opinion", "opinion"),
                            ("public", "public opinion"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "group",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("collective", "collectives"),
                            ("household", "households"),
                            ("individual", "individuals"),
                        ],
                        help_text="Empty: for all.",
                        max_length=10,
                        verbose_name="for",
                    ),
                ),
                (
                    "office_kind",
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
                        verbose_name="asked by the kind of office",
                    ),
                ),
                ("asked_body", models.CharField(max_length=300, verbose_name="who is asked")),
                (
                    "period",
                    django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="in force"),
                ),
                ("basis", models.CharField(max_length=300, verbose_name="by")),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="entered at",
                    ),
                ),
            ],
            options={
                "verbose_name": "required consultation",
                "verbose_name_plural": "required consultations",
            },
        ),
        migrations.RemoveConstraint(
            model_name="quota",
            name="quota_once",
        ),
        migrations.RemoveConstraint(
            model_name="term",
            name="term_once_a_day",
        ),
        migrations.AddField(
            model_name="nomination",
            name="submission",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="carrying",
                to="awards.submission",
                verbose_name="submission that brought it",
            ),
        ),
        migrations.AddField(
            model_name="quota",
            name="period",
            field=django.contrib.postgres.fields.ranges.DateRangeField(
                default=DateRange, verbose_name="in force"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="quota",
            name="proposer_path",
            field=models.CharField(
                db_collation="C", default="/", max_length=200, verbose_name="path"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="submissionline",
            name="prior_appraisal",
            field=models.TextField(blank=True, verbose_name="word of the appraisal before"),
        ),
        migrations.AddField(
            model_name="submissionline",
            name="prior_appraised_at",
            field=models.DateTimeField(null=True, verbose_name="appraised before at"),
        ),
        migrations.AddField(
            model_name="submissionline",
            name="prior_appraised_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="appraised before by",
            ),
        ),
        migrations.AddField(
            model_name="submissionline",
            name="prior_submission",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="awards.submission",
                verbose_name="submission before",
            ),
        ),
        migrations.AddField(
            model_name="term",
            name="path",
            field=models.CharField(
                db_collation="C", default="/", max_length=200, verbose_name="path"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="term",
            name="territory",
            field=models.ForeignKey(
                default=0,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.unit",
                verbose_name="territory",
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="quota",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("round__isnull", False)),
                expressions=[
                    ("form", "="),
                    ("round", "="),
                    ("proposer", "="),
                    ("group", "="),
                    ("period", "&&"),
                ],
                name="quota_once_a_day_by_round",
            ),
        ),
        migrations.AddConstraint(
            model_name="quota",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("phase__isnull", False)),
                expressions=[
                    ("form", "="),
                    ("phase", "="),
                    ("proposer", "="),
                    ("group", "="),
                    ("period", "&&"),
                ],
                name="quota_once_a_day_by_phase",
            ),
        ),
        migrations.AddConstraint(
            model_name="term",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("territory", "="),
                    ("form", "="),
                    ("office_kind", "="),
                    ("period", "&&"),
                ],
                name="term_once_a_day",
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="written by",
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="asked_unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.unit",
                verbose_name="who is asked, in the portal",
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="asker",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consultations",
                to="units.unit",
                verbose_name="asked by",
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="file",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.storedfile",
                verbose_name="document",
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="placement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.placement",
                verbose_name="state of the asking office",
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="recorded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="recorded by",
            ),
        ),
        migrations.AddField(
            model_name="consultationevent",
            name="consultation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="awards.consultation",
                verbose_name="consultation",
            ),
        ),
        migrations.AddField(
            model_name="consultationevent",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="consultationline",
            name="consultation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="awards.consultation",
                verbose_name="consultation",
            ),
        ),
        migrations.AddField(
            model_name="consultationline",
            name="nomination",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consulted",
                to="awards.nomination",
                verbose_name="nomination",
            ),
        ),
        migrations.AddField(
            model_name="consultationrule",
            name="entered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="entered by",
            ),
        ),
        migrations.AddField(
            model_name="consultationrule",
            name="form",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consultation_rules",
                to="criteria.awardform",
                verbose_name="form of commendation",
            ),
        ),
        migrations.AddField(
            model_name="consultationrule",
            name="territory",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.unit",
                verbose_name="territory",
            ),
        ),
        migrations.AddIndex(
            model_name="consultation",
            index=models.Index(fields=["path"], name="consultation_path"),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.UniqueConstraint(fields=("token",), name="consultation_token"),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on__gte", models.F("asked_on"))),
                name="consultation_due_after_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "answered"), _negated=True),
                    models.Q(
                        ("answered_on__isnull", False),
                        ("recorded_at__isnull", False),
                        ("recorded_by__isnull", False),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="consultation_answered_has_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "withdrawn"), _negated=True),
                    models.Q(("state_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="consultation_withdrawn_has_reason",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consultation",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    SELECT count(*) INTO affected FROM new_rows;\n    IF affected = 0 THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    IF affected > 100 THEN\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'batch', TG_TABLE_NAME, NULL, affected, NULL,\n               jsonb_build_object('first', min(id), 'last', max(id)) FROM new_rows;\n    ELSE\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'insert', TG_TABLE_NAME, id, 1, NULL,\n               core_journal_mask(to_jsonb(new_rows), masked) FROM new_rows;\n    END IF;\n    RETURN NULL;\n",
                    hash="989956d96bc7118cfe37f35718829077a4503864",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_journal_insert_fa69c",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="awards_consultation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consultation",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM new_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'update', TG_TABLE_NAME, coalesce(o.id, n.id), 1,\n           core_journal_changed(to_jsonb(n), to_jsonb(o), masked),\n           core_journal_changed(to_jsonb(o), to_jsonb(n), masked)\n    FROM old_rows o FULL JOIN new_rows n ON n.id = o.id  -- a changed key leaves two lines\n    WHERE to_jsonb(o) IS DISTINCT FROM to_jsonb(n);\n    RETURN NULL;\n",
                    hash="80d78f748ea6e8e3603dfbdd363b2434e56175c1",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_journal_update_590fd",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="awards_consultation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consultation",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM old_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'delete', TG_TABLE_NAME, id, 1, core_journal_mask(to_jsonb(old_rows), masked), NULL\n    FROM old_rows;\n    RETURN NULL;\n",
                    hash="e9cff38288571666053c983f89ae80cdc33aff30",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_journal_delete_236e7",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="awards_consultation",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationline",
            constraint=models.UniqueConstraint(
                fields=("consultation", "nomination"), name="consultation_line_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consultationline",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    SELECT count(*) INTO affected FROM new_rows;\n    IF affected = 0 THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    IF affected > 100 THEN\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'batch', TG_TABLE_NAME, NULL, affected, NULL,\n               jsonb_build_object('first', min(id), 'last', max(id)) FROM new_rows;\n    ELSE\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'insert', TG_TABLE_NAME, id, 1, NULL,\n               core_journal_mask(to_jsonb(new_rows), masked) FROM new_rows;\n    END IF;\n    RETURN NULL;\n",
                    hash="f0424645dc66d5ff52e9b1184f4a16934dfee5f1",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_journal_insert_9239c",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="awards_consultationline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consultationline",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM new_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'update', TG_TABLE_NAME, coalesce(o.id, n.id), 1,\n           core_journal_changed(to_jsonb(n), to_jsonb(o), masked),\n           core_journal_changed(to_jsonb(o), to_jsonb(n), masked)\n    FROM old_rows o FULL JOIN new_rows n ON n.id = o.id  -- a changed key leaves two lines\n    WHERE to_jsonb(o) IS DISTINCT FROM to_jsonb(n);\n    RETURN NULL;\n",
                    hash="0897cd7e024c660ac5a8f627cfb728385b7ee528",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_journal_update_39ed3",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="awards_consultationline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consultationline",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM old_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'delete', TG_TABLE_NAME, id, 1, core_journal_mask(to_jsonb(old_rows), masked), NULL\n    FROM old_rows;\n    RETURN NULL;\n",
                    hash="11642914fd8c75ea174a2780a7f9330ad5e58235",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_journal_delete_3735f",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="awards_consultationline",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis", ""), _negated=True), name="consultation_rule_has_basis"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consultationrule",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    SELECT count(*) INTO affected FROM new_rows;\n    IF affected = 0 THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    IF affected > 100 THEN\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'batch', TG_TABLE_NAME, NULL, affected, NULL,\n               jsonb_build_object('first', min(id), 'last', max(id)) FROM new_rows;\n    ELSE\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'insert', TG_TABLE_NAME, id, 1, NULL,\n               core_journal_mask(to_jsonb(new_rows), masked) FROM new_rows;\n    END IF;\n    RETURN NULL;\n",
                    hash="b111e4bbfee6758055f07261b31577a710bf74fc",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_journal_insert_813b9",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="awards_consultationrule",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consultationrule",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM new_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'update', TG_TABLE_NAME, coalesce(o.id, n.id), 1,\n           core_journal_changed(to_jsonb(n), to_jsonb(o), masked),\n           core_journal_changed(to_jsonb(o), to_jsonb(n), masked)\n    FROM old_rows o FULL JOIN new_rows n ON n.id = o.id  -- a changed key leaves two lines\n    WHERE to_jsonb(o) IS DISTINCT FROM to_jsonb(n);\n    RETURN NULL;\n",
                    hash="d9bcddc9a4506bf2b2e9003ac3b01e22c70e9569",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_journal_update_b6d1a",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="awards_consultationrule",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consultationrule",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM old_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'delete', TG_TABLE_NAME, id, 1, core_journal_mask(to_jsonb(old_rows), masked), NULL\n    FROM old_rows;\n    RETURN NULL;\n",
                    hash="1ae790a650e8d1ef55644f2409c30b51d5855e46",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_journal_delete_48bce",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="awards_consultationrule",
                    when="AFTER",
                ),
            ),
        ),
    ]
