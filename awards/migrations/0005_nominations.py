"""Nominations and the papers that carry them; quotas, terms, restrictions."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("awards", "0004_award_form"),
        ("campaign", "0008_entry_key"),
        ("core", "0010_job_item_seen"),
        ("criteria", "0014_another_office"),
        ("units", "0009_leaders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Nomination",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(db_collation="C", max_length=200, verbose_name="path")),
                (
                    "period",
                    django.contrib.postgres.fields.ranges.DateRangeField(
                        verbose_name="achievement period"
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True, max_length=1000, verbose_name="summary of the achievements"
                    ),
                ),
                ("general", models.TextField(blank=True, verbose_name="general information")),
                ("achievements", models.TextField(blank=True, verbose_name="achievements")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("sent", "sent"),
                            ("received", "received"),
                            ("returned", "returned for completion"),
                            ("appraised", "appraised"),
                            ("council", "before the Council"),
                            ("passed", "voted for"),
                            ("failed", "voted down"),
                            ("decided", "decided"),
                            ("revoked", "decision revoked"),
                            ("withdrawn", "withdrawn from consideration"),
                            ("dropped", "not considered"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("state_reason", models.TextField(blank=True, verbose_name="reason of the state")),
                (
                    "unrestricted_at",
                    models.DateTimeField(null=True, verbose_name="stated to be unrestricted at"),
                ),
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
                ("appraised_at", models.DateTimeField(null=True, verbose_name="appraised at")),
                ("appraisal", models.TextField(blank=True, verbose_name="word of the appraisal")),
                (
                    "returned_version",
                    models.PositiveIntegerField(
                        default=0, verbose_name="version that was returned"
                    ),
                ),
                (
                    "appraised_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="appraised by",
                    ),
                ),
                (
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="begun by",
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nominations",
                        to="criteria.awardform",
                        verbose_name="form of commendation",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                        verbose_name="office that has it",
                    ),
                ),
                (
                    "phase",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaign.phase",
                        verbose_name="phase",
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.placement",
                        verbose_name="state of the subject",
                    ),
                ),
                (
                    "proposer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposed",
                        to="units.unit",
                        verbose_name="proposed by",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaign.round",
                        verbose_name="round",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nominations",
                        to="units.unit",
                        verbose_name="subject",
                    ),
                ),
                (
                    "unrestricted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="stated to be unrestricted by",
                    ),
                ),
            ],
            options={
                "verbose_name": "nomination",
                "verbose_name_plural": "nominations",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="EarlierAward",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=300, verbose_name="form of commendation")),
                (
                    "decision_number",
                    models.CharField(
                        max_length=60, verbose_name="number and symbol of the decision"
                    ),
                ),
                ("decided_on", models.DateField(verbose_name="day of the decision")),
                ("decided_by", models.CharField(max_length=300, verbose_name="issued by")),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="earlier_awards",
                        to="awards.nomination",
                        verbose_name="nomination",
                    ),
                ),
            ],
            options={
                "verbose_name": "earlier commendation",
                "verbose_name_plural": "earlier commendations",
                "ordering": ["-decided_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="NominationEvent",
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
                            ("draft", "draft"),
                            ("sent", "sent"),
                            ("received", "received"),
                            ("returned", "returned for completion"),
                            ("appraised", "appraised"),
                            ("council", "before the Council"),
                            ("passed", "voted for"),
                            ("failed", "voted down"),
                            ("decided", "decided"),
                            ("revoked", "decision revoked"),
                            ("withdrawn", "withdrawn from consideration"),
                            ("dropped", "not considered"),
                        ],
                        max_length=10,
                        verbose_name="from",
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("sent", "sent"),
                            ("received", "received"),
                            ("returned", "returned for completion"),
                            ("appraised", "appraised"),
                            ("council", "before the Council"),
                            ("passed", "voted for"),
                            ("failed", "voted down"),
                            ("decided", "decided"),
                            ("revoked", "decision revoked"),
                            ("withdrawn", "withdrawn from consideration"),
                            ("dropped", "not considered"),
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
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="at"
                    ),
                ),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="awards.nomination",
                        verbose_name="nomination",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a nomination",
                "verbose_name_plural": "steps of nominations",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="NominationEvidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("removed_at", models.DateTimeField(null=True, verbose_name="removed at")),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                        verbose_name="file",
                    ),
                ),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="awards.nomination",
                        verbose_name="nomination",
                    ),
                ),
                (
                    "removed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="removed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "piece of evidence",
                "verbose_name_plural": "evidence",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Quota",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("number", models.PositiveIntegerField(verbose_name="at most")),
                ("basis", models.CharField(max_length=300, verbose_name="by")),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="entered at",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotas",
                        to="criteria.awardform",
                        verbose_name="form of commendation",
                    ),
                ),
                (
                    "phase",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaign.phase",
                        verbose_name="phase",
                    ),
                ),
                (
                    "proposer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotas",
                        to="units.unit",
                        verbose_name="proposing unit",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaign.round",
                        verbose_name="round",
                    ),
                ),
            ],
            options={
                "verbose_name": "quota",
                "verbose_name_plural": "quotas",
            },
        ),
        migrations.CreateModel(
            name="Restriction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(db_collation="C", max_length=200, verbose_name="path")),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("discipline", "discipline is being considered or in force"),
                            (
                                "inquiry",
                                "investigated, inspected or audited with signs of a breach",
                            ),
                            ("complaint", "a complaint or denunciation is being verified"),
                            ("press", "something adverse in the press is being verified"),
                        ],
                        max_length=12,
                        verbose_name="ground",
                    ),
                ),
                ("document", models.CharField(max_length=300, verbose_name="document")),
                (
                    "period",
                    django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="in force"),
                ),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="entered at",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                        verbose_name="file",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restrictions",
                        to="units.unit",
                        verbose_name="subject",
                    ),
                ),
            ],
            options={
                "verbose_name": "restriction",
                "verbose_name_plural": "restrictions",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(db_collation="C", max_length=200, verbose_name="path")),
                (
                    "number",
                    models.CharField(blank=True, max_length=60, verbose_name="number and symbol"),
                ),
                ("dated", models.DateField(blank=True, null=True, verbose_name="day of the paper")),
                ("note", models.TextField(blank=True, verbose_name="what is to be said besides")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("signed", "signed off"),
                            ("sent", "sent"),
                            ("received", "received"),
                            ("returned", "returned for completion"),
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
                ("signed_at", models.DateTimeField(null=True, verbose_name="signed off at")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent at")),
                ("received_on", models.DateField(null=True, verbose_name="received on")),
                (
                    "returned_version",
                    models.PositiveIntegerField(
                        default=0, verbose_name="version that was returned"
                    ),
                ),
                (
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="begun by",
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="criteria.awardform",
                        verbose_name="form of commendation",
                    ),
                ),
                (
                    "phase",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaign.phase",
                        verbose_name="phase",
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.placement",
                        verbose_name="state of the sender",
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="received by",
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        help_text="From the route, at the moment of sending.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                        verbose_name="received by the office",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaign.round",
                        verbose_name="round",
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="units.unit",
                        verbose_name="from",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent by",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="signed off by",
                    ),
                ),
            ],
            options={
                "verbose_name": "submission",
                "verbose_name_plural": "submissions",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="SubmissionEvent",
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
                            ("draft", "draft"),
                            ("signed", "signed off"),
                            ("sent", "sent"),
                            ("received", "received"),
                            ("returned", "returned for completion"),
                        ],
                        max_length=10,
                        verbose_name="from",
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("signed", "signed off"),
                            ("sent", "sent"),
                            ("received", "received"),
                            ("returned", "returned for completion"),
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
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="at"
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="awards.submission",
                        verbose_name="submission",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a submission",
                "verbose_name_plural": "steps of submissions",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="SubmissionFile",
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
                            ("minutes", "minutes of the meeting that considered the commendation"),
                            ("other", "other paper"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                        verbose_name="file",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="awards.submission",
                        verbose_name="submission",
                    ),
                ),
            ],
            options={
                "verbose_name": "paper of a submission",
                "verbose_name_plural": "papers of submissions",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="SubmissionLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveIntegerField(verbose_name="order")),
                (
                    "prior_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("draft", "draft"),
                            ("sent", "sent"),
                            ("received", "received"),
                            ("returned", "returned for completion"),
                            ("appraised", "appraised"),
                            ("council", "before the Council"),
                            ("passed", "voted for"),
                            ("failed", "voted down"),
                            ("decided", "decided"),
                            ("revoked", "decision revoked"),
                            ("withdrawn", "withdrawn from consideration"),
                            ("dropped", "not considered"),
                        ],
                        max_length=10,
                        verbose_name="state before",
                    ),
                ),
                (
                    "nomination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="awards.nomination",
                        verbose_name="nomination",
                    ),
                ),
                (
                    "prior_office",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                        verbose_name="office before",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="awards.submission",
                        verbose_name="submission",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a submission",
                "verbose_name_plural": "lines of submissions",
                "ordering": ["order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                        verbose_name="kind of office",
                    ),
                ),
                ("working_days", models.PositiveSmallIntegerField(verbose_name="working days")),
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
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="terms",
                        to="criteria.awardform",
                        verbose_name="form of commendation",
                    ),
                ),
            ],
            options={
                "verbose_name": "term",
                "verbose_name_plural": "terms",
            },
        ),
        migrations.AddIndex(
            model_name="nomination",
            index=models.Index(fields=["path", "state"], name="nomination_path"),
        ),
        migrations.AddIndex(
            model_name="nomination",
            index=models.Index(fields=["office", "state"], name="nomination_office"),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ("failed", "revoked", "withdrawn", "dropped")), _negated=True
                ),
                fields=("unit", "form", "round", "phase"),
                name="nomination_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("phase", None), ("round__isnull", False)),
                    models.Q(("phase__isnull", False), ("round", None)),
                    _connector="OR",
                ),
                name="nomination_of_round_or_phase",
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("draft", "withdrawn")),
                    models.Q(("office__isnull", False), ("sent_at__isnull", False)),
                    _connector="OR",
                ),
                name="nomination_sent_has_office",
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("unrestricted_at", None), ("unrestricted_by", None)),
                    models.Q(
                        ("unrestricted_at__isnull", False), ("unrestricted_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="nomination_statement_has_actor",
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "appraised"), _negated=True),
                    models.Q(("appraised_at__isnull", False), ("appraised_by__isnull", False)),
                    _connector="OR",
                ),
                name="nomination_appraised_has_actor",
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("returned", "withdrawn", "dropped")), _negated=True),
                    models.Q(("state_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="nomination_refusal_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("office", None),
                    models.Q(("office", models.F("unit")), _negated=True),
                    _connector="OR",
                ),
                name="nomination_with_another_office",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="nomination",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    SELECT count(*) INTO affected FROM new_rows;\n    IF affected = 0 THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    IF affected > 100 THEN\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'batch', TG_TABLE_NAME, NULL, affected, NULL,\n               jsonb_build_object('first', min(id), 'last', max(id)) FROM new_rows;\n    ELSE\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'insert', TG_TABLE_NAME, id, 1, NULL,\n               core_journal_mask(to_jsonb(new_rows), masked) FROM new_rows;\n    END IF;\n    RETURN NULL;\n",
                    hash="c23739f692193d36b09b80c06a7d03946747d212",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_journal_insert_7f07e",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="awards_nomination",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="nomination",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM new_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'update', TG_TABLE_NAME, coalesce(o.id, n.id), 1,\n           core_journal_changed(to_jsonb(n), to_jsonb(o), masked),\n           core_journal_changed(to_jsonb(o), to_jsonb(n), masked)\n    FROM old_rows o FULL JOIN new_rows n ON n.id = o.id  -- a changed key leaves two lines\n    WHERE to_jsonb(o) IS DISTINCT FROM to_jsonb(n);\n    RETURN NULL;\n",
                    hash="c066fbcc3caf6db3f5192341ac68164592d2162b",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_journal_update_2f9fe",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="awards_nomination",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="nomination",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM old_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'delete', TG_TABLE_NAME, id, 1, core_journal_mask(to_jsonb(old_rows), masked), NULL\n    FROM old_rows;\n    RETURN NULL;\n",
                    hash="a318a472ec634866765ac6a98d9ec68f8ad367c8",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_journal_delete_5c97f",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="awards_nomination",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="earlieraward",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    SELECT count(*) INTO affected FROM new_rows;\n    IF affected = 0 THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    IF affected > 100 THEN\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'batch', TG_TABLE_NAME, NULL, affected, NULL,\n               jsonb_build_object('first', min(id), 'last', max(id)) FROM new_rows;\n    ELSE\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'insert', TG_TABLE_NAME, id, 1, NULL,\n               core_journal_mask(to_jsonb(new_rows), masked) FROM new_rows;\n    END IF;\n    RETURN NULL;\n",
                    hash="58ab0ec8e176bd695e851a94c838001aaaab1ea6",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_journal_insert_fe4d5",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="awards_earlieraward",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="earlieraward",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM new_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'update', TG_TABLE_NAME, coalesce(o.id, n.id), 1,\n           core_journal_changed(to_jsonb(n), to_jsonb(o), masked),\n           core_journal_changed(to_jsonb(o), to_jsonb(n), masked)\n    FROM old_rows o FULL JOIN new_rows n ON n.id = o.id  -- a changed key leaves two lines\n    WHERE to_jsonb(o) IS DISTINCT FROM to_jsonb(n);\n    RETURN NULL;\n",
                    hash="6dbc06b31b87c6418913fa0c74cd26a513c3fc8c",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_journal_update_adc5d",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="awards_earlieraward",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="earlieraward",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM old_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'delete', TG_TABLE_NAME, id, 1, core_journal_mask(to_jsonb(old_rows), masked), NULL\n    FROM old_rows;\n    RETURN NULL;\n",
                    hash="d81ec8dd48b0c2021f292db15c3e42aa53a2487b",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_journal_delete_588cf",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="awards_earlieraward",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="nominationevidence",
            constraint=models.UniqueConstraint(
                fields=("nomination", "file"), name="nomination_evidence_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="nominationevidence",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    SELECT count(*) INTO affected FROM new_rows;\n    IF affected = 0 THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    IF affected > 100 THEN\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'batch', TG_TABLE_NAME, NULL, affected, NULL,\n               jsonb_build_object('first', min(id), 'last', max(id)) FROM new_rows;\n    ELSE\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'insert', TG_TABLE_NAME, id, 1, NULL,\n               core_journal_mask(to_jsonb(new_rows), masked) FROM new_rows;\n    END IF;\n    RETURN NULL;\n",
                    hash="6211f353b15d2db9da8b1e13e98175016efc27b3",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_journal_insert_63763",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="awards_nominationevidence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="nominationevidence",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM new_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'update', TG_TABLE_NAME, coalesce(o.id, n.id), 1,\n           core_journal_changed(to_jsonb(n), to_jsonb(o), masked),\n           core_journal_changed(to_jsonb(o), to_jsonb(n), masked)\n    FROM old_rows o FULL JOIN new_rows n ON n.id = o.id  -- a changed key leaves two lines\n    WHERE to_jsonb(o) IS DISTINCT FROM to_jsonb(n);\n    RETURN NULL;\n",
                    hash="3568cff3e4e6fa9a820ae7f07b5cc2e61dd888db",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_journal_update_8436d",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="awards_nominationevidence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="nominationevidence",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM old_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'delete', TG_TABLE_NAME, id, 1, core_journal_mask(to_jsonb(old_rows), masked), NULL\n    FROM old_rows;\n    RETURN NULL;\n",
                    hash="776ca4f46105ec4633daa74f8f6a378dc6b3a813",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_journal_delete_8d976",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="awards_nominationevidence",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="quota",
            constraint=models.UniqueConstraint(
                fields=("form", "round", "phase", "proposer", "group"),
                name="quota_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="quota",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("phase", None), ("round__isnull", False)),
                    models.Q(("phase__isnull", False), ("round", None)),
                    _connector="OR",
                ),
                name="quota_of_round_or_phase",
            ),
        ),
        migrations.AddConstraint(
            model_name="quota",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis", ""), _negated=True), name="quota_has_basis"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="quota",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    SELECT count(*) INTO affected FROM new_rows;\n    IF affected = 0 THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    IF affected > 100 THEN\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'batch', TG_TABLE_NAME, NULL, affected, NULL,\n               jsonb_build_object('first', min(id), 'last', max(id)) FROM new_rows;\n    ELSE\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'insert', TG_TABLE_NAME, id, 1, NULL,\n               core_journal_mask(to_jsonb(new_rows), masked) FROM new_rows;\n    END IF;\n    RETURN NULL;\n",
                    hash="cb029591877dc1a11a7fd27f2d2d062efcaf596e",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_journal_insert_db961",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="awards_quota",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="quota",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM new_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'update', TG_TABLE_NAME, coalesce(o.id, n.id), 1,\n           core_journal_changed(to_jsonb(n), to_jsonb(o), masked),\n           core_journal_changed(to_jsonb(o), to_jsonb(n), masked)\n    FROM old_rows o FULL JOIN new_rows n ON n.id = o.id  -- a changed key leaves two lines\n    WHERE to_jsonb(o) IS DISTINCT FROM to_jsonb(n);\n    RETURN NULL;\n",
                    hash="0bdb727c655d7bd3527a0b6eaf8374375202fe63",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_journal_update_5542d",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="awards_quota",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="quota",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM old_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'delete', TG_TABLE_NAME, id, 1, core_journal_mask(to_jsonb(old_rows), masked), NULL\n    FROM old_rows;\n    RETURN NULL;\n",
                    hash="b1e3c6b90cc65149b87440062d3cabdbd208822a",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_journal_delete_5dc6d",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="awards_quota",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="restriction",
            index=models.Index(fields=["unit"], name="restriction_unit"),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(("document", ""), _negated=True), name="restriction_has_document"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="restriction",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    SELECT count(*) INTO affected FROM new_rows;\n    IF affected = 0 THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    IF affected > 100 THEN\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'batch', TG_TABLE_NAME, NULL, affected, NULL,\n               jsonb_build_object('first', min(id), 'last', max(id)) FROM new_rows;\n    ELSE\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'insert', TG_TABLE_NAME, id, 1, NULL,\n               core_journal_mask(to_jsonb(new_rows), masked) FROM new_rows;\n    END IF;\n    RETURN NULL;\n",
                    hash="b37507d6b9fa22f91edf26b64451939f11380f26",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_journal_insert_8f95d",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="awards_restriction",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="restriction",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM new_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'update', TG_TABLE_NAME, coalesce(o.id, n.id), 1,\n           core_journal_changed(to_jsonb(n), to_jsonb(o), masked),\n           core_journal_changed(to_jsonb(o), to_jsonb(n), masked)\n    FROM old_rows o FULL JOIN new_rows n ON n.id = o.id  -- a changed key leaves two lines\n    WHERE to_jsonb(o) IS DISTINCT FROM to_jsonb(n);\n    RETURN NULL;\n",
                    hash="b3b1f399c08aa81831cafd1fc393237aa1f4bc40",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_journal_update_774f6",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="awards_restriction",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="restriction",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM old_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'delete', TG_TABLE_NAME, id, 1, core_journal_mask(to_jsonb(old_rows), masked), NULL\n    FROM old_rows;\n    RETURN NULL;\n",
                    hash="0158c74ef0b36a24a31cf5d07cd218eb2e2b9a56",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_journal_delete_8e0ba",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="awards_restriction",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(fields=["path"], name="submission_path"),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(fields=["receiver", "state"], name="submission_receiver"),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("phase", None), ("round__isnull", False)),
                    models.Q(("phase__isnull", False), ("round", None)),
                    _connector="OR",
                ),
                name="submission_of_round_or_phase",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("signed_at", None),
                        ("signed_by", None),
                        models.Q(("state", "signed"), _negated=True),
                    ),
                    models.Q(("signed_at__isnull", False), ("signed_by__isnull", False)),
                    _connector="OR",
                ),
                name="submission_signed_has_actor",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("draft", "signed")),
                    models.Q(
                        ("receiver__isnull", False),
                        ("sent_at__isnull", False),
                        ("sent_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="submission_sent_has_actor",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "received"), _negated=True),
                    models.Q(("received_by__isnull", False), ("received_on__isnull", False)),
                    _connector="OR",
                ),
                name="submission_received_has_actor",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "returned"), _negated=True),
                    models.Q(("state_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="submission_return_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("receiver", None),
                    models.Q(("receiver", models.F("sender")), _negated=True),
                    _connector="OR",
                ),
                name="submission_to_another_office",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("signed_by", None),
                    models.Q(("signed_by", models.F("begun_by")), _negated=True),
                    _connector="OR",
                ),
                name="submission_signed_by_another",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="submission",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    SELECT count(*) INTO affected FROM new_rows;\n    IF affected = 0 THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    IF affected > 100 THEN\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'batch', TG_TABLE_NAME, NULL, affected, NULL,\n               jsonb_build_object('first', min(id), 'last', max(id)) FROM new_rows;\n    ELSE\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'insert', TG_TABLE_NAME, id, 1, NULL,\n               core_journal_mask(to_jsonb(new_rows), masked) FROM new_rows;\n    END IF;\n    RETURN NULL;\n",
                    hash="8effa27f94c65e2c2f54ca14c7c18d1ddd3126f9",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_journal_insert_7a70a",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="awards_submission",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="submission",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM new_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'update', TG_TABLE_NAME, coalesce(o.id, n.id), 1,\n           core_journal_changed(to_jsonb(n), to_jsonb(o), masked),\n           core_journal_changed(to_jsonb(o), to_jsonb(n), masked)\n    FROM old_rows o FULL JOIN new_rows n ON n.id = o.id  -- a changed key leaves two lines\n    WHERE to_jsonb(o) IS DISTINCT FROM to_jsonb(n);\n    RETURN NULL;\n",
                    hash="6714faae01330a0c9284f77dbea475626b7c61bb",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_journal_update_d9ead",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="awards_submission",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="submission",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM old_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'delete', TG_TABLE_NAME, id, 1, core_journal_mask(to_jsonb(old_rows), masked), NULL\n    FROM old_rows;\n    RETURN NULL;\n",
                    hash="7ec27902dad153f201d84a14d6fbb025de7bdc99",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_journal_delete_104fd",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="awards_submission",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="submissionfile",
            constraint=models.UniqueConstraint(
                fields=("submission", "file"), name="submission_file_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="submissionfile",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    SELECT count(*) INTO affected FROM new_rows;\n    IF affected = 0 THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    IF affected > 100 THEN\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'batch', TG_TABLE_NAME, NULL, affected, NULL,\n               jsonb_build_object('first', min(id), 'last', max(id)) FROM new_rows;\n    ELSE\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'insert', TG_TABLE_NAME, id, 1, NULL,\n               core_journal_mask(to_jsonb(new_rows), masked) FROM new_rows;\n    END IF;\n    RETURN NULL;\n",
                    hash="ac4e21f6148a9b9962bdc2b6dd9158e3a435b330",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_journal_insert_4cb28",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="awards_submissionfile",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="submissionfile",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM new_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'update', TG_TABLE_NAME, coalesce(o.id, n.id), 1,\n           core_journal_changed(to_jsonb(n), to_jsonb(o), masked),\n           core_journal_changed(to_jsonb(o), to_jsonb(n), masked)\n    FROM old_rows o FULL JOIN new_rows n ON n.id = o.id  -- a changed key leaves two lines\n    WHERE to_jsonb(o) IS DISTINCT FROM to_jsonb(n);\n    RETURN NULL;\n",
                    hash="55ff662876fa50709e66389b51480d157482f5db",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_journal_update_4a949",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="awards_submissionfile",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="submissionfile",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM old_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'delete', TG_TABLE_NAME, id, 1, core_journal_mask(to_jsonb(old_rows), masked), NULL\n    FROM old_rows;\n    RETURN NULL;\n",
                    hash="2ad36c73c02f62d0a34b79ac8f379434a5bb08ee",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_journal_delete_db02d",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="awards_submissionfile",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="submissionline",
            constraint=models.UniqueConstraint(
                fields=("submission", "nomination"), name="submission_line_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="submissionline",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    SELECT count(*) INTO affected FROM new_rows;\n    IF affected = 0 THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    IF affected > 100 THEN\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'batch', TG_TABLE_NAME, NULL, affected, NULL,\n               jsonb_build_object('first', min(id), 'last', max(id)) FROM new_rows;\n    ELSE\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'insert', TG_TABLE_NAME, id, 1, NULL,\n               core_journal_mask(to_jsonb(new_rows), masked) FROM new_rows;\n    END IF;\n    RETURN NULL;\n",
                    hash="82f7475b2258e327bbd97c767b6867716ddefad2",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_journal_insert_24ac4",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="awards_submissionline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="submissionline",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM new_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'update', TG_TABLE_NAME, coalesce(o.id, n.id), 1,\n           core_journal_changed(to_jsonb(n), to_jsonb(o), masked),\n           core_journal_changed(to_jsonb(o), to_jsonb(n), masked)\n    FROM old_rows o FULL JOIN new_rows n ON n.id = o.id  -- a changed key leaves two lines\n    WHERE to_jsonb(o) IS DISTINCT FROM to_jsonb(n);\n    RETURN NULL;\n",
                    hash="d15b0366c6ff7a03f96cdd7287aa04ee265a35bc",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_journal_update_ef0bf",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="awards_submissionline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="submissionline",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM old_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'delete', TG_TABLE_NAME, id, 1, core_journal_mask(to_jsonb(old_rows), masked), NULL\n    FROM old_rows;\n    RETURN NULL;\n",
                    hash="d22e52127d975d8afc6792442ec7a06ca6dc6323",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_journal_delete_350a0",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="awards_submissionline",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="term",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("form", "="), ("office_kind", "="), ("period", "&&")],
                name="term_once_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="term",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis", ""), _negated=True), name="term_has_basis"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="term",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    SELECT count(*) INTO affected FROM new_rows;\n    IF affected = 0 THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    IF affected > 100 THEN\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'batch', TG_TABLE_NAME, NULL, affected, NULL,\n               jsonb_build_object('first', min(id), 'last', max(id)) FROM new_rows;\n    ELSE\n        \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'insert', TG_TABLE_NAME, id, 1, NULL,\n               core_journal_mask(to_jsonb(new_rows), masked) FROM new_rows;\n    END IF;\n    RETURN NULL;\n",
                    hash="2b1da12ce145231fb91d080c4814e46aa2cc1af5",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_journal_insert_f602d",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="awards_term",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="term",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM new_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'update', TG_TABLE_NAME, coalesce(o.id, n.id), 1,\n           core_journal_changed(to_jsonb(n), to_jsonb(o), masked),\n           core_journal_changed(to_jsonb(o), to_jsonb(n), masked)\n    FROM old_rows o FULL JOIN new_rows n ON n.id = o.id  -- a changed key leaves two lines\n    WHERE to_jsonb(o) IS DISTINCT FROM to_jsonb(n);\n    RETURN NULL;\n",
                    hash="d5044961b8fa33806a0e46269a1a8cc031fdd965",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_journal_update_41d89",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="awards_term",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="term",
            trigger=pgtrigger.compiler.Trigger(
                name="journal_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE context jsonb := nullif(current_setting('thidua.context', true), '')::jsonb; affected bigint; masked text[] := ARRAY[]::text[];",
                    func="\n    IF NOT EXISTS (SELECT 1 FROM old_rows) THEN RETURN NULL; END IF;\n    \n    IF context IS NULL THEN\n        RAISE EXCEPTION 'journal: % on % without an act', TG_OP, TG_TABLE_NAME\n            USING ERRCODE = 'check_violation';\n    END IF;\n\n    \n    INSERT INTO core_journalentry (act, reason, actor_id, behalf_id, op, subject, row_id, rows,\n                                   before, after)\n    SELECT context->>'act', context->>'reason', (context->>'actor')::bigint,\n           (context->>'behalf')::bigint,\n 'delete', TG_TABLE_NAME, id, 1, core_journal_mask(to_jsonb(old_rows), masked), NULL\n    FROM old_rows;\n    RETURN NULL;\n",
                    hash="2f75028d2f703cdd4ca74e7a3ea165bfbd827c12",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_journal_delete_9f219",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="awards_term",
                    when="AFTER",
                ),
            ),
        ),
    ]
