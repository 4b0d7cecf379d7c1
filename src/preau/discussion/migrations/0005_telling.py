import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL), ("discussion", "0002_search")]
    operations = [
        migrations.AddField("thread", "accepted_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "thread",
            "accepted_by",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("thread", "counted", models.PositiveIntegerField(null=True)),
    ]
