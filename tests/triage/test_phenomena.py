"""What must be understood, one table for each kind of difficulty. Sentences of our own.

Each line: the text, then what must hold: "u<=1" urgency at most 1, "u>=3" at least 3, an intent,
"+signal" given, "-signal" not given, "cue:name" heard, "-cue:name" not heard.
"""

from __future__ import annotations

from datetime import date

import pytest

import triage

TODAY = date(2026, 11, 22)

TABLES: dict[str, dict[str, str]] = {
    "negation": {
        "Không ai nhốt em hết, em chỉ muốn hỏi thủ tục": "u>=3 -confinement",
        "em van con giu ho chieu, cong ty khong thu gi ca": "-documents_taken",
        "chua bi danh lan nao": "-violence u>=2",
        "họ không đánh nhưng khóa cửa ngoài, em không ra được": "u<=1 +confinement",
        "Nobody hit me and I have my passport": "-violence -documents_taken",
    },
    "question": {
        "Tội mua bán người bị phạt bao nhiêu năm tù ạ?": "info u>=4",
        "cho em hoi lam can cuoc can giay to gi": "u>=3",
        "What are the signs of human trafficking?": "info u>=3",
    },
    "hypothetical": {
        "Nếu một người bị giữ hộ chiếu ở nước ngoài thì gọi cho ai ạ, em hỏi cho biết": "u>=3",
        "gia su co nguoi bi lua ban thi bao cong an nao a, hoi cho biet thoi": "u>=3",
    },
    "film and news": {
        "xem phim ve buon nguoi ma so qua, phim do co that khong ad": "u>=3",
        "Đọc báo thấy vụ bán người sang Campuchia, mấy bạn đó giờ sao rồi ạ?": "u>=3",
    },
    "past": {
        "Năm 2015 em từng bị bán sang Trung Quốc, về lâu rồi, giờ muốn học nghề": (
            "return_support u>=3"
        ),
        "hoi truoc toi co bi lua mat tien coc, gio xong roi": "u>=3",
    },
    "retraction": {
        "nham so roi xin loi": "off_topic",
        "em nhắn nhầm, không có gì đâu ạ": "off_topic",
    },
    "adverts": {
        "TUYEN GAP nam nu 18-35 lam viec tai Campuchia luong 1000 do bao an o LH 0900000111": (
            "off_topic u>=4"
        ),
        "vay tien nhanh khong the chap, giai ngan 5 phut": "off_topic u>=4",
        "bán thân máy tính cũ, còn bảo hành 6 tháng": "u>=3 -sexual_exploitation",
    },
    "second-hand": {
        "nghe đồn ở xóm trên có bà chuyên dắt gái, mà em không chắc": "u>=2",
        "Bạn em kể chị bạn ấy đang bị nhốt ở Bavet và bị đánh mỗi ngày": "u<=1 +violence",
    },
    "third person": {
        "Em gái tôi 15 tuổi đang bị giữ trong quán karaoke ở Móng Cái": (
            "u<=1 help_other +minor +confinement"
        ),
        "con trai toi bi ben myanmar doi 100 trieu tien chuoc, no bi chich dien": (
            "u<=1 help_other +ransom_debt"
        ),
    },
    "joke": {
        "bị vợ nhốt ở nhà rửa bát haha cứu tôi với =))": "u>=2",
        "sep boc lot qua, dung la no le tu ban haha": "u>=3",
    },
    "chatter with dangerous words": {
        "tổng đài cứu acc giùm đi, bị hack bắt cóc nick": "off_topic u>=4",
        "cứu bồ với, ai có file đề cương sử gửi mình": "off_topic u>=4",
        "em o svay rieng, ban game": "u<=3",  # from abroad: not lightly chatter
    },
    "self-harm stated and denied": {
        "em dang dung tren cau, em khong muon song nua": "u<=1 crisis_other +suicide_self_harm",
        "Tôi vừa uống hết vỉ thuốc ngủ rồi": "u<=1 crisis_other +suicide_self_harm",
        "em buồn lắm nhưng em không có ý định tự tử đâu": "u>=2",
    },
    "Telex remains": {
        "em bij nhoots trong phongf, cuwsu em": "u<=1 +confinement",
        "nguwowif ta khoas cuwar khoong cho em ra": "u<=1",
    },
    "teencode": {
        "e bj nhot r cuu e vs": "u<=1 +confinement",
        "tui nó k cho e zìa, khóa cửa ngoài r": "u<=1",
        "mn oi cuu t vs, t bi ng ta giu o bavet k ra dc": "u<=1",
    },
    "doubled letters": {
        "cuuuuuu emmmm voiiiii": "u<=1",
        "hellpppp meeee": "u<=1",
    },
    "one-key slips": {
        "em bi nhit trong phong, cuu em": "u<=1",
        "ho thu hoj chieu cua em roi, khong cho ra ngoai": "u<=1",
    },
    "voice-to-text slips": {
        "alo em đang bị nhốt ở tầng 3 khách sạn họ khoá cửa rồi em không ra được": "u<=1",
        "cứu em chấm em bị giữ phẩy không ra được chấm": "u<=1",
    },
    "emoji": {"🆘🆘🆘": "u<=1", "em bi danh 😭🩸 cuu em 🙏": "u<=1 help_self"},
    "ages against the date": {
        "em sinh 2012 bi ep tiep khach": "u<=1 +minor +sexual_exploitation",
        "em sinh 2001 bi ep tiep khach o quan": "-minor +sexual_exploitation",
        "chau hoc lop 8, ho khong cho chau ve, nhot trong phong": "u<=1 +minor",
        "con em 14t bi du di campuchia toi nay": "u<=1 +minor help_other",
        "Em 13 tuổi, em ở bến xe Miền Đông một mình": "u<=2 help_self +minor",
    },
    "times": {
        "tối nay xe đón em qua biên giới, em không muốn đi": "u<=1 +being_moved",
        "5h sang mai ho cho em qua cua khau moc bai": "u<=1 +being_moved +border",
        "tuan sau em gai toi di campuchia lam viec nhe luong cao": "u<=2 +being_moved",
    },
    "money": {
        "no doi 80tr moi tha em ve": "u<=2 +ransom_debt",
        "họ bắt gia đình nộp 3000 đô trước chiều nay, không thì đánh tiếp": "u<=1 +ransom_debt",
    },
    "bán / bạn / bận": {
        "em dang ban hoc, lat nua nhan": "-sexual_exploitation -being_moved",
        "ban em bi ho nhot o sihanoukville danh dap": "u<=1",
        "nó sắp bán em sang công ty khác tối nay": "u<=1",
        "hom nay ban qua chua tra loi duoc": "u>=3",
    },
    "bắt / bát, mua / mưa, đánh / dành": {
        "rua bat xong roi ve": "-confinement -violence",
        "troi mua qua khong di duoc": "u>=3",
        "con de danh tien gui ve me": "-violence",
        "bọn nó bắt em về nhốt trong kho": "u<=1 +confinement",
    },
    "cries in other languages": {
        "救命": "u<=1 help_self",
        "救救我，我被关在房间里": "u<=1",
        "ជួយខ្ញុំផង គេចាប់ខ្ញុំដាក់ក្នុងបន្ទប់": "u<=1",
        "ช่วยด้วย ฉันถูกขังอยู่": "u<=1",
        "ຊ່ວຍແດ່ ຂ້ອຍຖືກຂັງ": "u<=1",
        "pab kuv, lawv kaw kuv hauv tsev": "u<=1",
        "help me, they lock us in": "u<=1",
    },
    "who must not know": {
        "dung goi lai, ho dang ngoi canh": "u<=1 +unsafe_phone cue:no_call",
        "nó phát hiện rồi": "u<=1 cue:found_out",
        "may nay muon cua nguoi ta, em bi giu o day": "u<=1 +unsafe_phone",
    },
    "implied": {
        "cua khoa ngoai, em dap khong ai mo": "u<=1",
        "họ đi rồi, 9 giờ họ quay lại, em chỉ còn lúc này để nhắn": "u<=1",
        "xe dang chay, ho lay dien thoai moi nguoi, em giau duoc cai nay": "u<=1",
    },
    "of a ring, not of oneself": {
        "toi muon bao tin ve mot duong day dua nguoi qua bien gioi": "tip u>=2",
        "Báo giúp một nhóm chuyên chở người vượt biên": "tip u>=2",
    },
    "kin in chat spelling": {
        "em zai mik bị nhốt bên cam": "help_other +confinement",
        "bff e ns bị nhốt k ra dc": "help_other",
        "น้องชายของผมถูกขังอยู่": "help_other u<=2 +confinement",
    },
    "hidden from who looks over the shoulder": {
        "c.u.u e": "help_self u<=1",
        "kkk nè xe dừng ở cửa khẩu, nó bảo lột sim, đừng gọi số này": "u<=1",
    },
    "a victim in danger from themselves": {
        "Tôi ngồi trên lan can bên Campuchia, bị bán năm lần rồi, nói với mẹ con xin lỗi": (
            "help_self u<=1 +suicide_self_harm"
        ),
    },
    "waiting where journeys begin": {
        "dang o ben xe mien dong cho xe ve que": "u>=2",
        "em 15 tuổi đang ở bến xe với người lạ, họ bảo lên biên giới": "u<=1",
    },
    "questions of those who work": {
        "Tôi là phóng viên báo tỉnh, xin phỏng vấn đại diện tổng đài, liên hệ ai ạ": "info u>=3",
        "Hỏi cho biết: nếu báo tin mà sau rõ là hiểu lầm thì có bị phạt không ạ": "info u>=3",
    },
    "nothing the matter, and nothing to eat": {
        "em bi nhot ba ngay khong co gi an": "u<=1 help_self +confinement",
        "ko co j an may ngay r, tui e bi nhot": "u<=1",
        "ho bao khong co chuyen gi nhung cua khoa ngoai, em khong ra duoc": "u<=1",
        "nó nói hiểu lầm thôi nhưng nó khóa em trong phòng từ hôm qua": "u<=1",
        "về nhà rồi mà chồng lại đánh, đang cầm dao đứng ngoài cửa": "u<=1",
        "không sao đâu, mai mọi người khỏi lo nữa, thuốc em uống hết rồi": "u<=1",
        "thôi không cần nữa, em không muốn sống": "u<=2 +suicide_self_harm",
        "tìm thấy cháu rồi nhưng nó bị đánh gãy tay": "u<=2 +violence",
        "Em về nhà rồi mà tối không ngủ được, em nghĩ hay là chết quách cho xong": "u<=2",
        "khong co gi": "u>=3 -cue:withdraws",
        "con em ve nha roi, cam on co chu": "off_topic u>=4",
        "báo nhầm, không có ai bị nhốt đâu ạ": "off_topic u>=4 cue:withdraws",
        "xin rút lại tin hôm qua, không có chuyện gì": "off_topic u>=4 cue:withdraws",
    },
    "laughter in earnest": {
        "em chết mất thôi, họ nhốt em 5 ngày rồi": "help_self u<=1",
        "bọn nó chích điện tụi em cho vui, nhốt trong phòng tối": "u<=1 +violence",
        "hihi em bi nhot that do chi, ho dang ngoi ben canh": "u<=1",
        "họ nói thách mày trốn, trốn là chặt tay, em bị nhốt ở tầng 3": "u<=1",
        "mày nhốt tao trong nhóm chat này hoài =)) cứu": "off_topic u>=4",
        "nóng thế này chắc tan chảy mất thôi": "u>=3",
    },
    "no news": {
        "con toi di Campuchia 3 ngay chua co tin gi": (
            "help_other u<=2 +missing_person -cue:asks_status"
        ),
        "co tin gi chua": "u>=3 cue:asks_status",
        "có tin gì mới chưa chị": "u>=3 cue:asks_status",
    },
    "by a firm, not in handcuffs": {
        "toi bi cong ty moi gioi lua 120 trieu di Han, gio ho chan so": "u>=2 -confinement",
        "em bi cong ty nhot trong phong": "u<=1 +confinement",
        "bi cong tay vao giuong": "u<=1 +confinement",
    },
    "not there yet": {
        "cty hua luong 30tr qua tam giac vang, tuan sau di": "u<=2 +being_moved cue:job_offer",
    },
    "somebody reads along": {
        "noi chuyen binh thuong thoi nha, co nguoi doc tin": "u<=1 +unsafe_phone",
        "tin nhan cua em co nguoi doc het do, nt nhu ban hang thoi": "u<=1",
        "chi noi nho nhe, co nguoi dang coi dien thoai em": "u<=1 +unsafe_phone",
        "có người đọc tin của em không vậy": "u>=2 -unsafe_phone",
        "em bj lua qa day lm vc gio hk cho zia": "-forced_marriage u<=2",
    },
    "words of adverts and jokes in earnest": {
        "chủ thầu giữ hộ chiếu, nợ lương tám tháng, ai đòi thì dọa báo cảnh sát": "u<=2",
        "ở bãi biển có mấy đứa nhỏ 7 8 tuổi bán keo tới 1h sáng, có bà thu tiền": "tip u<=2",
        "có may thang nho bi nhot duoi ham ghe, chu ghe noi dua nao trom do thi phat": "u<=1",
        "Đây không phải tin đùa, em đang bị nhốt": "help_self u<=1",
    },
    "not understood": {"asdkj qwe zxcm plok": "u<=3", "☃ ☃": "u>=3"},
}
LINES = [(kind, text, holds) for kind, lines in TABLES.items() for text, holds in lines.items()]


