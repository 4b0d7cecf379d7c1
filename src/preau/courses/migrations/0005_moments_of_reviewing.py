from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0004_telling_of_postponements"),
    ]

    operations = [
        migrations.AlterField(
            model_name="milestone",
            name="what",
            field=models.CharField(
                choices=[
                    ("opens", "opens"),
                    ("due", "due"),
                    ("closes", "closes"),
                    ("reviews_due", "reviews due"),
                    ("results", "results"),
                ],
                max_length=11,
            ),
        ),
    ]
