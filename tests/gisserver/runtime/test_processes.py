import os
import signal
import subprocess
import sys

from gisserver.runtime.processes import MARK, alive, catches, end, marked, wait_until

WAIT_FOR_EVER = "import signal; signal.pause()"


def test_a_child_ends_when_its_parent_is_killed(spawn):
    code = (
        "import subprocess, sys, signal\n"
        "from runtime.supervisor import launch\n"
        f"child = launch([sys.executable, '-c', {WAIT_FOR_EVER!r}])\n"
        "print(child.pid, flush=True)\n"
        "signal.pause()\n"
    )
    parent = spawn(code, stdout=subprocess.PIPE)
    child = int(parent.stdout.readline())
    parent.kill()
    assert wait_until(lambda: not alive(child), timeout_s=5)


def test_a_process_that_carries_the_mark_of_a_home_is_found(spawn, home):
    process = spawn(WAIT_FOR_EVER, env={**os.environ, MARK: str(home.root)})
    assert wait_until(lambda: marked(home.root) == [process.pid], timeout_s=5)


def test_another_home_has_no_claim_on_it(spawn, home):
    spawn(WAIT_FOR_EVER, env={**os.environ, MARK: str(home.root)})
    assert marked(home.root / "other") == []


def test_who_ignores_the_gentle_signal_gets_the_hard_one(spawn):
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    code = f"{deaf}; print('on', flush=True); signal.pause()"
    process = spawn(code, stdout=subprocess.PIPE)
    process.stdout.readline()
    end([process.pid], signals=((signal.SIGTERM, 0.1), (signal.SIGKILL, 5.0)))
    assert process.wait(5) == -signal.SIGKILL


def test_a_condition_that_never_holds_is_given_up():
    assert not wait_until(lambda: False, timeout_s=0.05)


def test_a_process_that_has_ended_is_not_alive():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert not alive(process.pid)


def test_a_dropped_handler_is_noticed(spawn):
    code = (
        "import signal, sys\n"
        "signal.signal(signal.SIGUSR1, lambda *_: signal.signal(signal.SIGUSR1, signal.SIG_DFL))\n"
        "print('on', flush=True)\n"
        "while True: signal.pause()\n"
    )
    process = spawn(code, stdout=subprocess.PIPE)
    process.stdout.readline()
    assert catches(process.pid, signal.SIGUSR1)
    process.send_signal(signal.SIGUSR1)
    assert wait_until(lambda: not catches(process.pid, signal.SIGUSR1), timeout_s=5)
