"""Records lie in the calendar from 1900 to 2199: what is stored beyond is brought in, and then held there."""

from django.conf import settings
from django.db import migrations, models

from gisserver.common.db.calendar import into_calendar
from gisserver.common.db.constraints import MomentInCalendar, RangeInCalendar


class Migration(migrations.Migration):

    dependencies = [
        ('buildings', '0010_database_clock'),
        ("grids", "0012_calendar"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        into_calendar("buildings"),
        migrations.AddConstraint(
            model_name='address',
            constraint=models.CheckConstraint(condition=models.Q(RangeInCalendar('valid')), name='buildings_address_calendar'),
        ),
        migrations.AddConstraint(
            model_name='building',
            constraint=models.CheckConstraint(condition=models.Q(RangeInCalendar('valid'), MomentInCalendar('changed_at')), name='buildings_building_calendar'),
        ),
        migrations.AddConstraint(
            model_name='buildingassignment',
            constraint=models.CheckConstraint(condition=models.Q(RangeInCalendar('valid')), name='buildings_buildingassignment_calendar'),
        ),
        migrations.AddConstraint(
            model_name='buildingcode',
            constraint=models.CheckConstraint(condition=models.Q(RangeInCalendar('valid')), name='buildings_buildingcode_calendar'),
        ),
        migrations.AddConstraint(
            model_name='buildingstate',
            constraint=models.CheckConstraint(condition=models.Q(RangeInCalendar('valid')), name='buildings_buildingstate_calendar'),
        ),
        migrations.AddConstraint(
            model_name='entrance',
            constraint=models.CheckConstraint(condition=models.Q(RangeInCalendar('valid'), MomentInCalendar('changed_at')), name='buildings_entrance_calendar'),
        ),
        migrations.AddConstraint(
            model_name='entrancestate',
            constraint=models.CheckConstraint(condition=models.Q(RangeInCalendar('valid')), name='buildings_entrancestate_calendar'),
        ),
        migrations.AddConstraint(
            model_name='household',
            constraint=models.CheckConstraint(condition=models.Q(RangeInCalendar('valid'), MomentInCalendar('changed_at')), name='buildings_household_calendar'),
        ),
        migrations.AddConstraint(
            model_name='householdstate',
            constraint=models.CheckConstraint(condition=models.Q(RangeInCalendar('valid')), name='buildings_householdstate_calendar'),
        ),
        migrations.AddConstraint(
            model_name='lifecycleevent',
            constraint=models.CheckConstraint(condition=models.Q(MomentInCalendar('effective_at')), name='buildings_event_calendar'),
        ),
        migrations.AddConstraint(
            model_name='reviewitem',
            constraint=models.CheckConstraint(condition=models.Q(MomentInCalendar('decided_at')), name='buildings_review_calendar'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(RangeInCalendar('valid'), MomentInCalendar('changed_at')), name='buildings_unit_calendar'),
        ),
        migrations.AddConstraint(
            model_name='unitcode',
            constraint=models.CheckConstraint(condition=models.Q(RangeInCalendar('valid')), name='buildings_unitcode_calendar'),
        ),
        migrations.AddConstraint(
            model_name='unitstate',
            constraint=models.CheckConstraint(condition=models.Q(RangeInCalendar('valid')), name='buildings_unitstate_calendar'),
        ),
    ]
