"""Sealed values open only in their own place, with their own key."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.ids import new_reference
from store.vault import BadKeyFile, Tampered, Vault, make_key_file, read_key_file, seal, unseal
from triage.references import check_digit, is_reference

KEY = bytes(range(32))


@given(st.text(st.characters(codec=None)))
def test_any_text_comes_back(text: str) -> None:
    assert unseal(KEY, "messages", "1", "body", seal(KEY, "messages", "1", "body", text)) == text


@pytest.mark.parametrize("place", [("tickets", "1", "body"), ("messages", "2", "body"),
                                   ("messages", "1", "extra")])  # fmt: skip
def test_a_sealed_value_does_not_open_elsewhere(place: tuple[str, str, str]) -> None:
    sealed = seal(KEY, "messages", "1", "body", "xin chào")
    with pytest.raises(Tampered):
        unseal(KEY, *place, sealed)


def test_a_changed_byte_is_noticed() -> None:
    sealed = bytearray(seal(KEY, "messages", "1", "body", "xin chào"))
    sealed[-1] ^= 1
    with pytest.raises(Tampered):
        unseal(KEY, "messages", "1", "body", bytes(sealed))


@pytest.mark.parametrize("length", [0, 1, 11, 12, 20])
def test_what_was_cut_off_is_noticed(length: int) -> None:
    sealed = seal(KEY, "messages", "1", "body", "xin chào")
    with pytest.raises(Tampered):
        unseal(KEY, "messages", "1", "body", sealed[:length])


def test_a_data_key_opens_with_its_master_and_in_its_row_only(vault: Vault) -> None:
    key, wrapped = vault.new_key("contacts", "a")
    assert vault.unwrap("contacts", "a", wrapped) == key
    with pytest.raises(Tampered):
        vault.unwrap("contacts", "b", wrapped)


def test_the_hash_of_an_address_depends_on_the_kind_and_the_key(
    vault: Vault, tmp_path: Path
) -> None:
    make_key_file(tmp_path / "other")
    other = read_key_file(tmp_path / "other")
    assert vault.hash("sms", "+84900000001") == vault.hash("sms", "+84900000001")
    assert vault.hash("sms", "+84900000001") != vault.hash("telegram", "+84900000001")
    assert vault.hash("sms", "+84900000001") != other.hash("sms", "+84900000001")


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    make_key_file(path)
    path.chmod(0o644)
    with pytest.raises(BadKeyFile, match="chmod 600"):
        read_key_file(path)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"masters": {"m1": "x"}}'])
def test_a_broken_key_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(BadKeyFile, match="safe copy"):
        read_key_file(path)


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    make_key_file(tmp_path / "keys")
    with pytest.raises(FileExistsError):
        make_key_file(tmp_path / "keys")


@given(st.text("0123456789", min_size=6, max_size=6), st.integers(0, 6), st.integers(1, 9))
def test_one_wrong_digit_is_found(digits: str, at: int, by: int) -> None:
    ref = digits + check_digit(digits)
    wrong = ref[:at] + str((int(ref[at]) + by) % 10) + ref[at + 1 :]
    assert is_reference(ref)
    assert not is_reference(wrong)


@given(st.text("0123456789", min_size=6, max_size=6), st.integers(0, 5))
def test_two_swapped_digits_are_found(digits: str, at: int) -> None:
    ref = digits + check_digit(digits)
    swapped = ref[:at] + ref[at + 1] + ref[at] + ref[at + 2 :]
    assert swapped == ref or not is_reference(swapped)


def test_references_are_seven_digits_and_say_nothing() -> None:
    made = {new_reference() for _ in range(500)}
    assert len(made) > 490
    assert all(is_reference(ref) and len(ref) == 7 for ref in made)
