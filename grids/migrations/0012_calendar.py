"""Records lie in the calendar from 1900 to 2199: what is stored beyond is brought in, and then held there."""

from django.conf import settings
from django.db import migrations, models

from gisserver.common.db.calendar import into_calendar
from gisserver.common.db.constraints import MomentInCalendar, RangeInCalendar


class Migration(migrations.Migration):

    dependencies = [
        ("grids", "0011_corrections"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        into_calendar("grids"),
        migrations.AddConstraint(
            model_name='divisionversion',
            constraint=models.CheckConstraint(condition=models.Q(RangeInCalendar('valid')), name='grids_divisionversion_calendar'),
        ),
        migrations.AddConstraint(
            model_name='gridversion',
            constraint=models.CheckConstraint(condition=models.Q(RangeInCalendar('valid')), name='grids_gridversion_calendar'),
        ),
        migrations.AddConstraint(
            model_name='redraw',
            constraint=models.CheckConstraint(condition=models.Q(MomentInCalendar('effective_at')), name='grids_redraw_calendar'),
        ),
        migrations.AddConstraint(
            model_name='redrawcommand',
            constraint=models.CheckConstraint(condition=models.Q(MomentInCalendar('undone_at')), name='grids_redrawcommand_calendar'),
        ),
    ]
