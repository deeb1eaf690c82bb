from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("units", "0010_council"),
    ]

    operations = [
        migrations.AlterField(
            model_name="appointment",
            name="role",
            field=models.CharField(
                choices=[
                    ("commune_officer", "commune officer for culture and society"),
                    ("commune_leader", "leader of the commune"),
                    (
                        "commune_study_officer",
                        "officer of the commune's Association for Learning Promotion",
                    ),
                    ("leader", "leader who signs"),
                    ("registrar", "registrar, who numbers and issues"),
                    ("hamlet_head", "head of the hamlet"),
                    ("organisation_officer", "officer of an organisation"),
                    ("emulation_officer", "emulation officer of the Department of Home Affairs"),
                    ("education_officer", "officer of the Department of Education and Training"),
                    (
                        "study_officer",
                        "officer of the provincial Association for Learning Promotion",
                    ),
                    (
                        "council_secretary",
                        "secretary of the Council for emulation and commendation",
                    ),
                    ("council_member", "member of the Council for emulation and commendation"),
                    ("observer", "observer, reads only"),
                    ("administrator", "administrator"),
                ],
                max_length=30,
                verbose_name="role",
            ),
        ),
    ]
