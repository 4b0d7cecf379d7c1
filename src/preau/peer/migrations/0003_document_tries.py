from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("peer", "0002_peer_assessment")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="tries",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="document",
            name="tried_at",
            field=models.DateTimeField(default=None, null=True),
        ),
    ]
