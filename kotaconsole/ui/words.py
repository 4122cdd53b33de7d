"""The contract's words in the operator's words. A word nobody foresaw is shown as it came, never left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QCoreApplication

from kotaconsole.domain.text import display
from kotaconsole.ui.i18n import QT_TRANSLATE_NOOP

LEVEL: Final = {
    "P1": QT_TRANSLATE_NOOP("Words", "Immediate"),
    "P2": QT_TRANSLATE_NOOP("Words", "Urgent"),
    "P3": QT_TRANSLATE_NOOP("Words", "Priority"),
}
STATE: Final = {
    "new": QT_TRANSLATE_NOOP("Words", "New"),
    "acknowledged": QT_TRANSLATE_NOOP("Words", "In hand"),
    "informed": QT_TRANSLATE_NOOP("Words", "Station informed"),
    "departed": QT_TRANSLATE_NOOP("Words", "Departed"),
    "on_scene": QT_TRANSLATE_NOOP("Words", "On scene"),
    "contact_made": QT_TRANSLATE_NOOP("Words", "Contact made"),
    "closed": QT_TRANSLATE_NOOP("Words", "Closed"),
    "forwarded": QT_TRANSLATE_NOOP("Words", "Forwarded, awaiting receipt"),
    "incoming": QT_TRANSLATE_NOOP("Words", "Incoming: accept it"),
    "unreadable": QT_TRANSLATE_NOOP("Words", "Unreadable: see source"),
}
REACH: Final = {
    "good": QT_TRANSLATE_NOOP("Words", "Good"),
    "poor": QT_TRANSLATE_NOOP("Words", "Poor"),
    "none": QT_TRANSLATE_NOOP("Words", "None"),
}
PLATFORM: Final = {
    "facebook": QT_TRANSLATE_NOOP("Words", "Facebook"),
    "instagram": QT_TRANSLATE_NOOP("Words", "Instagram"),
    "threads": QT_TRANSLATE_NOOP("Words", "Threads"),
    "whatsapp": QT_TRANSLATE_NOOP("Words", "WhatsApp"),
    "other": QT_TRANSLATE_NOOP("Words", "Other platform"),
}
PLATFORM_SHORT: Final = {"facebook": "FB", "instagram": "IG", "threads": "TH", "whatsapp": "WA"}
AGE_BAND: Final = {
    "under_18": QT_TRANSLATE_NOOP("Words", "under 18"),
    "18_24": QT_TRANSLATE_NOOP("Words", "18 to 24"),
    "25_plus": QT_TRANSLATE_NOOP("Words", "25 or more"),
    "unknown": QT_TRANSLATE_NOOP("Words", "Unknown"),
}
TERNARY: Final = {
    "yes": QT_TRANSLATE_NOOP("Words", "Yes"),
    "no": QT_TRANSLATE_NOOP("Words", "No"),
    "unknown": QT_TRANSLATE_NOOP("Words", "Unknown"),
}
HOLDER: Final = {
    "yes": QT_TRANSLATE_NOOP("Words", "the same person"),
    "no": QT_TRANSLATE_NOOP("Words", "another person"),
    "unknown": QT_TRANSLATE_NOOP("Words", "Unknown"),
}
SPEECH: Final = {
    "hi": QT_TRANSLATE_NOOP("Words", "Hindi"),
    "en": QT_TRANSLATE_NOOP("Words", "English"),
    "hi-Latn": QT_TRANSLATE_NOOP("Words", "Hindi in Latin letters"),
}
SEX: Final = {
    "female": QT_TRANSLATE_NOOP("Words", "female"),
    "male": QT_TRANSLATE_NOOP("Words", "male"),
    "other": QT_TRANSLATE_NOOP("Words", "other"),
}
FLAG_KIND: Final = {
    "post": QT_TRANSLATE_NOOP("Words", "post"),
    "story": QT_TRANSLATE_NOOP("Words", "story"),
    "reel": QT_TRANSLATE_NOOP("Words", "reel"),
    "live": QT_TRANSLATE_NOOP("Words", "live broadcast"),
    "comment": QT_TRANSLATE_NOOP("Words", "comment"),
    "message": QT_TRANSLATE_NOOP("Words", "message"),
    "other": QT_TRANSLATE_NOOP("Words", "other"),
}
URGENCY: Final = {
    "imminent": QT_TRANSLATE_NOOP("Words", "source says: imminent"),
    "high": QT_TRANSLATE_NOOP("Words", "source says: high"),
}
SIGNAL: Final = {
    "live_now": QT_TRANSLATE_NOOP("Words", "live now"),
    "act_in_progress": QT_TRANSLATE_NOOP("Words", "act in progress"),
    "injury_stated": QT_TRANSLATE_NOOP("Words", "injury stated"),
    "means_in_hand": QT_TRANSLATE_NOOP("Words", "means in hand"),
    "time_stated": QT_TRANSLATE_NOOP("Words", "time stated"),
    "dangerous_place": QT_TRANSLATE_NOOP("Words", "dangerous place"),
    "plan": QT_TRANSLATE_NOOP("Words", "plan"),
    "farewell": QT_TRANSLATE_NOOP("Words", "farewell"),
    "method_named": QT_TRANSLATE_NOOP("Words", "method named"),
    "recent_attempt": QT_TRANSLATE_NOOP("Words", "recent attempt"),
}
PLACE_KIND: Final = {
    "ip": QT_TRANSLATE_NOOP("Words", "IP address"),
    "cell": QT_TRANSLATE_NOOP("Words", "mobile tower"),
    "address": QT_TRANSLATE_NOOP("Words", "stored address"),
    "post_clue": QT_TRANSLATE_NOOP("Words", "clue in the post"),
    "relative": QT_TRANSLATE_NOOP("Words", "told by family"),
    "operator": QT_TRANSLATE_NOOP("Words", "operator"),
}
OUTCOME: Final = {
    "safe_with_family": QT_TRANSLATE_NOOP("Words", "Safe with family"),
    "medical_care": QT_TRANSLATE_NOOP("Words", "In medical care"),
    "counselled": QT_TRANSLATE_NOOP("Words", "Counselled"),
    "no_current_distress": QT_TRANSLATE_NOOP("Words", "No current distress"),
    "not_located": QT_TRANSLATE_NOOP("Words", "Not located"),
    "accepted_elsewhere": QT_TRANSLATE_NOOP("Words", "Accepted elsewhere"),
    "duplicate": QT_TRANSLATE_NOOP("Words", "Duplicate"),
    "deceased": QT_TRANSLATE_NOOP("Words", "Deceased"),
    "drill": QT_TRANSLATE_NOOP("Words", "Drill ended"),
}
BODY_KIND: Final = {
    "child_welfare": QT_TRANSLATE_NOOP("Words", "Child Welfare Committee"),
    "childline": QT_TRANSLATE_NOOP("Words", "Child helpline 1098"),
    "hospital": QT_TRANSLATE_NOOP("Words", "Hospital"),
    "police": QT_TRANSLATE_NOOP("Words", "Police"),
    "other": QT_TRANSLATE_NOOP("Words", "Other body"),
}
SLIP_STATUS: Final = {
    "spooled": QT_TRANSLATE_NOOP("Words", "sent to the printer"),
    "completed": QT_TRANSLATE_NOOP("Words", "printed"),
    "failed": QT_TRANSLATE_NOOP("Words", "print failed"),
    "void": QT_TRANSLATE_NOOP("Words", "void"),
}
EVENT: Final = {
    "flag_received": QT_TRANSLATE_NOOP("Words", "Red flag received"),
    "flag_repeated": QT_TRANSLATE_NOOP("Words", "Another red flag"),
    "flag_updated": QT_TRANSLATE_NOOP("Words", "Red flag updated"),
    "flag_withdrawn": QT_TRANSLATE_NOOP("Words", "Red flag withdrawn"),
    "opened": QT_TRANSLATE_NOOP("Words", "Case opened"),
    "open": QT_TRANSLATE_NOOP("Words", "Case opened"),
    "acknowledged": QT_TRANSLATE_NOOP("Words", "Acknowledged"),
    "acknowledge": QT_TRANSLATE_NOOP("Words", "Acknowledged"),
    "note_added": QT_TRANSLATE_NOOP("Words", "Note"),
    "note": QT_TRANSLATE_NOOP("Words", "Note"),
    "informed": QT_TRANSLATE_NOOP("Words", "Station informed"),
    "inform": QT_TRANSLATE_NOOP("Words", "Station informed"),
    "slip": QT_TRANSLATE_NOOP("Words", "Slip"),
    "contact_made": QT_TRANSLATE_NOOP("Words", "Contact made"),
    "contact": QT_TRANSLATE_NOOP("Words", "Contact made"),
    "closed": QT_TRANSLATE_NOOP("Words", "Closed"),
    "close": QT_TRANSLATE_NOOP("Words", "Closed"),
    "reopened": QT_TRANSLATE_NOOP("Words", "Reopened"),
    "reopen": QT_TRANSLATE_NOOP("Words", "Reopened"),
    "escalated": QT_TRANSLATE_NOOP("Words", "Escalated"),
    "realarmed": QT_TRANSLATE_NOOP("Words", "Alarm again"),
    "declined": QT_TRANSLATE_NOOP("Words", "Declined"),
    "decline": QT_TRANSLATE_NOOP("Words", "Declined"),
    "level_raised": QT_TRANSLATE_NOOP("Words", "Level raised"),
    "raise_level": QT_TRANSLATE_NOOP("Words", "Level raised"),
    "level_lowered": QT_TRANSLATE_NOOP("Words", "Level lowered"),
    "lower_level": QT_TRANSLATE_NOOP("Words", "Level lowered"),
    "assessed": QT_TRANSLATE_NOOP("Words", "Assessed"),
    "assess": QT_TRANSLATE_NOOP("Words", "Assessed"),
    "locating": QT_TRANSLATE_NOOP("Words", "Location being traced"),
    "locate": QT_TRANSLATE_NOOP("Words", "Location being traced"),
    "location_added": QT_TRANSLATE_NOOP("Words", "Location added"),
    "add_location": QT_TRANSLATE_NOOP("Words", "Location added"),
    "location_accepted": QT_TRANSLATE_NOOP("Words", "Location accepted"),
    "accept_location": QT_TRANSLATE_NOOP("Words", "Location accepted"),
    "called": QT_TRANSLATE_NOOP("Words", "Call"),
    "call": QT_TRANSLATE_NOOP("Words", "Call"),
    "departed": QT_TRANSLATE_NOOP("Words", "Departed"),
    "depart": QT_TRANSLATE_NOOP("Words", "Departed"),
    "on_scene": QT_TRANSLATE_NOOP("Words", "On scene"),
    "arrive": QT_TRANSLATE_NOOP("Words", "On scene"),
    "forwarded": QT_TRANSLATE_NOOP("Words", "Forwarded"),
    "forward": QT_TRANSLATE_NOOP("Words", "Forwarded"),
    "accepted": QT_TRANSLATE_NOOP("Words", "Accepted"),
    "accept": QT_TRANSLATE_NOOP("Words", "Accepted"),
    "accepted_by_phone": QT_TRANSLATE_NOOP("Words", "Accepted by phone"),
    "accept_by_phone": QT_TRANSLATE_NOOP("Words", "Accepted by phone"),
    "returned": QT_TRANSLATE_NOOP("Words", "Returned"),
    "return": QT_TRANSLATE_NOOP("Words", "Returned"),
    "recalled": QT_TRANSLATE_NOOP("Words", "Recalled"),
    "recall": QT_TRANSLATE_NOOP("Words", "Recalled"),
    "released": QT_TRANSLATE_NOOP("Words", "Released"),
    "release": QT_TRANSLATE_NOOP("Words", "Released"),
    "taken_over": QT_TRANSLATE_NOOP("Words", "Taken over"),
    "take_over": QT_TRANSLATE_NOOP("Words", "Taken over"),
    "linked": QT_TRANSLATE_NOOP("Words", "Linked"),
    "link": QT_TRANSLATE_NOOP("Words", "Linked"),
    "split": QT_TRANSLATE_NOOP("Words", "Separated"),
    "updated": QT_TRANSLATE_NOOP("Words", "Details changed"),
    "update": QT_TRANSLATE_NOOP("Words", "Details changed"),
    "hold_changed": QT_TRANSLATE_NOOP("Words", "Legal hold"),
    "hold": QT_TRANSLATE_NOOP("Words", "Legal hold"),
    "pruned": QT_TRANSLATE_NOOP("Words", "Erased on schedule"),
    "view": QT_TRANSLATE_NOOP("Words", "Opened to read"),
    "incoming": QT_TRANSLATE_NOOP("Words", "Incoming: accept it"),
    "unreadable": QT_TRANSLATE_NOOP("Words", "Unreadable: see source"),
}
WHOM: Final = {
    "station": QT_TRANSLATE_NOOP("Words", "Police station"),
    "control_room": QT_TRANSLATE_NOOP("Words", "control room"),
    "subject": QT_TRANSLATE_NOOP("Words", "person in distress"),
    "guardian": QT_TRANSLATE_NOOP("Words", "guardian"),
    "hostel": QT_TRANSLATE_NOOP("Words", "hostel"),
    "institute": QT_TRANSLATE_NOOP("Words", "institute"),
    "helpline": QT_TRANSLATE_NOOP("Words", "helpline"),
    "platform": QT_TRANSLATE_NOOP("Words", "platform"),
    "other": QT_TRANSLATE_NOOP("Words", "other"),
}
LINK: Final = {
    "duplicate": QT_TRANSLATE_NOOP("Words", "the same matter"),
    "same_person": QT_TRANSLATE_NOOP("Words", "the same person"),
    "related": QT_TRANSLATE_NOOP("Words", "related"),
}
FIELD: Final = {
    "name": QT_TRANSLATE_NOOP("Words", "name"),
    "age": QT_TRANSLATE_NOOP("Words", "age"),
    "sex": QT_TRANSLATE_NOOP("Words", "sex"),
    "language": QT_TRANSLATE_NOOP("Words", "language"),
    "phone": QT_TRANSLATE_NOOP("Words", "mobile"),
    "guardian_name": QT_TRANSLATE_NOOP("Words", "guardian's name"),
    "guardian_phone": QT_TRANSLATE_NOOP("Words", "guardian's phone"),
    "institute": QT_TRANSLATE_NOOP("Words", "institute"),
    "hostel": QT_TRANSLATE_NOOP("Words", "hostel"),
    "room": QT_TRANSLATE_NOOP("Words", "room"),
    "warden": QT_TRANSLATE_NOOP("Words", "warden"),
    "home_district": QT_TRANSLATE_NOOP("Words", "home district"),
    "hazards": QT_TRANSLATE_NOOP("Words", "what to take care of"),
    "alone": QT_TRANSLATE_NOOP("Words", "alone or not"),
    "family_may_harm": QT_TRANSLATE_NOOP("Words", "whether the family may harm"),
    "platform_account_id": QT_TRANSLATE_NOOP("Words", "account id"),
    "display_name": QT_TRANSLATE_NOOP("Words", "display name"),
    "handle": QT_TRANSLATE_NOOP("Words", "handle"),
    "url": QT_TRANSLATE_NOOP("Words", "page"),
    "phones": QT_TRANSLATE_NOOP("Words", "phones"),
    "emails": QT_TRANSLATE_NOOP("Words", "e-mails"),
    "age_band": QT_TRANSLATE_NOOP("Words", "age"),
    "holder_is_subject": QT_TRANSLATE_NOOP("Words", "whose account it is"),
}
"""Members of the person and the account that a desk may change."""
UNIT_KIND: Final = {
    "state": QT_TRANSLATE_NOOP("Words", "Police HQ"),
    "range": QT_TRANSLATE_NOOP("Words", "Range"),
    "district": QT_TRANSLATE_NOOP("Words", "District control room"),
    "commissionerate": QT_TRANSLATE_NOOP("Words", "Commissionerate"),
    "grp": QT_TRANSLATE_NOOP("Words", "Railway police"),
    "station": QT_TRANSLATE_NOOP("Words", "Police station"),
}


def word(of: Mapping[str, str], value: str | None) -> str:
    """The value in the language in force; None is said as unknown."""
    source = of.get(value) if value is not None else TERNARY["unknown"]
    if source is None:
        return display(value or "")
    return QCoreApplication.translate("Words", source)


def words(of: Mapping[str, str], values: tuple[str, ...]) -> str:
    """Several values, as a list."""
    return ", ".join(word(of, value) for value in values)
