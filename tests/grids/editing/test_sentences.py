"""Every refusal can be said, in the languages of the catalogue."""

import pytest
from django.utils.translation import override

from gisserver.common.languages import spoken
from grids.editing.refusals import Code
from grids.editing.sentences import SENTENCES, sentence


@pytest.mark.parametrize("code", Code)
def test_a_code_has_a_sentence_in_both_languages(code: Code) -> None:
    with override("zh-hans"):
        chinese = spoken(sentence(code))

    assert SENTENCES[code].isascii()
    assert any("一" <= letter <= "鿿" for letter in chinese)
