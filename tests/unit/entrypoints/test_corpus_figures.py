"""`tradecore eval` without a model: the labelled corpora, counted as the desk reads and judges them."""

import json

from click.testing import CliRunner

from tradecore_app.answer_corpus import READABLE, UNREADABLE
from tradecore_app.commands.evaluate import evaluate


def test_without_a_model_the_corpora_are_counted_and_no_model_is_called() -> None:
    result = CliRunner().invoke(evaluate, ["--json"])
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)
    assert figures["answers"] == {"read": [len(READABLE)] * 2, "named": [len(UNREADABLE)] * 2}
    for name, aim in (("kept", 0.9), ("dropped", 0.8)):
        count, of = figures["sentences, held out"][name]
        assert count >= aim * of


def test_masking_and_spoiling_need_a_model() -> None:
    result = CliRunner().invoke(evaluate, ["--spoil", "20"])
    assert result.exit_code != 0
    assert "need a --model" in result.output
