"""Structural keys of addresses, and the names that they hold: what batches and misspelt questions go by."""

from pathlib import Path
from typing import Any

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

import buildings.fields
from buildings.geocoding.register.reindex import renew

SQL = Path(__file__).parent / "sql"


def fill(_apps: Any, schema_editor: Any) -> None:
    renew(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("buildings", "0004_lifecycle")]
    operations = [
        migrations.CreateModel(
            name="KnownName",
            fields=[
                ("name", models.TextField(db_collation="C", primary_key=True, serialize=False)),
                ("pinyin", models.TextField(db_collation="C")),
                ("initials", models.TextField(db_collation="C")),
                (
                    "shortened",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(db_collation="C"), size=None),
                ),
            ],
            options={"verbose_name": "名称 known name"},
        ),
        migrations.AddField("address", "keys", buildings.fields.KeysField(size=None)),
        migrations.AddField("address", "names", buildings.fields.NamesField(size=None)),
        migrations.RunSQL(
            (SQL / "0006_known_names.sql").read_text(), (SQL / "0006_known_names_reverse.sql").read_text()
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            "address",
            django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("unit__isnull", True)),
                fastupdate=False,
                fields=["keys"],
                name="buildings_address_keys",
            ),
        ),
        migrations.AddIndex(
            "knownname",
            django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["shortened"], name="buildings_knownname_shortened"
            ),
        ),
        migrations.AddIndex("knownname", models.Index(fields=["pinyin"], name="buildings_knownname_pinyin")),
        migrations.AddIndex("knownname", models.Index(fields=["initials"], name="buildings_knownname_initials")),
    ]
