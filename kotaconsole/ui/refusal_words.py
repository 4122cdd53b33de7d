"""Why the hub refused what was asked: what happened, what is safe, what to do."""

from __future__ import annotations

from typing import Final

from kotaconsole.domain.errors import Bilingual

_SAFE = Bilingual("Your step changed nothing; it is kept here.", "आपके कदम से कुछ नहीं बदला; वह यहाँ सुरक्षित है।")


def _say(en: tuple[str, str], hi: tuple[str, str]) -> Bilingual:
    return Bilingual(f"{en[0]} {_SAFE.en} {en[1]}", f"{hi[0]} {_SAFE.hi} {hi[1]}")


REFUSALS: Final[dict[str, Bilingual]] = {
    "held": _say(
        ("Another operator holds the case, and this step is for its holder.",
         "Talk to the holder or a supervisor, or keep it as a note."),
        ("प्रकरण दूसरे ऑपरेटर के पास है और यह कदम वही उठा सकते हैं।",
         "उनसे या पर्यवेक्षक से बात करें, या इसे टिप्पणी बनाकर रखें।"),
    ),
    "version-mismatch": _say(
        ("Another desk changed the case after you last saw it.",
         "Look at the case as it is now; if the step is still right, do it again there."),
        ("आपके देखने के बाद दूसरी डेस्क ने प्रकरण बदल दिया।",
         "प्रकरण की अभी की स्थिति देखें; कदम अब भी सही हो तो वहीं दोबारा करें।"),
    ),
    "illegal-transition": _say(
        ("In its present state the case does not allow this step.",
         "Look at the state of the case now; what was missed can be kept as a note."),
        ("प्रकरण की वर्तमान स्थिति में यह कदम संभव नहीं है।",
         "प्रकरण की अभी की स्थिति देखें; जो छूटा उसे टिप्पणी बनाकर रख सकते हैं।"),
    ),
    "invalid": _say(
        ("Something the hub needs for this step was missing or could not be used.",
         "Open the case and do the step again with everything the sheet asks for."),
        ("इस कदम के लिए हब को जो चाहिए वह नहीं था या ठीक नहीं था।",
         "प्रकरण खोलें और पत्रक में माँगी गई पूरी जानकारी के साथ दोबारा करें।"),
    ),
    "not-found": _say(
        ("The case is not with this unit any more, or the hub does not know it.",
         "Call the unit that has it now and tell them; then set this aside with a reason."),
        ("प्रकरण अब इस इकाई के पास नहीं है, या हब उसे नहीं जानता।",
         "जिस इकाई के पास है उसे फ़ोन पर बताएँ; फिर कारण लिखकर इसे अलग रखें।"),
    ),
    "not-allowed": _say(
        ("This role or unit may not take this step on this case.",
         "Ask a supervisor or the unit the case belongs to."),
        ("इस भूमिका या इकाई को इस प्रकरण पर यह कदम उठाने की अनुमति नहीं है।",
         "पर्यवेक्षक से या जिस इकाई का प्रकरण है उससे कहें।"),
    ),
}  # fmt: skip
"""By the code of the hub's answer."""
_OTHER: Final = _say(
    ("The hub refused this for good.", "Show it to a supervisor; the code stands beside it."),
    ("हब ने इसे अंतिम रूप से अस्वीकार किया।", "पर्यवेक्षक को दिखाएँ; कोड साथ में लिखा है।"),
)


def headline(code: str | None) -> Bilingual:
    """Only what happened, for a line of a list."""
    whole = refusal(code)
    return Bilingual(whole.en.partition(". ")[0], whole.hi.partition("। ")[0])


def refusal(code: str | None) -> Bilingual:
    """The sentence for a code; one nobody foresaw gets a sentence too."""
    return REFUSALS.get(code or "", _OTHER)
