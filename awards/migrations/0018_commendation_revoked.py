"""A nomination whose commendation was revoked says so, for its decision may stand."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("awards", "0017_decision_numbers"),
    ]

    operations = [
        migrations.AlterField(
            model_name="nomination",
            name="state",
            field=models.CharField(
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
                    ("revoked", "commendation revoked"),
                    ("withdrawn", "withdrawn from consideration"),
                    ("dropped", "not considered"),
                ],
                default="draft",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="nominationevent",
            name="source",
            field=models.CharField(
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
                    ("revoked", "commendation revoked"),
                    ("withdrawn", "withdrawn from consideration"),
                    ("dropped", "not considered"),
                ],
                max_length=10,
                verbose_name="from",
            ),
        ),
        migrations.AlterField(
            model_name="nominationevent",
            name="target",
            field=models.CharField(
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
                    ("revoked", "commendation revoked"),
                    ("withdrawn", "withdrawn from consideration"),
                    ("dropped", "not considered"),
                ],
                max_length=10,
                verbose_name="to",
            ),
        ),
        migrations.AlterField(
            model_name="submissionline",
            name="prior_state",
            field=models.CharField(
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
                    ("revoked", "commendation revoked"),
                    ("withdrawn", "withdrawn from consideration"),
                    ("dropped", "not considered"),
                ],
                max_length=10,
                verbose_name="state before",
            ),
        ),
    ]
