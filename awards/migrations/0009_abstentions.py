from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("awards", "0008_decisions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="vote",
            name="choice",
            field=models.CharField(
                choices=[("for", "in favour"), ("against", "against"), ("abstain", "no opinion")],
                max_length=7,
                verbose_name="vote",
            ),
        ),
        migrations.AlterField(
            model_name="votingrule",
            name="base",
            field=models.CharField(
                choices=[
                    ("all_members", "all members of the Council"),
                    ("present", "the members who take part in the vote"),
                    ("votes_cast", "the votes in favour and against"),
                ],
                max_length=12,
                verbose_name="base of the share",
            ),
        ),
        migrations.AlterField(
            model_name="writtenvote",
            name="choice",
            field=models.CharField(
                blank=True,
                choices=[("for", "in favour"), ("against", "against"), ("abstain", "no opinion")],
                max_length=7,
                verbose_name="vote",
            ),
        ),
    ]
