"""Where somebody is beats where a way leads."""

from __future__ import annotations

from datetime import date

import pytest

from places import find


@pytest.mark.parametrize(
    ("text", "province"),
    [
        # A vehicle or a ticket: the place ahead is not yet where anybody is.
        ("chau gai toi o Cu Kuin dang ngoi tren xe xuong Sai Gon, gui bien so roi im", "Đắk Lắk"),
        ("Tôi bán nước ở bến xe Yên Bái, hai đứa nhỏ lên xe giường nằm đi Hà Nội rồi", "Lào Cai"),
        ("Cháu học ở Hòa Vang, vừa ra ga, có người mua sẵn vé tàu đi Hà Nội rồi", "Đà Nẵng"),
        ("con bé ở Phong Thổ lên xe khách về hn với người lạ, tắt máy rồi", "Lai Châu"),
        ("e đặt xe xuống Hải Phòng rồi, e ở Tủa Chùa, ng ta kêu đi tiệm nail", "Điện Biên"),
        ("Chị ấy người Thái ở Quỳ Châu, có người thấy ngồi trên xe về Hà Nội sáng nay", "Nghệ An"),
        ("toi o ben xe Lang Son, khong biet duong ve Nghe An", "Lạng Sơn"),
        ("con danh giay o Dong Da, khong co tien xe ve Thanh Hoa", "Hà Nội"),
        (
            "xe chạy thẳng lên Mộc Bài rồi đi lối ruộng, gom khách ở An Sương",
            "TP. Hồ Chí Minh",
        ),
        # Somebody's word for where the way leads.
        ("em gai o Sin Ho di voi nguoi la, bao la ve ha noi lam quan hat", "Lai Châu"),
        ("Em tôi ở Quan Sơn theo một chị xuống Hà Nội rửa bát, bố mẹ đã nhận tiền", "Thanh Hóa"),
        ("Học sinh tôi quê Sìn Hồ xin nghỉ để cuối tháng xuống Hải Phòng làm", "Lai Châu"),
        # Picked up here, bound for elsewhere.
        ("mai 4h có xe đón e ở kỳ anh sang lào bốc vác, có nên lên xe k", "Hà Tĩnh"),
        ("Sáng mai em ra Gia Lâm lên xe, việc ở Lào, có phải lừa không", "Hà Nội"),
        ("sang mai toi ra san bay Pleiku bay Sai Gon roi qua Lao, co bi lua khong", "Gia Lai"),
    ],
)
def test_a_way_ahead_is_no_place(text: str, province: str, on: date) -> None:
    assert find(text, on=on).vn_province == province


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("Họ hứa làm ở Hà Nội nhưng xe lên Lạng Giang rồi, thu điện thoại cả xe", "Bắc Ninh"),
        ("em o Dien Bien xuong lam lo gach Viet Yen, chu giu chung minh thu", "Bắc Ninh"),
        ("Cô ơi em quê Trà Ôn lên Biên Hòa phụ quán, giờ bị nhốt trong kho", "Đồng Nai"),
        ("Nhà em ở Si Ma Cai vào Bảo Lộc hái cà, chủ bảo còn nợ tiền xe", "Lâm Đồng"),
        ("Tôi dạy học ở Đà Bắc. Học trò cũ nhắn từ Tam Điệp là bị chặn cửa", "Ninh Bình"),
        ("em toi o bao loc bo nha di, xem vi tri thi o sai gon", "TP. Hồ Chí Minh"),
        # A way that is long over.
        (
            "e quê cà mau bị dụ lên xe khách ra vũng tàu, tới nơi nó thu điện thoại",
            "TP. Hồ Chí Minh",
        ),
        ("em ở Cần Thơ bị chở lên Sài Gòn, tới nơi họ khóa cửa", "TP. Hồ Chí Minh"),
        ("tháng trước em đi xe ra Hà Nội làm, quê em Nghệ An", "Hà Nội"),
        ("em bắt xe vào Đồng Nai làm được hai tháng, chủ đánh, quê Thanh Hóa", "Đồng Nai"),
        ("em tôi đi tàu vào Sài Gòn, giờ bị giữ ở đó, tôi ở Nam Định", "TP. Hồ Chí Minh"),
        ("Chị em mới được đưa về Lào Cai hôm qua, không có giấy tờ", "Lào Cai"),
        ("e từ cam về vừa xuống bx đà nẵng, nhà ở kon tum mà hết tiền", "Đà Nẵng"),
        ("Bạn cùng quê tôi làm ở Trảng Bom bị chủ khóa cửa. Tôi ở Bình Dương", "Đồng Nai"),
    ],
)
def test_who_arrived_is_there(text: str, province: str, on: date) -> None:
    assert find(text, on=on).vn_province == province


def test_who_cannot_be_reached_is_routed_by_the_home(on: date) -> None:
    text = "Em tôi đi Bắc Ninh làm, 4 hôm rồi không gọi được, nhà tôi Bình Gia Lạng Sơn"
    assert find(text, on=on).vn_province == "Lạng Sơn"
