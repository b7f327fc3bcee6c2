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
_DONE_TO_ME = {f"{tag}.me": points for tag, points in _POINTS.items()}
_DONE_TO_THEM = {f"{tag}.them": points for tag, points in _POINTS.items()}
_PEOPLE = ("me", "kin", "them", "stranger", "bystander", "recruiter", "page")
ABOUT = (
    "about_me", "about_them", "about_kin", "about_strangers", "nobody_named",
    *(f"first_{who}" for who in _PEOPLE), *(f"second_{who}" for who in _PEOPLE),
    "often_me", "often_them",
)  # fmt: skip
_OFTEN = 3


def _order(facts: Facts) -> set[str]:
    """Who is named first and second: whoever writes about themselves mostly begins with it."""
    people = sorted(
        (one.start, -one.end, who)
        for who in _PEOPLE
        for one in facts.get(who, ())
        if not one.unspaced
    )
    found, named, reached = set(), [], -1
    for start, end, who in people:
        if start >= reached:
            reached = -end
            if who not in named:
                named.append(who)
    if not named:
        return {"nobody_named"}
    found.add(f"first_{named[0]}")
    if len(named) > 1:
        found.add(f"second_{named[1]}")
    return found | {f"often_{who}" for who in ("me", "them") if len(facts.get(who, ())) >= _OFTEN}


def about(facts: Facts) -> set[str]:
    """The names of the ABOUT facts that hold."""
    me = sum(map(_DONE_TO_ME.__getitem__, _DONE_TO_ME.keys() & facts.keys()))
    them = sum(map(_DONE_TO_THEM.__getitem__, _DONE_TO_THEM.keys() & facts.keys()))
    kin, stranger = "kin" in facts, "stranger" in facts
    # Without spaces "my brother was" holds "I was": beside kin it says nothing of the sender.
    if any(not (kin and one.unspaced) for one in facts.get("me_harmed", ())):
        me += 2
    if "kin_speaks" in facts and kin:
        them += 2
    if me == them == 0:
        if kin or stranger or "them" in facts:
            them = 1
        else:
            me = 1
    found = _order(facts)
    if me >= them and not (me == them and kin):
        found.add("about_me")
    else:
        found.add("about_them")
        found.add("about_kin" if kin else "about_strangers")
    return found
