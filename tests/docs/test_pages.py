"""How the blocks of a page are found, and their output compared."""

from tests.docs.pages import Block, blocks_of, missing

PAGE = """
```sh run
echo 一 二
```
```text gives
一 … 二
```
```sh
rm -rf everything
```
```python run
print(1)
```
"""


def test_only_what_says_run_is_run() -> None:
    assert list(blocks_of(PAGE)) == [
        Block(2, "sh", "echo 一 二\n", ("一", "二")),
        Block(11, "python", "print(1)\n", ()),
    ]


def test_pieces_must_come_in_order() -> None:
    assert missing(("a", "b"), "a, then b") is None
    assert missing(("b", "a"), "a, then b") == "a"
