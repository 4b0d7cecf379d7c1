from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("support", "0002_entry_sender"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="request",
            index=models.Index(fields=["edition", "touched_at"], name="support_request_latest"),
        ),
    ]
