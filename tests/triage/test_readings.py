"""What texts say, by kind of difficulty. Labels by the project's labelling rules."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import triage

TODAY = date(2026, 11, 22)


def _read(text: str) -> triage.Reading:
    return triage.read(text, on=TODAY)


@pytest.mark.parametrize(
    ("text", "intent", "urgency"),
    [
        # the same cry in three ways of writing
        ("Em bị nhốt ở Bavet, họ thu hộ chiếu", "help_self", 1),
        ("em bi nhot o bavet, ho thu ho chieu", "help_self", 1),
        ("e bi nhot o bavet, ho thu ho chieu r", "help_self", 1),
        # bare cries
        ("cứu em với", "help_self", 1),
        ("cuu em voi", "help_self", 1),
        ("help me", "help_self", 1),
        ("救命", "help_self", 1),
        ("giup em voi", "help_self", 2),
        ("thoat", "help_self", 2),
        # someone else
        ("toi thay may em gai bi nhot trong nha nghi o Mong Cai", "tip", 1),
        ("There is a house in Lang Son where girls are locked in", "tip", 1),
        # back home
        ("em ten An o Ha Giang muon hoi giay to, em moi ve nuoc", "return_support", 3),
        # what is not a report
        ("xin chào", "off_topic", 4),
        ("cho vay tiền nhanh, lãi thấp, gọi 0900000123", "off_topic", 4),
    ],
)
def test_intent_and_urgency(text: str, intent: str, urgency: int) -> None:
    reading = _read(text)
    assert (reading.intent, reading.urgency) == (intent, urgency)


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("em bi nhot trong phong", "confinement"),
        ("ho giu ho chieu cua em", "documents_taken"),
        ("chung no doi tien chuoc 100 trieu", "ransom_debt"),
        ("em 14t bi ep tiep khach o quan karaoke", "sexual_exploitation"),
        ("no danh em bam tim het nguoi", "violence"),
    ],
)
def test_a_signal_is_found_and_shown_with_its_words(text: str, signal: str) -> None:
    reading = _read(text)
    assert signal in reading.signals
    assert any(signal in reason.effect and reason.words for reason in reading.reasons)


@pytest.mark.parametrize("text", ["em khong bi nhot", "không ai đánh em đâu"])
def test_a_denial_cancels_what_it_denies(text: str) -> None:
    reading = _read(text)
    assert reading.urgency > 1
    assert not {"confinement", "violence"} & set(reading.signals)


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("bi phat hien roi", "found_out"),
        ("dung nhan nua", "stop_writing"),
        ("nham so roi", "wrong_number"),
        ("dung goi lai", "no_call"),
        ("dung", "yes"),
        ("xoa roi", "deleted_it"),
        ("18001567", "old_number"),
    ],
)
def test_what_words_mean_for_the_talk(text: str, cue: str) -> None:
    assert cue in _read(text).cues


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gets_a_reading(text: str) -> None:
    reading = _read(text)
    assert 1 <= reading.urgency <= 4
    assert reading.signals == tuple(sorted(set(reading.signals)))
    assert triage.record("x", reading)["id"] == "x"


@pytest.mark.parametrize("text", ["a" * 4096, "em bi " * 1600, "(" * 10_000, "\u0300" * 5000])
def test_adversarial_texts_get_a_reading(text: str) -> None:
    assert _read(text).urgency in (1, 2, 3, 4)


def test_every_reason_is_explained_in_both_languages() -> None:
    for reason in _read("em bi nhot o bavet, ho thu ho chieu, que em o an giang").reasons:
        for language in ("vi", "en"):
            assert triage.explain(reason, language).strip()
