"""How a password of staff is kept, and what guessing at that of a backup costs."""

from __future__ import annotations

import runpy
from collections.abc import Iterator

import argon2
import pytest

from desk import access
from store import sealedfile


@pytest.fixture
def _the_products_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Undo what tests/conftest.py makes lighter."""
    monkeypatch.setattr(access, "PasswordHasher", argon2.PasswordHasher)
    access._hasher.cache_clear()
    yield
    access._hasher.cache_clear()


@pytest.mark.usefixtures("_the_products_own")
def test_guessing_a_password_costs_what_rfc_9106_asks_for() -> None:
    """Section 4, its second recommended option: Argon2id, three passes over 64 MiB."""
    kept = argon2.extract_parameters(access._hasher().hash("ba con meo den"))
    assert kept.type is argon2.Type.ID
    assert kept.time_cost >= 3
    assert kept.memory_cost >= 64 * 1024  # KiB
    assert kept.salt_len >= 16  # bytes
    assert kept.hash_len >= 32


def test_guessing_the_password_of_a_backup_takes_128_mib_each_time() -> None:
    """OWASP, Password Storage Cheat Sheet: scrypt with n = 2**17, r = 8, p = 1."""
    work = runpy.run_path(str(sealedfile.__file__))["WORK"]  # untouched by tests/conftest.py
    assert 128 * work["n"] * work["r"] >= 128 * 2**20
