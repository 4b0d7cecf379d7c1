from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0005_moments_of_reviewing"),
    ]

    operations = [
        migrations.AddField(
            model_name="volunteer",
            name="reason",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddIndex(
            model_name="volunteer",
            index=models.Index(fields=["edition", "state", "applied_at"], name="courses_volunteer_queue"),
        ),
    ]
