import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

# The steps that meetings took until now, as the journal has them.
FROM_JOURNAL = """
    INSERT INTO awards_meetingevent (meeting_id, transition, source, target, user_id, unit_name,
                                     reason, at)
    SELECT entry.row_id, split_part(entry.act, '.', 2), entry.before->>'state',
           entry.after->>'state', entry.actor_id, '', entry.reason, entry.at
    FROM core_journalentry entry
    JOIN awards_meeting meeting ON meeting.id = entry.row_id
    JOIN accounts_user person ON person.id = entry.actor_id
    WHERE entry.subject = 'awards_meeting' AND entry.op = 'update' AND entry.act LIKE 'meeting.%'
        AND entry.before ? 'state' AND entry.after ? 'state'
    ORDER BY entry.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("awards", "0012_given_form"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="consultationevent",
            name="unit_name",
            field=models.CharField(blank=True, max_length=200, verbose_name="acting for"),
        ),
        migrations.AlterField(
            model_name="award",
            name="corrected",
            field=models.CharField(blank=True, max_length=300, verbose_name="corrected name"),
        ),
        migrations.AlterField(
            model_name="award",
            name="name",
            field=models.CharField(blank=True, max_length=300, verbose_name="name on the paper"),
        ),
        migrations.AlterField(
            model_name="certificate",
            name="name",
            field=models.CharField(max_length=300, verbose_name="name on the paper"),
        ),
        migrations.AlterField(
            model_name="correctedline",
            name="before",
            field=models.CharField(max_length=300, verbose_name="name until then"),
        ),
        migrations.AlterField(
            model_name="correctedline",
            name="name",
            field=models.CharField(max_length=300, verbose_name="name from now on"),
        ),
        migrations.CreateModel(
            name="MeetingEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("transition", models.CharField(max_length=30, verbose_name="step")),
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
                    "source",
                    models.CharField(
                        choices=[
                            ("planned", "being prepared"),
                            ("invited", "invitations are out"),
                            ("open", "in session"),
                            ("closed", "concluded"),
                            ("cancelled", "cancelled"),
                        ],
                        max_length=10,
                        verbose_name="from",
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("planned", "being prepared"),
                            ("invited", "invitations are out"),
                            ("open", "in session"),
                            ("closed", "concluded"),
                            ("cancelled", "cancelled"),
                        ],
                        max_length=10,
                        verbose_name="to",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="awards.meeting",
                        verbose_name="meeting",
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
                "verbose_name": "step of a meeting",
                "verbose_name_plural": "steps of meetings",
                "ordering": ["pk"],
                "abstract": False,
            },
        ),
        migrations.RunSQL(FROM_JOURNAL, migrations.RunSQL.noop),
    ]
