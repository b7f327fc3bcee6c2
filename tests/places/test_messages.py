"""Whole messages: who is where, who comes from where, and what is no place at all."""

from __future__ import annotations

from datetime import date

import pytest

from places import find, mentions, read
from places.find import NOWHERE

HERE_AND_HOME = [
    ("em bi nhot o bavet, ho thu ho chieu, que em o an giang", "KH", "An Giang"),
    ("Con ở trong khu cờ bạc Bavet, cửa khóa. Má con ở Vũng Liêm, Vĩnh Long.", "KH", "Vĩnh Long"),
    ("Con gái tôi bị bán sang Trung Quốc, nhà tôi ở Mèo Vạc", "CN", "Tuyên Quang"),
    ("Em quê Nghệ An, đang bị giữ ở Bình Dương", "VN", "TP. Hồ Chí Minh"),
    ("My cousin from Nghe An is in Taiwan, her boss beats her", "TW", "Nghệ An"),
    ("我被关在妙瓦底，老家在谅山", "MM", "Lạng Sơn"),
    ("cháu họ e ở an lão hp bị giữ bên mia wa đi", "MM", "Hải Phòng"),
    ("thằng em tôi ở Tri Tôn đi Campuchia làm 2 tháng, không liên lạc được", "KH", "An Giang"),
]


@pytest.mark.parametrize(("text", "country", "province"), HERE_AND_HOME)
def test_where_the_person_is_and_where_to_route(
    text: str, country: str, province: str, on: date
) -> None:
    place = find(text, on=on)
    assert (place.country, place.vn_province) == (country, province)


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("em bi giu o Chau Doc An Giang", "Châu Đốc"),  # the town, not its market
        ("em đứng trên cầu Cần Thơ", "cầu Cần Thơ"),  # not the quay of the same town
    ],
)
def test_a_place_keeps_its_own_name(text: str, mention: str, on: date) -> None:
    assert find(text, on=on).mention == mention


WITHOUT_MARKS = [
    ("e bi nhot o tiem matxa da nang, khach k tra la bi danh", "Đà Nẵng"),
    ("toi dang o ben xe da nang, het tien", "Đà Nẵng"),
    ("ra phu quoc lam tiep tan, ai de bi giam trong phong", "An Giang"),
    (
        "gio tau neo ngoai khoi quy nhon, ai met la lay khuc cay phang, khong cho ai len bo",
        "Gia Lai",
    ),
    ("bo em ten giang, nha o bac yen, chu lai xe bao qua ben kia", "Sơn La"),
    ("chau toi o dien chau bi nhot, no di thuoc la vo tay", "Nghệ An"),
    ("toi o trong xuong, no vua nt cho toi, thuoc o la 12 ngan", None),
    ("phong tro o binh hung hoa co ba bau bi giu", "TP. Hồ Chí Minh"),
    ("nha no o simacai, bo no gan no", "Lào Cai"),
    ("thang chu trong xom moi con lam, con co nen di khong", None),
    ("e vua ve quy chau, nha ck cu khong nhan", "Nghệ An"),
]


@pytest.mark.parametrize(("text", "province"), WITHOUT_MARKS)
def test_everyday_words_without_marks_are_no_towns(
    text: str, province: str | None, on: date
) -> None:
    assert find(text, on=on).vn_province == province


def test_a_part_of_the_country_is_asked_about_only_where_somebody_is(on: date) -> None:
    assert len(find("em dang o mien tay, bi giu trong quan", on=on).candidates) > 1
    assert find("Trang việc nhẹ miền Tây tuyển người qua Campuchia", on=on).candidates == ()
    assert find("quán ở Ayun Pa giữ giấy tờ mấy cô miền Tây", on=on).vn_province == "Gia Lai"


BACK = [
    "Em tôi trốn từ Trung Quốc về Phong Thổ được hai tuần, nó bị dọa",
    "I got back to Lai Chau from a scam company in Cambodia ten days ago",
]


@pytest.mark.parametrize("text", BACK)
def test_who_came_back_is_in_viet_nam(text: str, on: date) -> None:
    place = find(text, on=on)
    assert (place.country, place.vn_province) == ("VN", "Lai Châu")


@pytest.mark.parametrize(
    "text",
    [
        "có chị trên Zalo rủ đi làm tiệm nail ở Sài Gòn, em chưa trả lời, có tin được không",
        "nguoi ta ru em di Campuchia lam viec nhe luong cao, co nen di khong",
    ],
)
def test_the_destination_of_an_offer_is_not_the_place(text: str, on: date) -> None:
    assert find(text, on=on).vn_province is None


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("em dang tren xe len Mong Cai, vua qua Kinh Mon", "Hải Phòng"),
        ("họ rủ em đi Đà Lạt chơi, em đang ở Phan Rang", "Khánh Hòa"),
        ("nó chở em từ Đồng Tháp lên Sài Gòn bán cho quán ở Tân Bình", "TP. Hồ Chí Minh"),
    ],
)
def test_of_a_way_the_place_now(text: str, province: str, on: date) -> None:
    assert find(text, on=on).vn_province == province


