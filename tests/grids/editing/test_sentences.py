"""Every refusal can be said."""

import pytest

from grids.editing.refusals import Code
from grids.editing.sentences import SENTENCES, sentence


@pytest.mark.parametrize("code", Code)
def test_a_code_has_a_sentence_in_both_languages(code):
    chinese, english = SENTENCES[code]

    assert any("一" <= letter <= "鿿" for letter in chinese)
    assert english.isascii()
    assert sentence(code).startswith(chinese)