@pytest.mark.parametrize(("kind", "text", "holds"), LINES)
def test_understood(kind: str, text: str, holds: str) -> None:
    reading = triage.read(text, on=TODAY)
    said = f"{kind}: {reading.intent} {reading.urgency} {reading.signals}"
    for wanted in holds.split():
        if wanted.startswith("u<="):
            assert reading.urgency <= int(wanted[3:]), said
        elif wanted.startswith("u>="):
            assert reading.urgency >= int(wanted[3:]), said
        elif wanted.removeprefix("-").startswith("cue:"):
            heard = wanted.partition(":")[2] in reading.cues
            assert heard == (wanted[0] != "-"), f"{wanted}: {said}"
        elif wanted[0] in "+-":
            assert (wanted[1:] in reading.signals) == (wanted[0] == "+"), f"{wanted}: {said}"
        else:
            assert reading.intent == wanted, said


@pytest.mark.parametrize(("kind", "text", "holds"), LINES)
def test_every_urgent_reading_says_why_in_words_of_the_message(
    kind: str, text: str, holds: str
) -> None:
    reading = triage.read(text, on=TODAY)
    for reason in reading.reasons:
        for language in ("vi", "en"):
            assert triage.explain(reason, language).strip()
    for signal in reading.signals:
        assert any(reason.effect == f"signal {signal}" for reason in reading.reasons)
    if reading.urgency <= 2:
        assert any(r.words for r in reading.reasons if r.effect.startswith("urgency")), kind
