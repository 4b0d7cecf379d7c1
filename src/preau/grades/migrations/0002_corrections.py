from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("grades", "0001_first"),
    ]

    operations = [
        migrations.AddField(
            model_name="result",
            name="corrected",
            field=models.FloatField(null=True),
        ),
        migrations.AddConstraint(
            model_name="result",
            constraint=models.CheckConstraint(
                condition=models.Q(("corrected", None), ("corrected__range", (0, 100)), _connector="OR"),
                name="grades_result_corrected_within",
            ),
        ),
    ]
