"""Why the alarm cannot be heard, in the operator's words: what happened, what is safe, what to do."""

from __future__ import annotations

from typing import Final

from kotaconsole.domain.errors import Bilingual
from kotaconsole.sounder.protocol import Why

_SAFE_EN: Final = "Flags still arrive and stand in the list."
_SAFE_HI: Final = "फ़्लैग आते रहेंगे और सूची में दिखेंगे।"


def _sentence(en: str, en_do: str, hi: str, hi_do: str) -> Bilingual:
    return Bilingual(en=f"{en} {_SAFE_EN} {en_do}", hi=f"{hi} {_SAFE_HI} {hi_do}")


REASONS: Final[dict[Why, Bilingual]] = {
    Why.NO_LIBRARY: _sentence(
        "No sound: the system's sound library is missing.",
        "Watch the list, and ask the administrator to install libportaudio2.",
        "ध्वनि बंद: सिस्टम की ध्वनि लाइब्रेरी नहीं मिली।",
        "सूची पर नज़र रखें और प्रशासक से libportaudio2 स्थापित करने को कहें।",
    ),
    Why.NO_SOUNDS: _sentence(
        "No sound: the alarm's sound files are missing or damaged.",
        "Watch the list, and ask the administrator to install the program again.",
        "ध्वनि बंद: अलार्म की ध्वनि फ़ाइलें नहीं मिलीं या ख़राब हैं।",
        "सूची पर नज़र रखें और प्रशासक से प्रोग्राम दोबारा स्थापित करने को कहें।",
    ),
    Why.NO_DEVICE: _sentence(
        "No sound: this desk has no sound device.",
        "Watch the list, and connect a loudspeaker; it is found within a few seconds.",
        "ध्वनि बंद: इस डेस्क पर कोई ध्वनि उपकरण नहीं है।",
        "सूची पर नज़र रखें और स्पीकर जोड़ें; वह कुछ सेकंड में मिल जाएगा।",
    ),
    Why.DEVICE_GONE: _sentence(
        "No sound: the sound device is gone.",
        "Watch the list, and check the loudspeaker's plug.",
        "ध्वनि बंद: ध्वनि उपकरण हट गया है।",
        "सूची पर नज़र रखें और स्पीकर का तार जाँचें।",
    ),
    Why.DEVICE_CHANGED: _sentence(
        "The sound has moved to another device; the alarm follows it.",
        "If this stays, check which loudspeaker is chosen.",
        "ध्वनि दूसरे उपकरण पर चली गई है; अलार्म उसी पर जा रहा है।",
        "यह संदेश बना रहे तो देखें कि कौन-सा स्पीकर चुना है।",
    ),
    Why.SERVER_GONE: _sentence(
        "No sound: the system's sound service does not answer.",
        "Watch the list; the sound returns by itself with the service. If not, call the administrator.",
        "ध्वनि बंद: सिस्टम की ध्वनि सेवा जवाब नहीं दे रही।",
        "सूची पर नज़र रखें; सेवा लौटते ही ध्वनि अपने-आप लौटेगी। न लौटे तो प्रशासक को बुलाएँ।",
    ),
    Why.MUTED: _sentence(
        "No sound: the loudspeaker is muted.",
        "Switch mute off in the system's sound settings.",
        "ध्वनि बंद: स्पीकर म्यूट है।",
        "सिस्टम की ध्वनि सेटिंग में म्यूट हटाएँ।",
    ),
    Why.VOLUME_LOW: _sentence(
        "Hardly any sound: the volume is too low for an alarm.",
        "Turn the volume up in the system's sound settings.",
        "ध्वनि बहुत धीमी है: अलार्म सुनाई नहीं देगा।",
        "सिस्टम की ध्वनि सेटिंग में आवाज़ बढ़ाएँ।",
    ),
    Why.SUSPENDED: _sentence(
        "No sound: the sound device is asleep.",
        "Watch the list, and call the administrator if this stays.",
        "ध्वनि बंद: ध्वनि उपकरण सोया हुआ है।",
        "सूची पर नज़र रखें; यह संदेश बना रहे तो प्रशासक को बुलाएँ।",
    ),
    Why.NO_SAMPLES: _sentence(
        "No sound: the sound device takes nothing in.",
        "Watch the list; a new start of the sound is being tried. If this stays, call the administrator.",
        "ध्वनि बंद: ध्वनि उपकरण कुछ नहीं बजा रहा।",
        "सूची पर नज़र रखें; ध्वनि फिर शुरू करने की कोशिश हो रही है। यह संदेश बना रहे तो प्रशासक को बुलाएँ।",
    ),
    Why.NOT_YET: _sentence(
        "No sound yet: the alarm's player is still starting.",
        "Watch the list until this message is gone.",
        "ध्वनि अभी तैयार नहीं: अलार्म बजाने वाला हिस्सा शुरू हो रहा है।",
        "यह संदेश हटने तक सूची पर नज़र रखें।",
    ),
    Why.NO_ANSWER: _sentence(
        "No sound: the alarm's player does not answer and is being started again.",
        "Watch the list until this message is gone.",
        "ध्वनि बंद: अलार्म बजाने वाला हिस्सा जवाब नहीं दे रहा; उसे फिर शुरू किया जा रहा है।",
        "यह संदेश हटने तक सूची पर नज़र रखें।",
    ),
    Why.SOUNDER_GONE: _sentence(
        "No sound: the alarm's player has stopped and is being started again.",
        "Watch the list until this message is gone.",
        "ध्वनि बंद: अलार्म बजाने वाला हिस्सा रुक गया; उसे फिर शुरू किया जा रहा है।",
        "यह संदेश हटने तक सूची पर नज़र रखें।",
    ),
}


def sentence(code: str) -> Bilingual | None:
    """The sentence of a reason code; None for the empty code of a sound that is well."""
    return REASONS[Why(code)] if code else None
