import signal
import subprocess
import sys

import pytest

from gisserver.runtime import supervisor
from gisserver.runtime.processes import alive, wait_until
from gisserver.runtime.say import Problem

WAIT_FOR_EVER = [sys.executable, "-c", "import signal; signal.pause()"]


def child(argv: list[str]) -> supervisor.Child:
    return supervisor.Child("The part", lambda: supervisor.launch(argv), supervisor.stop_family)


@pytest.fixture
def family(monkeypatch):
    monkeypatch.setattr(supervisor, "FIRST_DELAY_S", 0.0)
    made = supervisor.Supervisor()
    yield made
    made.stop()


def test_who_is_killed_is_started_again(family):
    part = child(WAIT_FOR_EVER)
    family.add(part)
    first = part.process
    first.kill()
    first.wait()
    family.look()
    assert part.process is not None
    assert part.process.pid != first.pid


def test_each_failure_makes_the_next_delay_longer(family, monkeypatch, capsys):
    monkeypatch.setattr(supervisor, "FIRST_DELAY_S", 0.01)
    family.add(child([sys.executable, "-c", "raise SystemExit(3)"]))
    with pytest.raises(Problem):
        family.watch()
    said = capsys.readouterr().out
    assert said.index("again in 0.0 s") < said.index("again in 0.1 s") < said.index("again in 0.3 s")


def test_who_never_lives_ends_everything_with_a_reason(family):
    family.add(child([sys.executable, "-c", "raise SystemExit(3)"]))
    with pytest.raises(Problem, match=r"The part ended \(exit code 3\)"):
        family.watch()


def test_stopping_ends_the_children_of_the_children(family):
    code = (
        "import subprocess, sys, signal\n"
        "print(subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()']).pid, flush=True)\n"
        "signal.pause()\n"
    )
    process = supervisor.launch([sys.executable, "-c", code], stdout=subprocess.PIPE)
    grandchild = int(process.stdout.readline())
    supervisor.stop_family(process)
    process.stdout.close()
    assert wait_until(lambda: not alive(grandchild), timeout_s=5)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_way_of_asking_ends_the_watch(spawn, number):
    code = (
        "import signal\n"
        "from runtime import supervisor\n"
        "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"  # these tests may run under nohup
        "supervisor.on_signals_stop()\n"
        "try:\n"
        "    print('on', flush=True)\n"
        "    supervisor.Supervisor().watch()\n"
        "except supervisor.Stop:\n"
        "    raise SystemExit(7)\n"
    )
    process = spawn(code, stdout=subprocess.PIPE)
    process.stdout.readline()
    process.send_signal(number)
    assert process.wait(5) == 7


def test_exit_codes_are_told_in_words():
    assert (supervisor.describe(1), supervisor.describe(-9)) == ("exit code 1", "signal SIGKILL")
