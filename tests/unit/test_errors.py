"""Errors carry their sentence, and nothing personal in what the log prints."""

from __future__ import annotations

import pytest

from kotaconsole.domain.changes import Changes
from kotaconsole.domain.errors import Bilingual, EnvironmentFault, ServerRefusal

pytestmark = pytest.mark.unit

SENTENCE = Bilingual(en="The disk is full. Nothing is lost.", hi="डिस्क भर गई है। कुछ नहीं खोया।")


def test_a_fault_says_its_sentence_in_both_languages_and_logs_its_code() -> None:
    fault = EnvironmentFault("disk-full", SENTENCE, "ENOSPC")
    assert str(fault) == "disk-full: ENOSPC"
    assert str(EnvironmentFault("disk-full", SENTENCE)) == "disk-full"
    assert (fault.sentence.say("hi"), fault.sentence.say("en")) == (SENTENCE.hi, SENTENCE.en)


def test_a_refusal_is_known_by_its_code_and_never_prints_the_hubs_words() -> None:
    refusal = ServerRefusal("held", terminal=True, status=409, detail="सीमा holds it", retry_after=3)
    assert str(refusal) == "409 held"
    assert (refusal.code, refusal.terminal, refusal.retry_after) == ("held", True, 3)


def test_a_commit_that_changed_nothing_says_so() -> None:
    assert Changes() == Changes(frozenset(), rings=False, outbox=False, everything=False)
