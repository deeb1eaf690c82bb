"""Registrations, who receives them, and what follows where nobody registered."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaign", "0003_journal_changed_keys"),
        ("criteria", "0008_award_form"),
        ("units", "0006_members_figures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Registration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="entered at",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a registration",
                "verbose_name_plural": "lines of registrations",
            },
        ),
        migrations.CreateModel(
            name="RegistrationEvent",
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
                            ("draft", "not sent yet"),
                            ("waiting", "waits for approval"),
                            ("approved", "approved"),
                            ("rejected", "refused"),
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
                            ("draft", "not sent yet"),
                            ("waiting", "waits for approval"),
                            ("approved", "approved"),
                            ("rejected", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=10,
                        verbose_name="to",
                    ),
                ),
                (
                    "unit_name",
                    models.CharField(blank=True, max_length=200, verbose_name="acting for"),
                ),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("listed", models.PositiveIntegerField(verbose_name="in the list")),
                (
                    "declared",
                    models.PositiveIntegerField(null=True, verbose_name="declared number"),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="at"
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a registration",
                "verbose_name_plural": "steps of registrations",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="RegistrationList",
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
                        verbose_name="who registers",
                    ),
                ),
                ("listed", models.PositiveIntegerField(default=0, verbose_name="in the list")),
                (
                    "declared",
                    models.PositiveIntegerField(null=True, verbose_name="declared number"),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "not sent yet"),
                            ("waiting", "waits for approval"),
                            ("approved", "approved"),
                            ("rejected", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("state_reason", models.TextField(blank=True, verbose_name="reason of the state")),
                (
                    "begun_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="begun at",
                    ),
                ),
                (
                    "taken_part",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        default=list,
                        size=None,
                        verbose_name="took part",
                    ),
                ),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent at")),
                (
                    "sent_version",
                    models.PositiveIntegerField(default=0, verbose_name="version that was sent"),
                ),
                ("checked_at", models.DateTimeField(null=True, verbose_name="checked at")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="withdrawn at")),
            ],
            options={
                "verbose_name": "registration",
                "verbose_name_plural": "registrations",
                "ordering": ["-round__assessed_year", "pk"],
            },
        ),
        migrations.AddField(
            model_name="routestep",
            name="above",
            field=models.CharField(
                blank=True,
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
                verbose_name="the unit of this kind in which the subject lies",
            ),
        ),
        migrations.AddField(
            model_name="title",
            name="unregistered",
            field=models.CharField(
                choices=[
                    ("allow", "may be recognised"),
                    ("warn", "deserves a look"),
                    ("refuse", "may not be recognised"),
                ],
                default="warn",
                max_length=10,
                verbose_name="who did not register",
            ),
        ),
        migrations.AddField(
            model_name="title",
            name="unregistered_basis",
            field=models.CharField(
                blank=True,
                help_text="The text that says so; empty: no source, only deserves a look.",
                max_length=300,
                verbose_name="by",
            ),
        ),
        migrations.AlterField(
            model_name="route",
            name="matter",
            field=models.CharField(
                choices=[
                    ("assessment", "self-assessment"),
                    ("recognition", "recognition of a title"),
                    ("award", "commendation"),
                    ("registration", "registration"),
                ],
                max_length=20,
                verbose_name="matter",
            ),
        ),
        migrations.AddConstraint(
            model_name="routestep",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit", None), ("above", ""), _connector="OR"),
                name="route_step_one_body",
            ),
        ),
        migrations.AddConstraint(
            model_name="title",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("unregistered", "warn"),
                    models.Q(("unregistered_basis", ""), _negated=True),
                    _connector="OR",
                ),
                name="title_unregistered_has_basis",
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="entered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="entered by",
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="registrations",
                to="units.unit",
                verbose_name="unit",
            ),
        ),
        migrations.AddField(
            model_name="registrationevent",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="registrationlist",
            name="begun_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="begun by",
            ),
        ),
        migrations.AddField(
            model_name="registrationlist",
            name="checked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="checked by",
            ),
        ),
        migrations.AddField(
            model_name="registrationlist",
            name="form",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="criteria.awardform",
                verbose_name="form of commendation",
            ),
        ),
        migrations.AddField(
            model_name="registrationlist",
            name="placement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.placement",
                verbose_name="state of the unit",
            ),
        ),
        migrations.AddField(
            model_name="registrationlist",
            name="receiver",
            field=models.ForeignKey(
                help_text="From the route, at the moment of sending.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.unit",
                verbose_name="received by the office",
            ),
        ),
        migrations.AddField(
            model_name="registrationlist",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="registration_lists",
                to="campaign.round",
                verbose_name="round",
            ),
        ),
        migrations.AddField(
            model_name="registrationlist",
            name="sent_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="sent by",
            ),
        ),
        migrations.AddField(
            model_name="registrationlist",
            name="title",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="criteria.title",
                verbose_name="title",
            ),
        ),
        migrations.AddField(
            model_name="registrationlist",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="registration_lists",
                to="units.unit",
                verbose_name="unit",
            ),
        ),
        migrations.AddField(
            model_name="registrationlist",
            name="withdrawn_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="withdrawn by",
            ),
        ),
        migrations.AddField(
            model_name="registrationevent",
            name="list",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="criteria.registrationlist",
                verbose_name="list",
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="list",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="criteria.registrationlist",
                verbose_name="list",
            ),
        ),
        migrations.AddIndex(
            model_name="registrationlist",
            index=models.Index(fields=["round", "path"], name="registration_round_path"),
        ),
        migrations.AddIndex(
            model_name="registrationlist",
            index=models.Index(fields=["receiver", "state"], name="registration_receiver"),
        ),
        migrations.AddConstraint(
            model_name="registrationlist",
            constraint=models.UniqueConstraint(
                fields=("round", "unit", "kind", "title", "form"),
                name="registration_list_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="registrationlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("form", None), ("title__isnull", False)),
                    models.Q(("form__isnull", False), ("title", None)),
                    _connector="OR",
                ),
                name="registration_for_title_or_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="registrationlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("waiting", "approved", "rejected")), _negated=True),
                    models.Q(
                        ("receiver__isnull", False),
                        ("sent_at__isnull", False),
                        ("sent_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="registration_sent_has_actor",
            ),
        ),
        migrations.AddConstraint(
            model_name="registrationlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("checked_at__isnull", False),
                        ("checked_by__isnull", False),
                        ("state__in", ("approved", "rejected")),
                    ),
                    models.Q(
                        models.Q(("state__in", ("approved", "rejected")), _negated=True),
                        ("checked_at", None),
                        ("checked_by", None),
                    ),
                    _connector="OR",
                ),
                name="registration_checked_has_actor",
            ),
        ),
        migrations.AddConstraint(
            model_name="registrationlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "withdrawn"),
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                    ),
                    models.Q(
                        models.Q(("state", "withdrawn"), _negated=True),
                        ("withdrawn_at", None),
                        ("withdrawn_by", None),
                    ),
                    _connector="OR",
                ),
                name="registration_withdrawn_has_actor",
            ),
        ),
        migrations.AddConstraint(
            model_name="registrationlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("rejected", "withdrawn")), _negated=True),
                    models.Q(("state_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="registration_refusal_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="registrationlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("waiting", "approved")), _negated=True),
                    ("sent_version", models.F("version")),
                    _connector="OR",
                ),
                name="registration_stands_as_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="registrationlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checked_by", None),
                    models.Q(("checked_by", models.F("sent_by")), _negated=True),
                    _connector="OR",
                ),
                name="registration_checked_by_another",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="registrationlist",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    SELECT count(*) INTO affected FROM new_rows;\n    IF affected = 0 THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    IF affected > 100 THEN\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'batch', TG_TABLE_NAME, NULL, affected, NULL,\n               jsonb_build_object('first', min(id), 'last', max(id)) FROM new_rows;\n    ELSE\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'insert', TG_TABLE_NAME, id, 1, NULL,\n               core_journal_mask(to_jsonb(new_rows), masked) FROM new_rows;\n    END IF;\n    RETURN NULL;\n",
                    hash="5a7931217afa3255078d2ede14ab1b9d7300e6f3",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_journal_insert_862b6",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="criteria_registrationlist",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="registrationlist",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM new_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'update', TG_TABLE_NAME, coalesce(o.id, n.id), 1,\n           core_journal_changed(to_jsonb(n), to_jsonb(o), masked),\n           core_journal_changed(to_jsonb(o), to_jsonb(n), masked)\n    FROM old_rows o FULL JOIN new_rows n ON n.id = o.id  -- a changed key leaves two lines\n    WHERE to_jsonb(o) IS DISTINCT FROM to_jsonb(n);\n    RETURN NULL;\n",
                    hash="ade17ff2466eff2484b425901b77181c0fa72d7b",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_journal_update_c62f8",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="criteria_registrationlist",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="registrationlist",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM old_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'delete', TG_TABLE_NAME, id, 1, core_journal_mask(to_jsonb(old_rows), masked), NULL\n    FROM old_rows;\n    RETURN NULL;\n",
                    hash="afb7c2bcc0d9e2f6feba5da165cdc35aad4380e2",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_journal_delete_ff73f",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="criteria_registrationlist",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.UniqueConstraint(fields=("list", "unit"), name="registration_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="registration",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    SELECT count(*) INTO affected FROM new_rows;\n    IF affected = 0 THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    IF affected > 100 THEN\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'batch', TG_TABLE_NAME, NULL, affected, NULL,\n               jsonb_build_object('first', min(id), 'last', max(id)) FROM new_rows;\n    ELSE\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'insert', TG_TABLE_NAME, id, 1, NULL,\n               core_journal_mask(to_jsonb(new_rows), masked) FROM new_rows;\n    END IF;\n    RETURN NULL;\n",
                    hash="7e9717e8cf7ea7e429ecf0f41b4434b1600b8bad",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_journal_insert_027b4",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="criteria_registration",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="registration",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM new_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'update', TG_TABLE_NAME, coalesce(o.id, n.id), 1,\n           core_journal_changed(to_jsonb(n), to_jsonb(o), masked),\n           core_journal_changed(to_jsonb(o), to_jsonb(n), masked)\n    FROM old_rows o FULL JOIN new_rows n ON n.id = o.id  -- a changed key leaves two lines\n    WHERE to_jsonb(o) IS DISTINCT FROM to_jsonb(n);\n    RETURN NULL;\n",
                    hash="ddc0fb76ccb64d2d94f4f515c00a7e4aaab3d97b",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_journal_update_c49dd",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="criteria_registration",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="registration",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM old_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'delete', TG_TABLE_NAME, id, 1, core_journal_mask(to_jsonb(old_rows), masked), NULL\n    FROM old_rows;\n    RETURN NULL;\n",
                    hash="86480d207062762c3e38f09f5e754f669f0cbd99",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_journal_delete_db44a",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="criteria_registration",
                    when="AFTER",
                ),
            ),
        ),
    ]
