"""Names that two countries share, and the province of somebody abroad."""

from __future__ import annotations

from datetime import date

import pytest

from places import find


@pytest.mark.parametrize(
    ("text", "country", "province"),
    [
        ("chau bi ban sang dong hung, dem nao cung bi ep tiep khach", "CN", None),
        ("lam chui ben Dong Hung, em nguoi Dao Binh Lieu", "CN", "Quảng Ninh"),
        ("Con dâu tôi ở Đông Hưng nghe người ta nói sang Ba Lan hái nấm", "VN", "Hưng Yên"),
        ("toi duoc dua ve tu TQ den Trung Khanh, can vao vien", "VN", "Cao Bằng"),
        ("chị bị bán sang Trung Quốc, giờ ở Trùng Khánh", "CN", None),
        ("They say tonight go China. Tôi ở Trùng Khánh nhà dì", "VN", "Cao Bằng"),
        ("Em sang Đài Loan làm giúp việc. Em ở Tân Bắc.", "TW", None),
        # A market, an agency: nobody's home.
        ("Tôi sống ở Berlin, hay ăn ở khu chợ Đồng Xuân, mấy cháu bếp ngủ trong kho", "DE", None),
        ("I am au pair in Germany, agency in Hanoi said language study", "DE", None),
        ("I am held in Bokeo, guards outside. I am from Hanoi", "LA", "Hà Nội"),
    ],
)
def test_where_abroad_and_what_home(
    text: str, country: str, province: str | None, on: date
) -> None:
    place = find(text, on=on)
    assert (place.country, place.vn_province) == (country, province)


def test_who_may_be_held_across_the_border_is_not_put_in_viet_nam(on: date) -> None:
    """Đông Hưng is a town in Guangxi and a district of Thái Bình."""
    assert find("em bi nhot o dong hung, ho khong cho ra", on=on).vn_province is None
