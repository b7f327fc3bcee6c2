"""Names in the ways people write them, and everyday words that only look like one."""

from __future__ import annotations

from datetime import date

import pytest

from places import find


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("mình người Bru ở Đakrông, chồng uống rượu rồi đánh", "Quảng Trị"),
        ("o ban em dakrong co nguoi la di hoi con gai", "Quảng Trị"),
        ("vườn sầu ở cư mgar giữ giấy tờ 6 người", "Đắk Lắk"),
        ("con o trai mi kbang, chu khoa cong", "Gia Lai"),
        ("dưới khơi cần giờ có ghe cột người", "TP. Hồ Chí Minh"),
        ("toi o ngoai khoi la gi, bi danh vi xin ve", "Lâm Đồng"),
        ("bay gio em o nha nghi bao thang, sang mai di", "Lào Cai"),
        ("o vam nam can co ghe giu may dua nho", "Cà Mau"),
        ("mn ơi e đi phượt khúc la lay gặp xe chở mấy bé", "Quảng Trị"),
        ("o benh xa Mo Cay co nguoi moi gioi mua em be", "Vĩnh Long"),
        ("con o tau xa bo rach gia, tai cong danh", "An Giang"),
        ("Nhà bên kêu thảm thiết, gọi không ai mở. Hương Sơn.", "Hà Tĩnh"),
        ("Nha hang duong sat bien Vinh co may dua tre bi danh", "Nghệ An"),
        (
            "toi dan khmer my tu, con bi dem len binh duong, bi giu o do",
            "TP. Hồ Chí Minh",
        ),
    ],
)
def test_names_without_their_marks(text: str, province: str, on: date) -> None:
    assert find(text, on=on).vn_province == province


@pytest.mark.parametrize(
    "text",
    [
        "Công ty nhân lực Thái Bình Dương tuyển điều dưỡng",
        "ad ơi bao nhieu tuoi thi tinh la tre em",
        "chu Tinh la ai ca nha khong biet",
        "h chủ nó gọi bắt trả tiền",
        "e bị giữ gần quảng trường, tầng ba",
        "chung noi la quang xuong ham",
        'nhóm "hàn 0 đồg" đăg hình mấy cô kèm giá',
        "no hoi cai do la gi vay em",
    ],
)
def test_words_that_are_no_names(text: str, on: date) -> None:
    assert find(text, on=on).vn_province is None


def test_a_people_is_no_town(on: date) -> None:
    """ "Jarai" sounds like Giá Rai."""
    assert find("Con người Jarai ở Chư Prông, xe chạy qua bên Cam", on=on).vn_province == "Gia Lai"
