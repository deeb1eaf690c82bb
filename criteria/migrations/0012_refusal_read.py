import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("criteria", "0011_criterion_register"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="recognition",
            name="refusal_seen_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="rejection read by",
            ),
        ),
        migrations.AddField(
            model_name="recognition",
            name="refusal_seen_at",
            field=models.DateTimeField(null=True, verbose_name="rejection read at"),
        ),
        migrations.AddConstraint(
            model_name="recognition",
            constraint=models.CheckConstraint(
                condition=models.Q(refusal_seen_by=None, refusal_seen_at=None)
                | models.Q(
                    state="rejected", refusal_seen_by__isnull=False, refusal_seen_at__isnull=False
                ),
                name="recognition_refusal_read",
            ),
        ),
    ]
