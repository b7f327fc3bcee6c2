"""Our signature check and Twilio's own library agree, on what is genuine and on what is not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from channels.twilio_signature import SETTINGS, SIGNATURE, sign, verify

TOKEN = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
URL = "https://hotline.example/twilio/sms"

urls = st.builds(
    lambda scheme, host, port, path, query: f"{scheme}://{host}{port}{path}{query}",
    st.sampled_from(["https", "http"]),
    st.sampled_from(["hotline.example", "10.0.0.7", "hotline.example.vn"]),
    st.sampled_from(["", ":443", ":80", ":8443"]),
    st.sampled_from(["/twilio/sms", "/", "/a/b/"]),
    st.sampled_from(["", "?x=1", "?bodySHA256=0&y=%20"]),
)
values = st.one_of(st.just(""), st.text(max_size=20), st.sampled_from(["ằ", "🆘", "a=b&c", " "]))
names = st.one_of(
    st.sampled_from(["Body", "From", "MediaUrl0", "MessageSid"]), st.text(min_size=1, max_size=8)
)
forms = st.lists(st.tuples(names, values), max_size=12)


@given(urls, forms, st.sampled_from(["HMAC_SHA1", "HMAC_SHA256"]))
def test_agrees_with_the_library(url: str, form: list[tuple[str, str]], algorithm: str) -> None:
    library = RequestValidator(TOKEN)
    signature = library.compute_signature(url, MultiDict(form), algorithm)
    headers = {SIGNATURE: signature}
    if algorithm != "HMAC_SHA1":
        headers[SETTINGS] = f"key=webhooks_sharedkey_1,algorithm={algorithm}"
    assert library.validate(url, MultiDict(form), signature, algorithm)
    assert verify(url, form, headers, TOKEN)
    assert not verify(url, form, headers, TOKEN + "x")
    assert (
        not verify(url, [*form, ("Body", "one more")], headers, TOKEN)
        or (
            "Body",
            "one more",
        )
        in form
    )


@given(urls, forms)
def test_either_form_of_the_port_is_accepted_as_by_the_library(
    url: str, form: list[tuple[str, str]]
) -> None:
    library = RequestValidator(TOKEN)
    for named in ("https://h.example/x", "https://h.example:443/x", "https://h.example:8443/x"):
        for signed in ("https://h.example/x", "https://h.example:443/x"):
            signature = library.compute_signature(signed, MultiDict(form))
            ours = verify(named, form, {SIGNATURE: signature}, TOKEN)
            assert ours == library.validate(named, MultiDict(form), signature)


@given(st.text(max_size=60), st.text(max_size=60), forms)
def test_nonsense_is_refused_without_an_error(
    signature: str, settings: str, form: list[tuple[str, str]]
) -> None:
    assert not verify(URL, form, {SIGNATURE: signature, SETTINGS: settings}, TOKEN)


@pytest.mark.parametrize(
    ("headers", "token", "why"),
    [
        ({}, TOKEN, "no signature"),
        ({SIGNATURE: ""}, TOKEN, "an empty signature"),
        ({SIGNATURE: sign(URL, [], "")}, "", "no token was set: everybody could sign"),
        ({SIGNATURE: sign(URL, [], TOKEN), SETTINGS: "algorithm=NONE"}, TOKEN, "unknown algorithm"),
        ({SIGNATURE: sign(URL, [], TOKEN), SETTINGS: "algorithm=HMAC_SHA256"}, TOKEN, "SHA-1 sent"),
        ({SIGNATURE: sign("http://other.example/", [], TOKEN)}, TOKEN, "another address"),
        ({SIGNATURE: sign(URL, [("A", "b")], TOKEN)}, TOKEN, "other fields"),
    ],
)
def test_is_refused(headers: dict[str, str], token: str, why: str) -> None:
    assert not verify(URL, [], headers, token), why


def test_a_lone_surrogate_in_a_form_is_refused_without_an_error() -> None:
    assert not verify(URL, [("Body", "\ud800")], {SIGNATURE: "x"}, TOKEN)


def test_the_newer_scheme_uses_the_secret_of_the_key_it_names() -> None:
    form = [("Body", "giúp em")]
    signature = sign(URL, form, "the key's own secret", "sha256")
    headers: Any = {SIGNATURE: signature, SETTINGS: "key=K1, algorithm=HMAC_SHA256"}
    assert verify(URL, form, headers, TOKEN, {"K1": "the key's own secret"})
    assert not verify(URL, form, headers, TOKEN, {"K1": "another secret"})
    assert not verify(URL, form, headers, TOKEN)
