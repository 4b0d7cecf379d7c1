import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import preau.common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("peer", "0003_document_tries"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Print",
            fields=[
                (
                    "submission",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="print",
                        serialize=False,
                        to="peer.submission",
                    ),
                ),
                ("hashes", models.BinaryField()),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="assignment",
            name="compared_at",
            field=models.DateTimeField(default=None, null=True),
        ),
        migrations.CreateModel(
            name="Likeness",
            fields=[
                ("id", models.UUIDField(default=preau.common.ids.new_id, primary_key=True, serialize=False)),
                ("common", models.PositiveIntegerField()),
                ("share", models.FloatField()),
                ("found_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(default=None, null=True)),
                ("settled", models.TextField(blank=True)),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="likenesses", to="peer.assignment"
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="peer.submission"
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="peer.submission",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("submission", "other"), name="peer_likeness_once"),
                    models.CheckConstraint(
                        condition=models.Q(("submission", models.F("other")), _negated=True),
                        name="peer_likeness_of_two",
                    ),
                ],
            },
        ),
    ]
