from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0001_first"),
    ]

    operations = [
        migrations.AddField(
            model_name="printing",
            name="compiled_with",
            field=models.CharField(default=None, max_length=64, null=True),
        ),
    ]
