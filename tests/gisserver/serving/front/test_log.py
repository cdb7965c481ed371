"""The request log: a line for each request, written aside, dropped rather than waited for."""

import io
import json
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisserver.common.observation import request_id
from gisserver.serving.front import log, metrics
from gisserver.serving.front.log import RequestLine, RequestLog

HEADER = '{"door":"/api/grids/at","user":7,"statements":2,"db_ms":3.1,"rows":1}'


def line(**members: Any) -> RequestLine:
    said = {"id": "id-1", "method": "GET", "status": 200, "seconds": 0.0124, "size": 310, "header": HEADER}
    return RequestLine(**{**said, **members})


def logged(*lines: RequestLine, **how: Any) -> list[str]:
    stream = io.StringIO()
    written = RequestLog(stream, **how)
    for each in lines:
        written.write(each)
    written.close()
    return stream.getvalue().splitlines()


def test_a_line_says_what_the_request_was_and_cost() -> None:
    [said] = [json.loads(text) for text in logged(line())]
    assert said.pop("time").endswith("Z")
    assert said == {
        "id": "id-1", "user": 7, "door": "/api/grids/at", "method": "GET", "status": 200, "ms": 12.4,
        "db_ms": 3.1, "statements": 2, "rows": 1, "bytes": 310,
    }  # fmt: skip


def test_what_the_front_answers_itself_names_its_door() -> None:
    [said] = [json.loads(text) for text in logged(line(header='{"door":"/readyz"}'))]
    assert (said["door"], said["user"], said["statements"]) == ("/readyz", None, 0)


def test_a_slow_request_is_marked() -> None:
    slow, quick = [json.loads(text) for text in logged(line(seconds=1.0), line(seconds=0.999), slow_ms=1000)]
    assert (slow["slow"], "slow" in quick) == (True, False)


def test_a_line_for_a_terminal_is_short() -> None:
    [said] = logged(line(seconds=2.5), format="short")
    assert said[8:] == " 200 GET /api/grids/at 2500 ms (2 statements 3 ms, 1 rows) 310 B user 7 id-1 SLOW"


def test_lines_come_in_order_and_none_is_lost_at_the_end() -> None:
    lines = [line(status=status) for status in range(200, 599)]
    assert [json.loads(text)["status"] for text in logged(*lines)] == list(range(200, 599))


class Stuck(io.StringIO):
    """A stream that takes nothing until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.free = threading.Event(), threading.Event()

    def write(self, text: str) -> int:
        self.asked.set()
        self.free.wait()
        return super().write(text)


def test_what_cannot_be_written_is_dropped_and_counted_and_nobody_waits() -> None:
    stream, before = Stuck(), metrics.DROPPED._value.get()
    written = RequestLog(stream, capacity=10)
    written.write(line())
    assert stream.asked.wait(10)
    for _ in range(15):
        written.write(line())
    assert (written.dropped, metrics.DROPPED._value.get() - before) == (5, 5)
    stream.free.set()
    written.close()
    assert len(stream.getvalue().splitlines()) == 11


class Broken(io.StringIO):
    """The end of a pipe that nobody reads any more."""

    def write(self, text: str) -> int:
        raise BrokenPipeError


def test_a_stream_that_breaks_drops_lines_and_breaks_nothing() -> None:
    written = RequestLog(Broken())
    written.write(line())
    written.close()
    assert written.dropped == 1


def test_every_answer_is_counted_also_when_its_line_is_dropped() -> None:
    counter = metrics.ANSWERS.number.labels("/dropped", "GET", "200")
    RequestLog(io.StringIO(), capacity=0).write(line(header='{"door":"/dropped"}'))
    assert counter._value.get() == 1


def test_answers_of_one_door_are_counted_together_each_in_its_bucket() -> None:
    seconds = (0.0004, 0.001, 0.0011, 99.0)
    logged(*(line(header='{"door":"/many"}', seconds=each, size=5) for each in seconds))
    told = {
        (sample.name, sample.labels.get("le", "")): sample.value
        for figure in (*metrics.ANSWERS.number.collect(), *metrics.ANSWERS.time.collect(), *metrics.BYTES.collect())
        for sample in figure.samples
        if sample.labels.get("door") == "/many"
    }
    bucket, took = "gisserver_answer_seconds_bucket", pytest.approx(sum(seconds))
    assert [told[bucket, le] for le in ("0.001", "0.0025", "10.0", "+Inf")] == [2, 3, 3, 4]
    assert (told["gisserver_answers_total", ""], told["gisserver_answer_bytes_total", ""]) == (4, 20)
    assert told["gisserver_answer_seconds_sum", ""] == took


def test_the_environment_chooses() -> None:
    stream = io.StringIO()
    written = log.from_environment({"LOG_FORMAT": "short", "SLOW_MS": "5"}, stream)
    written.write(line())
    written.close()
    assert stream.getvalue().endswith("SLOW\n")


def test_a_word_that_is_no_format_is_refused() -> None:
    with pytest.raises(ValueError, match="LOG_FORMAT"):
        log.from_environment({"LOG_FORMAT": "xml"})


@given(st.text(st.sampled_from("aZ9-._ \n坪"), max_size=70))
def test_an_id_of_a_proxy_is_taken_only_when_it_is_well_formed(given_id: str) -> None:
    taken = request_id(given_id, trusted=True)
    assert taken == given_id or (len(taken) == 32 and set(taken) <= set("0123456789abcdef"))
    assert set(taken) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
    assert request_id(given_id, trusted=False) != given_id


@given(st.text(st.sampled_from("GETPOS坪 \n")))
def test_a_method_of_somebody_s_own_is_not_told(method: str) -> None:
    told = line(method=method + "13912345678").members(slow_ms=1000)["method"]
    assert told == "OTHER"
