"""The fixed words of the dispatch slip, apart from its rules, so that a local officer can review them in one place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kotaconsole.domain.errors import Bilingual

LEVELS: Final[Mapping[str, Bilingual]] = {
    "P1": Bilingual("Immediate", "तत्काल"),
    "P2": Bilingual("Urgent", "अति आवश्यक"),
    "P3": Bilingual("Priority", "आवश्यक"),
}

LANGUAGES: Final[Mapping[str, Bilingual]] = {
    "hi": Bilingual("Hindi", "हिंदी"),
    "en": Bilingual("English", "अंग्रेज़ी"),
    "hinglish": Bilingual("Hindi in Latin letters", "रोमन में हिंदी"),
    "hi-latn": Bilingual("Hindi in Latin letters", "रोमन में हिंदी"),
}
"""Codes a platform sends; another word prints as it came."""

AGES: Final[Mapping[str, Bilingual]] = {
    "under_18": Bilingual("under 18 (minor)", "18 से कम (नाबालिग)"),
    "18_24": Bilingual("18 to 24", "18 से 24"),
    "25_plus": Bilingual("25 or more", "25 या अधिक"),
    "unknown": Bilingual("unknown", "अज्ञात"),
}

PLACE_KINDS: Final[Mapping[str, Bilingual]] = {
    "ip": Bilingual("from the IP address", "आईपी एड्रेस से"),
    "cell": Bilingual("from the mobile tower", "मोबाइल टावर से"),
    "address": Bilingual("stored address", "दर्ज पता"),
    "post_clue": Bilingual("clue in the post", "पोस्ट के संकेत से"),
    "relative": Bilingual("told by family", "परिजन के बताए अनुसार"),
    "operator": Bilingual("found by the operator", "ऑपरेटर की तस्दीक से"),
}

UNKNOWN: Final = Bilingual("unknown", "अज्ञात")
NAME_UNKNOWN: Final = Bilingual("Name unknown", "नाम अज्ञात")
PLACE_UNKNOWN: Final = Bilingual("NO LOCATION KNOWN: ask the centre", "कोई लोकेशन ज्ञात नहीं: केंद्र से पूछें")
COORDINATES_ONLY: Final = Bilingual("Coordinates only", "केवल निर्देशांक")
TIME_UNKNOWN: Final = Bilingual("time unknown", "समय अज्ञात")
NO_REASON: Final = Bilingual("no reason recorded", "कोई कारण दर्ज नहीं")
BY_HAND: Final = Bilingual("level set by a person", "स्तर व्यक्ति द्वारा तय")
NO_NUMBER: Final = Bilingual("not given yet", "अभी नहीं मिली")
HAZARDS_UNKNOWN: Final = Bilingual("nothing known", "कुछ ज्ञात नहीं")

ALIAS: Final = Bilingual("name on the account, may be false", "अकाउंट पर लिखा नाम, ग़लत हो सकता है")
HOLDER_OTHER: Final = Bilingual(
    "The account belongs to someone else: its holder is NOT the person in distress.",
    "अकाउंट किसी और का है: खाताधारक स्वयं संकटग्रस्त व्यक्ति नहीं है।",
)
HOLDER_UNKNOWN: Final = Bilingual(
    "Whether the account's holder is the person in distress is not known.",
    "खाताधारक ही संकटग्रस्त व्यक्ति है या नहीं, यह अज्ञात है।",
)
WITHHELD: Final = Bilingual(
    "Guardian's number not printed: ask the centre before calling the family.",
    "अभिभावक का नंबर नहीं छापा गया: परिवार को फ़ोन करने से पहले केंद्र से पूछें।",
)
FAMILY_CARE: Final = Bilingual(
    "Guardian's number printed on purpose: ask the centre before handing over to the family.",
    "अभिभावक का नंबर कारण सहित छापा गया: परिवार को सुपुर्द करने से पहले केंद्र से पूछें।",
)
AMBULANCE: Final[Mapping[str, Bilingual]] = {
    "yes": Bilingual("asked for", "बुलाई गई"),
    "no": Bilingual("not asked for", "नहीं बुलाई गई"),
    "unknown": Bilingual("not known whether asked for", "बुलाई गई या नहीं, अज्ञात"),
}

LABELS: Final[Mapping[str, Bilingual]] = {
    "title": Bilingual("Dispatch slip", "सूचना पर्ची"),
    "confidential": Bilingual("CONFIDENTIAL", "गोपनीय"),
    "training": Bilingual("TRAINING", "प्रशिक्षण"),
    "not_real": Bilingual("exercise, no real person", "अभ्यास, कोई वास्तविक व्यक्ति नहीं"),
    "late": Bilingual("LATE ENTRY", "विलंबित प्रविष्टि"),
    "supersedes": Bilingual("Replaces slip", "इस पर्ची के स्थान पर"),
    "changed": Bilingual("changed", "बदलाव"),
    "case": Bilingual("Case no.", "प्रकरण संख्या"),
    "slip": Bilingual("Slip no.", "पर्ची संख्या"),
    "copy": Bilingual("Copy", "प्रति"),
    "printed": Bilingual("Printed", "मुद्रित"),
    "as_of": Bilingual("Information up to", "सूचना"),
    "as_of_end": Bilingual("", "बजे तक की"),
    "to": Bilingual("To", "सेवा में"),
    "why": Bilingual("Why", "कारण"),
    "person": Bilingual("Person in distress", "संकटग्रस्त व्यक्ति"),
    "age": Bilingual("Age", "आयु"),
    "phone": Bilingual("Phone", "फ़ोन"),
    "language": Bilingual("Language", "भाषा"),
    "place": Bilingual("Best location", "सबसे ठोस लोकेशन"),
    "others": Bilingual("Or", "या"),
    "landmark": Bilingual("Landmark", "पहचान"),
    "hostel": Bilingual("Hostel", "हॉस्टल"),
    "room": Bilingual("Floor, room", "मंज़िल, कमरा"),
    "warden": Bilingual("Warden", "वार्डन"),
    "institute": Bilingual("Institute", "कोचिंग संस्थान"),
    "hazards": Bilingual("Take care", "सावधानी"),
    "ambulance": Bilingual("Ambulance", "एम्बुलेंस"),
    "contacts": Bilingual("Contacts", "संपर्क"),
    "guardian": Bilingual("Guardian", "अभिभावक"),
    "holder": Bilingual("Account holder", "खाताधारक"),
    "account_phone": Bilingual("Phone on the account", "अकाउंट पर फ़ोन"),
    "approach": Bilingual("How to approach", "कैसे मिलें"),
    "received": Bilingual("Received by", "प्राप्तकर्ता"),
    "name": Bilingual("Name", "नाम"),
    "rank": Bilingual("Rank", "पद"),
    "time": Bilingual("Time", "समय"),
    "signature": Bilingual("Signature", "हस्ताक्षर"),
    "diary": Bilingual("General diary no.", "रोजनामचा संख्या"),
    "write_back": Bilingual("Write back (time)", "वापसी सूचना (समय)"),
    "departed": Bilingual("Departed", "रवाना"),
    "arrived": Bilingual("Arrived", "पहुँचे"),
    "contact": Bilingual("Contact", "संपर्क"),
    "outcome": Bilingual("Outcome", "परिणाम"),
    "handed": Bilingual("Handed to", "सुपुर्दगी"),
    "call_back": Bilingual("Call back", "वापस सूचना दें"),
    "helplines": Bilingual("Helplines", "हेल्पलाइन"),
    "return": Bilingual(
        "When done: write back, return this slip to the centre or destroy it. Do not photograph or forward it.",
        "काम पूरा होने पर: ऊपर भरकर केंद्र को सूचना दें, पर्ची लौटाएँ या नष्ट करें। फ़ोटो न लें, आगे न भेजें।",
    ),
    "more_places": Bilingual("more locations not printed: ask the centre", "और लोकेशन नहीं छपीं: केंद्र से पूछें"),
    "more_contacts": Bilingual("more contacts not printed: ask the centre", "और संपर्क नहीं छपे: केंद्र से पूछें"),
    "more_reasons": Bilingual("more reasons not printed", "और कारण नहीं छपे"),
    "more_text": Bilingual("more characters not printed: ask the centre", "और अक्षर नहीं छपे: केंद्र से पूछें"),
    "law": Bilingual(
        "Mental Healthcare Act 2017, s. 115: a person who attempted suicide is presumed to be under severe stress "
        "and is not punished. This is a welfare check.",
        "मानसिक स्वास्थ्य देखभाल अधिनियम 2017, धारा 115: आत्महत्या का प्रयास करने वाला व्यक्ति गंभीर तनाव में माना "
        "जाता है और दंडित नहीं होता। यह कुशलता की जाँच है।",
    ),
}

APPROACH: Final[tuple[Bilingual, ...]] = (
    Bilingual("Calm, slow; one person speaks", "शांत, धीमे; एक ही व्यक्ति बोले"),
    Bilingual("Plain clothes if possible; no siren near", "संभव हो तो सादे कपड़े; पास में सायरन नहीं"),
    Bilingual("Listen; never leave alone", "सुनें; एक पल भी अकेला न छोड़ें"),
    Bilingual("No threats, no scolding, no filming", "धमकी, डाँट, फ़ोटो, वीडियो नहीं"),
    Bilingual("Girl or woman: woman officer if possible", "बालिका, महिला हो तो महिला अधिकारी"),
    Bilingual("Keep neighbours and crowd away", "पड़ोसियों और भीड़ से निजता"),
)
