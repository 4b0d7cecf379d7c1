from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0003_timed")]

    operations = [migrations.AddField("answer", "written_at", models.DateTimeField(null=True))]
