"""Nothing of its own: after it, as after any migration, the triggers are put on what is to be watched (`receivers.py`).

New since the one before: the list of uploads, and rows without a place.
"""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("tiles", "0004_names_from_catalogue"),
    ]

    operations = []
