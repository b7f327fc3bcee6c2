"""Whom a text is mostly about: the sender, someone they know, or strangers."""

from __future__ import annotations

from triage.context import Facts

# How much each thing done to a person says about whom the text is about.
_POINTS = {
    "held": 3, "sold": 3, "sex_forced": 3, "under_way": 3, "violence": 2, "marriage_forced": 2,
    "forced_work": 2, "papers_taken": 2, "escaped": 2, "returned": 1, "scam_work": 1, "threat": 1,
    "ransom": 1, "debt": 1, "leaves_24h": 2, "leaves_week": 1, "job_offer": 1, "missing": 2,
    "suicide_now": 2, "violence_now": 1, "medical": 1, "sexual_abuse": 2,
}  # fmt: skip
ABOUT = ("about_me", "about_them", "about_kin", "about_strangers")


def about(facts: Facts) -> set[str]:
    """The names of the ABOUT facts that hold."""
    me = sum(points for tag, points in _POINTS.items() if f"{tag}.me" in facts)
    them = sum(points for tag, points in _POINTS.items() if f"{tag}.them" in facts)
    kin, stranger = "kin" in facts, "stranger" in facts
    if "me_harmed" in facts:
        me += 2
    if "kin_speaks" in facts and kin:
        them += 2
    if me == them == 0:
        if kin or stranger or "them" in facts:
            them = 1
        else:
            me = 1
    found = set()
    if me >= them and not (me == them and kin):
        found.add("about_me")
    else:
        found.add("about_them")
        found.add("about_kin" if kin else "about_strangers")
    return found
