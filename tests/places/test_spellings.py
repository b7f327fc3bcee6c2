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


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("tui dân q.nam, cho tui xin cái nhà đường nào về", "Đà Nẵng"),
        ("o vjnh yen, nha tro tang ba, bj ep tiep khach", "Phú Thọ"),
        ("t dân bình lonk, trốn ra rồi", "Đồng Nai"),
        ("karaoke gan y jut bmt co may em lop 10", "Đắk Lắk"),
        ("quan bia om nam can chu giu may dua nho", "Cà Mau"),
        ("quan pho dong anh co chau be lam tu 4h sang", "Hà Nội"),
        ("chi em tu son la xuong, gio bi giu o xuong banh son tay ha noi", "Hà Nội"),
        ("Bị giữ ở quán gội đầu ngay phường Bắc Ninh", "Bắc Ninh"),
        ("Ông chú đưa cháu xuống Bát Tràng nặn gốm, tiền chú lĩnh hết", "Hà Nội"),
        ("xe cho em qua hoa lac roi, lai xe doi bien so", "Hà Nội"),
        ("thấy ở bx vĩnh niệm có bà dắt ba bé gái", "Hải Phòng"),
        ("toi la nguoi ba thuoc, dang trong khu co day thep gai", "Thanh Hóa"),
        ("di ruot em nguoi san chi hai ha, lay chong xa", "Quảng Ninh"),
        ("toi la phu xe di Lao, ho noi qua Nam Can la giao em be", "Nghệ An"),
        ("chở 9 đứa ra bến đò an phú qua cam", "An Giang"),
        ("đang chở 2 nhỏ từ cái răng lên sg giao", "Cần Thơ"),
        ("trai tom cam lam khoa may anh trong nha ton", "Khánh Hòa"),
        ("Ngay bến xe Đức Long Pleiku có bà dắt ba bé gái", "Gia Lai"),
        ("quan karaoke duong vinh loc bình chánh khong cho ra", "TP. Hồ Chí Minh"),
        ("con dung tren cau tra khuc", "Quảng Ngãi"),
        ("tau neo o cang phan ri cua, co nguoi bi trong", "Lâm Đồng"),
        ("vừa lên xe qua đường 9, lơ xe bảo qua Lào trả nợ", "Quảng Trị"),
    ],
)
def test_more_ways_to_write_a_name(text: str, province: str, on: date) -> None:
    assert find(text, on=on).vn_province == province


@pytest.mark.parametrize(
    "text",
    [
        "ho mang den cho em mot to giay",
        "em da hoi roi ma no khong noi",
        "no chan may roi, em chi mat tien",
        "nam yen dung dong day, no noi vay",
        "em nuoi may con lon nai de co cho dua",
        "con oi nho mua hai lang thuoc re",
        "no de gi trong tui em cung khong biet",
        "lang co nguoi la toi hoi mua con gai",
    ],
)
def test_new_names_are_no_everyday_words(text: str, on: date) -> None:
    assert find(text, on=on).vn_province is None


def test_a_pass_between_two_provinces_is_asked(on: date) -> None:
    assert set(find("em dang o deo hai van", on=on).candidates) == {"Huế", "Đà Nẵng"}


@pytest.mark.parametrize(
    ("text", "provinces"),
    [
        ("con trai toi nguoi thai phu yen, bi danh ben malai", {"Sơn La"}),
        ("em gai tui nguoi dao tam duong moi 15 tuoi", {"Lai Châu"}),
        # Who comes from elsewhere may be in either.
        ("toi dan toc kho mu, chan trau cho nguoi ta o phu yen", {"Sơn La", "Đắk Lắk"}),
        ("em o phu yen, chu danh", {"Đắk Lắk"}),
        ("nguoi muong o hoa binh", {"Phú Thọ"}),
    ],
)
def test_a_people_tells_names_apart(text: str, provinces: set[str], on: date) -> None:
    place = find(text, on=on)
    assert set(place.candidates or (place.vn_province,)) == provinces


def test_a_former_town_is_called_a_commune(on: date) -> None:
    assert find("o xa Hung Hoa Tam Nong Phu Tho", on=on).old_province == "phu-tho"


def test_a_hamlet_named_like_a_commune_elsewhere(on: date) -> None:
    text = "Có người lạ lui tới bản Nà Khương, xã thuộc Tam Đường"
    assert find(text, on=on).vn_province == "Lai Châu"
