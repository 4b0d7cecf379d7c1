from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0003_recognition"),
    ]

    operations = [
        migrations.AddField(
            model_name="statement",
            name="hidden",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="statement",
            name="tried_at",
            field=models.DateTimeField(null=True),
        ),
    ]
