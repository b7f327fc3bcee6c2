"""The form is read as Flask reads it, once."""

from __future__ import annotations

from urllib.parse import urlencode

from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from webhooks.forms import fields, first_values

PIECES = st.sampled_from(
    [b"a", b"Body", b"=", b"&", b"+", b"%", b"%C4%91", b"%c4", b"%2", b"%00", b"%zz", b"\xc4",
     "đ".encode(), b" ", b";", b"#", b"?"]
)  # fmt: skip


def _of_flask(body: bytes) -> list[tuple[str, str]]:
    built = EnvironBuilder(
        method="POST", data=body, content_type="application/x-www-form-urlencoded"
    )
    return list(Request(built.get_environ()).form.items(multi=True))


@given(st.lists(PIECES, max_size=20).map(b"".join))
@example(b"Body=a&Body=b&From=c&Body=a")
@example(b"a=%ff%fe&=&b")
def test_as_flask_reads_it(body: bytes) -> None:
    assert sorted(fields(body)) == sorted(_of_flask(body))


@given(st.lists(st.tuples(st.text(min_size=1, max_size=5), st.text(max_size=20)), max_size=10))
def test_what_was_posted_comes_back_in_order(posted: list[tuple[str, str]]) -> None:
    sound = [(n, v) for n, v in posted if (n + v).isprintable()]
    assert fields(urlencode(sound).encode()) == sound


def test_of_a_repeated_field_the_first_value_counts() -> None:
    assert first_values(fields(b"Body=one&From=two&Body=three")) == {"Body": "one", "From": "two"}
