"""Why a verb was refused, in words for whoever is at the command line."""

from __future__ import annotations

from desk.closing import OUTCOMES
from desk.correcting import INTENTS
from triage.reading import SIGNALS

WHYS = {
    "no_ticket": "There is no ticket {ref}: see `hotline ticket list`.",
    "ended": "Ticket {ref} is closed.",
    "not_allowed": "{name} has no right to that: ticket {ref} is not at their desk.",
    "not_yours": "Ticket {ref} is not {name}'s: claim it first.",
    "empty": "There is nothing in it: write a text.",
    "too_long": "The text is too long: at most 1,600 characters (a note: 4,000).",
    "silenced": "Not sent: this sender is silenced. Nothing may reach that phone.",
    "opted_out": "Not sent: this sender's phone takes no texts from us any more.",
    "code_word_first": "Not sent: this phone wrote another ticket's number. Wait for the code "
    "word.",
    "late": "Not sent: it is too late to be an answer.",
    "unsafe_phone": "Not sent: the sender last wrote too long ago and the phone is not known to be "
    "private. Wait until they write, or give --override REASON.",
    "no_window": "Not sent: it is not known when this sender can be written. Wait until they "
    "write, or give --override REASON.",
    "outside_window": "Not sent: outside the hours in which this sender can be written. Wait, or "
    "give --override REASON.",
    "night": "Not sent: it is night where the sender is. Wait until 7, or give --override REASON.",
    "betrays": "Not sent: it holds words that betray the subject on a screen. Write it otherwise, "
    "or look at it again and give --sure.",
    "must_not_know": "The sender of ticket {ref} does not want them to know.",
    "no_purpose": "That is no purpose of consent: use keep, police, share:WHOM or contact.",
    "no_word": "The sender of ticket {ref} has chosen no code word.",
    "wrong_word": "That is not the code word. Say nothing more of ticket {ref}.",
    "bad_window": "Write the hours as 08:00 and 10:30.",
    "same": "That is ticket {ref} itself.",
    "not_silenced": "The sender of ticket {ref} is not silenced.",
    "full": "{name} holds as many tickets as one person may: close or hand over one first.",
    "not_held": "Nobody holds ticket {ref}.",
    "no_offer": "Ticket {ref} does not wait for an answer of {name}.",
    "nobody": "Nobody there takes tickets: name a member of staff or a manned centre.",
    "to_holder": "Ticket {ref} is theirs already.",
    "no_outcome": "That is no outcome: use one of " + ", ".join(OUTCOMES) + ".",
    "no_reason": "Who leads says why urgency 1 is lowered: `--why`. Others who lead are told.",
    "no_urgency": "Urgency is 1, 2, 3 or 4.",
    "no_intent": "That is no intent: use one of " + ", ".join(INTENTS) + ".",
    "no_centre": "That is no centre: see `hotline centre list`.",
    "no_signal": "That is no signal: use some of " + ", ".join(sorted(SIGNALS)) + ".",
    "not_corrected": "Nobody has corrected ticket {ref}: only a corrected one teaches something.",
}
