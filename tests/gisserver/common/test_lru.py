"""The LRU cache: the least recently used go first, and weights bound what is kept."""

from gisserver.common.lru import Memory


def test_the_least_used_is_forgotten_first() -> None:
    memory: Memory[str] = Memory(2)
    memory.keep("a", "A")
    memory.keep("b", "B")
    memory.get("a")
    memory.keep("c", "C")
    assert [memory.get(key) for key in "abc"] == ["A", None, "C"]


def test_what_weighs_much_leaves_room_for_little() -> None:
    memory: Memory[str] = Memory(5)
    memory.keep("a", "A", weight=3)
    memory.keep("b", "B", weight=3)
    assert [memory.get(key) for key in "ab"] == [None, "B"]


def test_whoever_comes_first_is_remembered() -> None:
    memory: Memory[str] = Memory(5)
    assert [memory.keep("a", each) for each in ("first", "second")] == ["first", "first"]


def test_what_outweighs_everything_is_not_kept() -> None:
    memory: Memory[str] = Memory(5)
    assert memory.keep("a", "A", weight=6) == "A"
    assert memory.get("a") is None
