from django.db import migrations, models

PURPOSES = [
    ("support", "Help for someone who is not in education, training or work"),
    ("at-risk", "Help for someone in learning who may drop out"),
    ("confirm", "Finding out what someone is doing"),
    ("school", "A place at a school or college"),
    ("department", "Help from another part of the council"),
    ("enrolment", "Telling a school or college about someone who enrols there"),
]


class Migration(migrations.Migration):
    """Sharing at enrolment is a purpose of its own (LDOR-09)."""

    dependencies = [("triage", "0002_grants")]

    operations = [
        migrations.AlterField(
            model_name="strand",
            name="purpose",
            field=models.CharField(choices=PURPOSES, max_length=10),
        ),
        migrations.AlterField(
            model_name="choice",
            name="purpose",
            field=models.CharField(blank=True, choices=PURPOSES, max_length=10),
        ),
    ]
