"""Records lie in the calendar from 1900 to 2199: what is stored beyond is brought in, and then held there."""

from django.db import migrations, models

from gisserver.common.db.calendar import into_calendar
from gisserver.common.db.constraints import MomentInCalendar, RangeInCalendar


class Migration(migrations.Migration):

    dependencies = [
        ('buildings', '0011_calendar'),
        ("grids", "0012_calendar"),
        ('incidents', '0007_database_clock'),
    ]

    operations = [
        into_calendar("incidents"),
        migrations.RemoveConstraint(model_name='incident', name='incidents_incident_occurred_late'),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(RangeInCalendar('valid'), MomentInCalendar('occurred_at')), name='incidents_assignment_calendar'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(MomentInCalendar('occurred_at'), MomentInCalendar('received_at')), name='incidents_incident_calendar'),
        ),
        migrations.AddConstraint(
            model_name='incidenttype',
            constraint=models.CheckConstraint(condition=models.Q(RangeInCalendar('valid')), name='incidents_incidenttype_calendar'),
        ),
    ]
