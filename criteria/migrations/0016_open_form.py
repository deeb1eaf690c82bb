from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("criteria", "0015_managers"),
    ]

    operations = [
        migrations.AddField(
            model_name="awardform",
            name="is_open",
            field=models.BooleanField(
                default=False,
                help_text="Who decides chooses the form that is given.",
                verbose_name="leaves open which form",
            ),
        ),
    ]
