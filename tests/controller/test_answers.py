"""Answers given beforehand."""

from __future__ import annotations

import pytest

from controller.answers import Answers, AnswersError


def test_a_list_is_given_in_turn_and_its_last_value_from_then_on() -> None:
    answers = Answers.parse("rate: [6, 3, 1]")
    assert [answers.answer("rate", f"q{n}", "How tender?") for n in range(5)] == [6.0, 3.0, 1.0, 1.0, 1.0]


def test_the_more_particular_wins() -> None:
    answers = Answers.parse("ask: no\nAnything new?: yes\nq7: maybe\nscreening: no\nC18: yes")
    assert answers.answer("ask", "q1", "Something else?") == "no"
    assert answers.answer("ask", "q2", "Anything   new?") == "yes"
    assert answers.answer("ask", "q7", "Anything new?") == "maybe"
    assert answers.answer("screening", "R1", "Numb?") == "no"
    assert answers.answer("screening", "C18", "Stop in reach?") == "yes"


def test_a_kind_that_is_left_out_has_no_answer() -> None:
    assert Answers.parse("rate: 3").answer("ready", "q1", "Ready?") is None


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "true"])
def test_words_stay_words_whatever_yaml_makes_of_them(word: str) -> None:
    assert Answers.parse(f"ask: {word}").answer("ask", "q1", "?") == word


def test_json_is_a_file_too() -> None:
    assert Answers.parse('{"rate": [4, 2], "ready": "yes"}').answer("rate", "q1", "") == 4.0


def test_on_real_devices_only_somebody_who_is_there_is_ready_present_or_screened() -> None:
    answers = Answers.parse("ready: yes\nq3: yes\nC18: yes\nscreening: no\nrate: 2").for_real()
    assert answers.ignored == ("ready", "screening")
    for kind, question in (("ready", "q3"), ("present", "q4"), ("screening", "C18")):
        assert not answers.speaks_for(kind)
        assert answers.answer(kind, question, "?") is None
    assert answers.answer("rate", "q5", "?") == 2.0


def test_for_real_starts_lists_from_the_beginning() -> None:
    answers = Answers.parse("rate: [6, 3]")
    answers.answer("rate", "q1", "?")
    assert answers.for_real().answer("rate", "q2", "?") == 6.0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("raet: 3", "line 1: no question is of kind 'raet'"),
        ("rate: 3\nsecond_kind: yes", "line 2: no question is of kind"),
        ("rate: 3\nrate: 4", "line 2: 'rate' is there twice"),
        ("rate: 11", "whole number from 0 to 10, not '11'"),
        ("rate: 2.5", "whole number"),
        ("rate: -1", "whole number"),
        ("rate: nan", "whole number"),
        ("rate: high", "whole number"),
        ("rate: []", "list for 'rate' is empty"),
        ("rate: {a: 1}", "takes a value or a list"),
        ("rate: [[1]]", "takes a value or a list"),
        ("ask:", "takes a value or a list"),
        ("ready: no", "'ready' is answered with yes"),
        ("screening: perhaps", "'screening' is answered with yes or no or unsure"),
        ("? [a]\n: b", "a key is a kind"),
        ("[yes]", "is a mapping"),
        ("", "is a mapping"),
        ("a: [", "not YAML: line"),
        ("a: b\n---\nc: d", "not YAML"),
        ("x" * (256 * 1024 + 1), "256 KiB"),
        ("[" * 5000, "not YAML|is a mapping"),
    ],
)
def test_what_means_nothing_is_refused_with_its_line(text: str, says: str) -> None:
    with pytest.raises(AnswersError, match=says):
        Answers.parse(text)


def test_a_question_of_one_word_is_known_when_the_plan_asks_it() -> None:
    with pytest.raises(AnswersError):
        Answers.parse("Comfortable: yes")
    answers = Answers.parse("Comfortable: yes", asked=["Comfortable"])
    assert answers.answer("ask", "q1", "Comfortable") == "yes"


def test_a_text_that_is_no_rating_answers_no_rating() -> None:
    assert Answers.parse("How sore is it?: very").answer("rate", "q1", "How sore is it?") is None
