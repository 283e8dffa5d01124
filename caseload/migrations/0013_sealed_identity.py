"""Who someone was can be sealed."""

import django.db.models.deletion
from django.db import migrations, models

from caseload.grants import SEALED
from ccis.access.grants import narrow


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_seals"),
        ("caseload", "0012_contact_needs"),
    ]

    operations = [
        migrations.CreateModel(
            name="SealedIdentity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("adoption", "Adoption"),
                            ("gender", "Gender recognition"),
                            ("protected", "Protected person"),
                        ],
                        max_length=9,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "sealed identities",
            },
        ),
        migrations.AlterModelOptions(
            name="youngperson",
            options={
                "permissions": [
                    ("open_restricted_record", "May open this restricted record"),
                    ("see_sealed_identity", "May see the sealed identity of this person"),
                ],
                "verbose_name_plural": "young people",
            },
        ),
        migrations.AddField(
            model_name="identifier",
            name="sealed",
            field=models.ForeignKey(
                db_index=False,
                help_text="The change that sealed it: from then on only named people see it",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="audit.change",
            ),
        ),
        migrations.AddField(
            model_name="name",
            name="sealed",
            field=models.ForeignKey(
                db_index=False,
                help_text="The change that sealed it: from then on only named people see it",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="audit.change",
            ),
        ),
        migrations.AddField(
            model_name="particulars",
            name="sealed",
            field=models.ForeignKey(
                db_index=False,
                help_text="The change that sealed it: from then on only named people see it",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="audit.change",
            ),
        ),
        migrations.AddIndex(
            model_name="identifier",
            index=models.Index(
                condition=models.Q(("sealed__isnull", False)),
                fields=["person"],
                name="identifier_sealed",
            ),
        ),
        migrations.AddIndex(
            model_name="name",
            index=models.Index(
                condition=models.Q(("sealed__isnull", False)), fields=["person"], name="name_sealed"
            ),
        ),
        migrations.AddIndex(
            model_name="particulars",
            index=models.Index(
                condition=models.Q(("sealed__isnull", False)),
                fields=["person"],
                name="particulars_sealed",
            ),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sealed", None), ("superseded__isnull", False), _connector="OR"
                ),
                name="identifier_sealed_is_not_believed",
            ),
        ),
        migrations.AddConstraint(
            model_name="name",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sealed", None), ("superseded__isnull", False), _connector="OR"
                ),
                name="name_sealed_is_not_believed",
            ),
        ),
        migrations.AddConstraint(
            model_name="particulars",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sealed", None), ("superseded__isnull", False), _connector="OR"
                ),
                name="particulars_sealed_is_not_believed",
            ),
        ),
        migrations.AddField(
            model_name="sealedidentity",
            name="change",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="audit.change"
            ),
        ),
        migrations.AddField(
            model_name="sealedidentity",
            name="lifted",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="audit.change",
            ),
        ),
        migrations.AddField(
            model_name="sealedidentity",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="caseload.youngperson",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedidentity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lifted", None), ("lifted__gt", models.F("change")), _connector="OR"
                ),
                name="seal_is_lifted_by_a_later_change",
            ),
        ),
        *narrow(SEALED),
    ]
