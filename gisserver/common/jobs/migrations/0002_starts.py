"""How often a job has been started since the last piece that was kept."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='starts',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]
