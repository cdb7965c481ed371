"""Run in Django's shell by the tests: who redraws, who reviews, who only reads; and whose password is changed."""

import os

from django.contrib.auth.models import User

from gisserver.common.access.models import Grant

for name, role in (("huaxian", "supervisor"), ("shenhe", "reviewer"), ("fenxi", "analyst"), ("gaimi", "analyst")):
    person = User.objects.create_user(name, password=os.environ["DJANGO_SUPERUSER_PASSWORD"])
    Grant.objects.create(user=person, role=role)