def test_a_province_beside_it_tells_a_name_apart(on: date) -> None:
    assert find("Vinh Hoa Hung Bac, go quao", on=on).old_province == "kien-giang"
    assert find("Châu Thành, Kiên Giang", on=on).old_province == "kien-giang"
    assert find("kien giang, huyen chau thanh", on=on).old_province == "kien-giang"
    assert find("bac son ls", on=on).vn_province == "Lạng Sơn"


def test_a_home_elsewhere_does_not_tell_a_name_apart(on: date) -> None:
    """Who comes from Kiên Giang may well be in another Châu Thành now: we ask."""
    place = find("em dang o Chau Thanh, que em o Kien Giang", on=on)
    assert place.vn_province is None
    assert len(place.candidates) == 5


def test_a_kind_word_tells_a_name_apart(on: date) -> None:
    assert find("huyện Tân Phú", on=on).vn_province == "Đồng Nai"
    assert find("quận Tân Phú", on=on).vn_province == "TP. Hồ Chí Minh"
    assert find("cửa khẩu Tân Thanh", on=on).vn_province == "Lạng Sơn"


def test_ha_nam_is_henan_beside_china(on: date) -> None:
    assert find("em o Ha Nam", on=on).vn_province == "Ninh Bình"
    assert find("chị em lấy chồng ở Hà Nam, Trung Quốc", on=on).country == "CN"
    both = find("chị em quê Hà Nam, bị bán sang Trung Quốc", on=on)
    assert (both.country, both.vn_province) == ("CN", "Ninh Bình")


NOT_PLACES = [
    "em muốn sống trong hòa bình",
    "chị Long An nói với em như vậy đó, em sợ lắm",
    "Con tên An Giang, con học lớp 8",
    "em đi ăn cơm với hai cháu nhỏ",
    "chờ mới gọi lại cho mọi người",
    "nó lao động cực lắm, trước pháp luật ai cũng vậy",
    "cái đó là gì vậy, em vẫn làm mà",
    "an ninh ở trung tâm tốt lắm",
    "I am in my room, please help",
    "cảm ơn",
    "",
    "😀😀😀",
]


@pytest.mark.parametrize("text", NOT_PLACES)
def test_words_and_persons_are_not_places(text: str, on: date) -> None:
    assert find(text, on=on) == NOWHERE


def test_mentions_say_what_each_name_is_and_does(on: date) -> None:
    text = "Em quê Tri Tôn, đang bị nhốt ở Sihanoukville"
    home, here = mentions(text, on=on)
    assert (home.name, home.kind, home.role) == ("Tri Tôn", "district", "home")
    assert (home.provinces, home.old_provinces) == (("An Giang",), ("an-giang",))
    assert text[home.start : home.end] == "Tri Tôn"
    assert (here.name, here.country, here.role) == ("Sihanoukville", "KH", "here")
    assert here.provinces == ()


@pytest.mark.parametrize("text", [text for text, _, _ in HERE_AND_HOME])
def test_reading_once_says_the_same(text: str, on: date) -> None:
    assert read(text, on=on) == (find(text, on=on), mentions(text, on=on))


def test_an_ambiguous_mention_lists_its_provinces(on: date) -> None:
    (one,) = mentions("em ở huyện Châu Thành", on=on)
    assert len(one.provinces) == 5
    assert {"ben-tre", "kien-giang"} <= set(one.old_provinces)
    assert one.lat is None


def test_a_name_in_another_script_is_mentioned_as_written(on: date) -> None:
    assert find("柬埔寨西港", on=on).mention == "西港"
    assert find("កម្ពុជា", on=on).country == "KH"


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("nha tro co ong dat may em gai vo, o Tra Vinh", "Vĩnh Long"),
        ("tau roi ben luc 9h toi nay", None),
        ("hai anh Việt Nam bị nhốt ở Đài Trung", None),
        ("can bo xa xin to roi tieng Gia Rai", None),
        ("con di phong van o Thap Muoi roi mat tich", "Đồng Tháp"),
        ("South African teacher, Da Nang. They keep our passports", "Đà Nẵng"),
        ("chau que Gia Lai, nhan tin la dang tren tau ra Lang Son", "Gia Lai"),
        ("em gai ngoi xe do tu Ca Mau di Binh Duong voi mot ba la", "Cà Mau"),
        ("em que Mo Cay, bi nhot tren tau", "Vĩnh Long"),
        ("toi o trung quoc ve 2 thang, o xa ban lau lao cai", "Lào Cai"),
    ],
)
def test_everyday_words_are_no_places_and_a_road_ahead_says_least(
    text: str, province: str | None
) -> None:
    assert find(text, on=date(2026, 11, 1)).vn_province == province


def test_who_is_back_for_two_months_is_here() -> None:
    place = find("toi o trung quoc ve 2 thang, o xa ban lau lao cai", on=date(2026, 11, 1))
    assert (place.country, place.mention) == ("VN", "Bản Lầu")
