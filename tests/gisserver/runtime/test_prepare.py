import pytest
from django.contrib.auth import authenticate, get_user_model

from gisserver.runtime.prepare import create_administrator, load_demo
from gisserver.runtime.say import Problem


def written(home) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in home.admin.read_text().splitlines())


@pytest.mark.django_db
def test_the_administrator_logs_in_with_what_the_file_says(home):
    create_administrator(home)
    assert authenticate(username=written(home)["name"], password=written(home)["password"]) is not None


@pytest.mark.django_db
def test_only_its_owner_may_read_the_password(home):
    create_administrator(home)
    assert home.admin.stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_a_second_start_leaves_the_password_alone(home):
    create_administrator(home)
    before = home.admin.read_text()
    create_administrator(home)
    assert home.admin.read_text() == before


@pytest.mark.django_db
def test_a_start_killed_after_writing_the_file_keeps_its_password(home):
    home.admin.write_text("name: admin\npassword: kept-from-before\n")
    create_administrator(home)
    assert authenticate(username="admin", password="kept-from-before") is not None


@pytest.mark.django_db
def test_the_file_goes_when_another_password_is_set(home, settings):
    settings.GISSERVER_HOME = home.root
    create_administrator(home)
    administrator = get_user_model().objects.get()
    administrator.set_password("chosen-by-hand")
    administrator.save()
    assert not home.admin.exists()


@pytest.mark.django_db
def test_the_file_stays_while_its_password_fits(home, settings):
    settings.GISSERVER_HOME = home.root
    create_administrator(home)
    somebody = get_user_model().objects.create_user(username="wang", password="of-another-user")
    somebody.save()
    assert home.admin.exists()


@pytest.mark.django_db
def test_who_made_an_administrator_gets_no_second_one(home):
    get_user_model().objects.create_superuser(username="own", password="chosen-by-hand")
    create_administrator(home)
    assert not home.admin.exists()


@pytest.mark.django_db
def test_a_city_with_another_survey_crs_starts_empty(settings, capsys):
    settings.SURVEY_SRID = 32618
    load_demo("small")
    assert capsys.readouterr().out == ""


def test_an_unknown_size_of_the_demo_is_refused():
    with pytest.raises(Problem, match="small, full or none"):
        load_demo("huge")
