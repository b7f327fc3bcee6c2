"""The texts themselves, and the checks that guard them."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

import locales
from locales import faults
from locales.catalogue import BadCatalogue, Text, read
from locales.faults import text_faults
from tests.locales import generated

FIRST = tomllib.loads((Path(__file__).parent / "first_answers.toml").read_text())["answer"]
SLOTS = {"gio": "7 giờ sáng thứ hai"}


def test_no_text_breaks_a_rule() -> None:
    assert [str(fault) for fault in locales.check()] == []


@pytest.mark.parametrize("answer", FIRST, ids=lambda answer: answer["number"])
def test_first_answers_are_word_for_word_the_approved_ones(answer: dict[str, str | int]) -> None:
    text = locales.catalogue("vi").texts[str(answer["text"])]
    assert text.body == answer["vi"]
    assert locales.unaccent(text.body) == answer["plain"]
    longest = locales.segments(locales.unaccent(text.at_longest()))
    assert (longest.encoding, longest.parts) == ("GSM-7", 1)
    if not text.slots:
        assert longest.units == answer["units"]


def test_plain_twin_is_the_text_without_marks_and_nothing_else() -> None:
    for text_id, text in locales.catalogue("vi").texts.items():
        if not text.slots:
            marked = locales.render(text_id, "vi")
            assert locales.render(text_id, "vi", plain=True) == locales.unaccent(marked)


def test_slots_are_filled_and_cut_at_their_stated_length() -> None:
    said = locales.render("answer.after_hours", "vi", params={"gio": "x" * 30})
    assert "x" * 20 in said
    assert "x" * 21 not in said
    assert "thu hai" in locales.render("answer.after_hours", "vi", plain=True, params=SLOTS)
    with pytest.raises(KeyError):
        locales.render("answer.after_hours", "vi")


def test_a_value_is_cut_after_a_whole_word() -> None:
    said = locales.render("ask.which_place", "vi", params={"noi": "Lạng Sơn, " * 12})
    assert said.endswith("Lạng Sơn?")
    assert len(said) <= len("Nơi đó ở tỉnh nào: ?") + 100


def test_above_buttons_the_digits_are_left_out_and_nothing_else() -> None:
    asked = "Có ai đau nặng hay chảy máu không?"
    assert locales.render("ask.hurt", "vi", buttons=True) == asked
    assert locales.render("ask.hurt", "vi") == f"{asked} 1 có, 2 không."
    assert locales.render("first.info", "vi", buttons=True) == (
        "Đã nhận được tin. Cần hỏi gì? Chọn bên dưới hoặc viết ra."
    )
    assert locales.render("first.held_now", "vi", buttons=True) == locales.render(
        "first.held_now", "vi"
    )


def test_a_bracket_out_of_place_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "messages.po"
    for body in ("a [b", "a [b [c]]", "a | b", "[a|b|c]"):
        file.write_text(f'msgid "a.b"\nmsgstr "{body}"\n')
        with pytest.raises(BadCatalogue, match="too many"):
            read(file, "vi")


def test_unknown_language_falls_back_and_unknown_text_is_an_error() -> None:
    assert locales.render("answer.who", "ede") == locales.render("answer.who", "vi")
    with pytest.raises(KeyError, match=r"no\.such"):
        locales.render("no.such", "vi")


TEXT = Text("ask.sample", "Đang ở đâu?", 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (replace(TEXT, body="Bạn còn ở đó không?"), "ban con"),
        (replace(TEXT, body="Đừng gọi cho ai."), "dung goi"),
        (replace(TEXT, body="Công an đang tới."), "betrays"),
        (replace(TEXT, body="Gọi 113."), "betrays"),
        (replace(TEXT, body="Yên tâm nhé."), "never say"),
        (replace(TEXT, body="Ở đâu? Khi nào?"), "more than one question"),
        (replace(TEXT, body="1 a, 2 b, 3 c, 4 d, 5 e, 6 f."), "offers 6 answers"),
        (replace(TEXT, id="ask.child.sample", body="1 a, 2 b, 3 c, 4 d."), "at most 3"),
        (replace(TEXT, body="Được – nhé"), "without marks"),
        (replace(TEXT, body="a " * 90), "2 SMS parts"),
        (replace(TEXT, body="{ten}", slots={"ten": 200}), "2 SMS parts"),
        (replace(TEXT, body="a", above="Công an"), "betrays"),
        (replace(TEXT, body="De\u0323n"), "NFC"),
        (replace(TEXT, body=""), "not translated"),
        (replace(TEXT, fuzzy=True), "fuzzy"),
    ],
)
def test_each_rule_refuses_what_breaks_it(text: Text, expected: str) -> None:
    assert any(expected in fault for fault in text_faults(text, "vi"))


def faults_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str, old: str, new: str
) -> str:
    """What the check says once one line of one catalogue is changed."""
    for language in locales.languages():
        there = tmp_path / language / "LC_MESSAGES"
        there.mkdir(parents=True)
        text = locales.catalogue(language).file.read_text(encoding="utf-8")
        if language == code:
            assert old in text
            text = text.replace(old, new, 1)
        (there / "messages.po").write_text(text, encoding="utf-8")
    for data in ("traps.toml", "betraying.toml", "never_say.toml", "needed.toml"):
        (tmp_path / data).write_text((faults.HERE / data).read_text(encoding="utf-8"))
    monkeypatch.setattr(faults, "HERE", tmp_path)
    monkeypatch.setattr(sys.modules["locales.catalogue"], "HERE", tmp_path)
    return "\n".join(map(str, faults.check()))


@pytest.mark.parametrize(
    ("code", "old", "new", "expected"),
    [
        ("vi", 'msgid "answer.who"\n', 'msgid "answer.whom"\n', "answer.who is not in vi"),
        ("en", 'msgid "answer.who"\n', '#, fuzzy\nmsgid "answer.who"\n', "answer.who is fuzzy"),
        ("en", 'msgid "answer.who"\n', 'msgid "answer.whom"\n', "answer.who is missing"),
        ("en", "This is an automatic number. Write here if you have a question.", "", "not trans"),
        ("vi", "Đây là số trả lời tự động.", "Đây là " + "số " * 60, "2 SMS parts"),
        ("vi", "Đây là số trả lời tự động.", "Máy trả lời.", "'may tra loi' also reads"),
        ("vi", "Đây là số trả lời tự động.", "Số để báo công an.", "betrays the subject"),
        ("en", "This is an automatic number.", "This is the hotline.", "betrays the subject"),
        ("zh", "谢谢你说出来。", "我们是警察。", "betrays the subject"),
        ("th", "กำลังโทรหาผู้อยู่เวร", "กำลังโทรหาตำรวจ", "betrays the subject"),
        ("km", 'msgid "ask.place"\n', 'msgid "ask.plaza"\n', "ask.place is missing or fuzzy"),
        ("lo", "ໄດ້ຮັບຂໍ້ຄວາມແລ້ວ.", "ໄດ້ຮັບຂໍ້ຄວາມແລ້ວ. " * 6, "shorten it to 2"),
        ("hmn", "Tau txais koj cov lus lawm.", "Tau txais – lawm.", "without marks"),
    ],
)
def test_each_fault_in_a_catalogue_is_caught(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str, old: str, new: str, expected: str
) -> None:
    assert expected in faults_of(monkeypatch, tmp_path, code, old, new)


def test_a_word_cut_between_two_parts_is_caught() -> None:
    cut = replace(TEXT, body="a" * 10 + " " + "b" * 139 + " cacdem " + "d" * 20, parts=2)
    assert any("cut inside 'cacdem'" in fault for fault in text_faults(cut, "vi"))


def test_a_named_exception_covers_its_own_words_only() -> None:
    allowed = replace(TEXT, id="first.tip_now", body="Gọi 113.")
    assert not list(text_faults(allowed, "vi"))
    beyond = replace(allowed, body="Gọi 111.")
    assert list(text_faults(beyond, "vi"))


def test_staff_may_read_what_senders_may_not() -> None:
    staff = replace(TEXT, id="staff.sample", body="Công an", staff=True)
    assert not list(text_faults(staff, "vi"))


@pytest.mark.parametrize(
    ("po", "expected"),
    [
        ('#. colour: red\nmsgid "a.b"\nmsgstr "x"\n', "unknown rule"),
        ('msgid "a.b"\nmsgstr "{so}"\n', "state each as"),
        ('msgid "a"\nmsgid_plural "b"\nmsgstr[0] "x"\nmsgstr[1] "y"\n', "plural"),
    ],
)
def test_a_bad_catalogue_says_where_and_what(tmp_path: Path, po: str, expected: str) -> None:
    file = tmp_path / "messages.po"
    file.write_text(po)
    with pytest.raises(BadCatalogue, match=expected) as error:
        read(file, "vi")
    assert str(file) in str(error.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("GSM-7", 0, 1)),
        ("a" * 160, ("GSM-7", 160, 1)),
        ("a" * 161, ("GSM-7", 161, 2)),
        ("a" * 306, ("GSM-7", 306, 2)),
        ("a" * 307, ("GSM-7", 307, 3)),
        ("€" * 80, ("GSM-7", 160, 1)),
        ("€" * 81, ("GSM-7", 162, 2)),
        ("a" * 152 + "€" + "a" * 10, ("GSM-7", 164, 2)),
        ("a" * 152 + "€" * 77, ("GSM-7", 306, 3)),  # an escaped sign is not cut
        ("ạ" * 70, ("UCS-2", 70, 1)),
        ("ạ" * 71, ("UCS-2", 71, 2)),
        ("ạ" * 134, ("UCS-2", 134, 2)),
        ("à" * 160, ("GSM-7", 160, 1)),
        ("😀" * 35, ("UCS-2", 70, 1)),
        ("ạ" * 66 + "😀" * 34, ("UCS-2", 134, 3)),  # an emoji is not cut
    ],
)
def test_segments(text: str, expected: tuple[str, int, int]) -> None:
    counted = locales.segments(text)
    assert (counted.encoding, counted.units, counted.parts) == expected


def test_segments_agree_with_twilios_own_counter() -> None:
    file = Path(__file__).parent / "twilio_segments.txt"
    _, stated, *lines = file.read_text().splitlines()
    made = generated.texts()
    assert stated.endswith(generated.digest(made)), "the generator changed: run the oracle again"
    counted = (locales.segments(text) for text in made)
    ours = [f"{count.encoding[0]}{count.parts}" for count in counted]
    assert ours == " ".join(lines).split()
    assert len(ours) == 10_000
