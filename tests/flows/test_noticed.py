"""What a message tells is found by one look for all patterns, as each would find it by itself."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from flows.noticed import FILE, LONGEST, notice
from flows.wording import fold, load

SAID = (
    "so nha 12 duong Nguyen Huệ, tầng 3 phòng bavet ba vet 17 tuổi lop 8 hôm qua/mai di bay\n"
    "xe mau trang 51A12345 em lạc nuoc ngoai o dai loan toi thay doi 30 trieu +84900000001 help me"
    " muon bao tin + / khong cho me biet 20/11 i am 14 yesterday nạn ... (hai) nguoi"
)
WORDS = st.sampled_from(SAID.split(" "))


EACH = {
    kind: {n: re.compile(rf"(?<!\w)(?:{'|'.join(p)})(?!\w)") for n, p in load(FILE)[kind].items()}
    for kind in ("find", "mark")
}


@given(st.lists(WORDS, max_size=25).map(" ".join))
def test_as_each_pattern_finds_it(text: str) -> None:
    folded = fold(text)
    told, marks = notice(folded)
    alone = {name: each.search(folded) for name, each in EACH["find"].items()}
    assert told == {name: found[0][:LONGEST] for name, found in alone.items() if found}
    assert list(told) == [name for name, found in alone.items() if found]
    assert marks == {name for name, each in EACH["mark"].items() if each.search(folded)}


@given(st.text(alphabet=" ,.a1đ\n/+\t", max_size=40))
def test_one_space_between_words(text: str) -> None:
    assert fold(text) == re.sub(r"[^\w/+\n]+", " ", text.replace("đ", "d")).strip()
