"""The ten readings in docs/triage.md, written by the code and held in step by a test.

python -m tests.triage.ten   writes them anew, after phrases, rules or weights changed
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import triage

DOC = Path(__file__).resolve().parents[2] / "docs" / "triage.md"
BEGIN, END = "<!-- ten readings -->\n", "<!-- end of the ten readings -->\n"
ON = date(2026, 11, 22)
TEXTS = (
    "em bi nhot o bavet, ho thu ho chieu, que em o an giang",
    "Con gái tôi 15 tuổi theo người lạ lên xe ra Lạng Sơn từ trưa, gọi không được",
    "toi nay 9h xe don em qua cua khau, em khong muon di nua",
    "e dg tron trog wc nt, dug goi lai nha, no nge dc",
    "Chồng tôi đang đập cửa phòng, ông ấy cầm dao",
    "nha nghi gan cho co may em nho bi khoa trong phong, toi la tai xe cho hang",
    "Em về nước được hai tháng rồi, muốn làm lại căn cước và học nghề may",
    "cong ty hua luong 30 trieu qua campuchia danh may, tuan sau di, co that khong a",
    "Dạ cho em hỏi tội mua bán người bị phạt bao nhiêu năm ạ, em làm bài tiểu luận",
    "救救我，他们拿走了我的护照，门锁着",
)


def readings() -> str:
    """The ten messages, what is read in them, and why, in two languages."""
    rows = []
    for number, text in enumerate(TEXTS, 1):
        reading = triage.read(text, on=ON)
        where = reading.place
        place = "no place" if where is None else where.vn_province or where.country or "unclear"
        rows.append(f"{number}. `{text}`\n")
        signals = ", ".join(reading.signals) or "no signal"
        rows.append(f"   **urgency {reading.urgency}, {reading.intent}** ({signals}; {place})\n")
        for reason in reading.reasons:
            vi, en = (triage.explain(reason, language) for language in ("vi", "en"))
            rows.append(f"   - {vi}\n     / {en} `{reason.rule}`")
        rows.append("")
    return "\n".join(rows)


def main() -> None:
    """Put them between the marks of the document."""
    text = DOC.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    DOC.write_text(before + BEGIN + readings() + END + rest.split(END)[1], encoding="utf-8")


if __name__ == "__main__":
    main()
