"""Why the hub cannot be asked, in sentences for the operator."""

from __future__ import annotations

from kotaconsole.domain.errors import Bilingual, EnvironmentFault


def unreachable(technical: str = "") -> EnvironmentFault:
    """Nothing answers at the hub's address."""
    return EnvironmentFault("hub-unreachable", _UNREACHABLE, technical)


def timed_out(technical: str = "") -> EnvironmentFault:
    """Something took the connection and did not answer in time."""
    return EnvironmentFault("hub-timeout", _TIMEOUT, technical)


def certificate(technical: str = "") -> EnvironmentFault:
    """Whoever answers cannot prove to be the hub."""
    return EnvironmentFault("hub-certificate", _CERTIFICATE, technical)


def not_a_hub(technical: str = "") -> EnvironmentFault:
    """What answers is no hub: a sign-in page of the network, or another web server."""
    return EnvironmentFault("hub-not-a-hub", _NOT_A_HUB, technical)


def address(technical: str = "") -> EnvironmentFault:
    """The address cannot be used, or would carry personal data unprotected."""
    return EnvironmentFault("hub-address", _ADDRESS, technical)


def ca_file(technical: str = "") -> EnvironmentFault:
    """The file with the hub's own authority cannot be read."""
    return EnvironmentFault("hub-ca-file", _CA_FILE, technical)


_UNREACHABLE = Bilingual(
    en="The hub cannot be reached. Everything you have saved is safe on this desk and is sent by itself as soon as "
    "the hub answers. Check the network cable; if others work, call the administrator. New red flags come by phone "
    "until then.",
    hi="हब से संपर्क नहीं हो पा रहा। आपका सुरक्षित किया सब कुछ इस डेस्क पर है और हब के उत्तर देते ही अपने आप भेजा जाएगा। "
    "नेटवर्क का तार जाँचें; दूसरों का चल रहा हो तो प्रशासक को बुलाएँ। तब तक नए रेड फ्लैग फ़ोन से लें।",
)
_TIMEOUT = Bilingual(
    en="The hub does not answer in time. Everything you have saved is safe on this desk and is sent again by itself. "
    "Nothing is needed from you; if it lasts longer than a minute, call the administrator.",
    hi="हब समय पर उत्तर नहीं दे रहा। आपका सुरक्षित किया सब कुछ इस डेस्क पर है और अपने आप फिर भेजा जाएगा। "
    "आपको कुछ नहीं करना; एक मिनट से अधिक चले तो प्रशासक को बुलाएँ।",
)
_CERTIFICATE = Bilingual(
    en="Whoever answers cannot prove to be the hub, so nothing was sent to it, not even a password. What you have "
    "saved is safe on this desk. Check the computer's date and time, then call the administrator.",
    hi="जो उत्तर दे रहा है वह अपने को हब साबित नहीं कर सका, इसलिए उसे कुछ नहीं भेजा गया, पासवर्ड भी नहीं। आपका सुरक्षित किया सब कुछ "
    "इस डेस्क पर है। कंप्यूटर की तारीख़ और समय जाँचें, फिर प्रशासक को बुलाएँ।",
)
_NOT_A_HUB = Bilingual(
    en="Something other than the hub answers, perhaps the sign-in page of a network. Its answer was not used. What "
    "you have saved is safe on this desk. Check which network the computer is in, then call the administrator.",
    hi="हब की जगह कोई और उत्तर दे रहा है, शायद किसी नेटवर्क का साइन-इन पृष्ठ। उसका उत्तर काम में नहीं लिया गया। आपका सुरक्षित किया "
    "सब कुछ इस डेस्क पर है। देखें कि कंप्यूटर किस नेटवर्क में है, फिर प्रशासक को बुलाएँ।",
)
_ADDRESS = Bilingual(
    en="The hub's address cannot be used: it must begin with https://, or with http:// for this computer itself. "
    "Nothing was sent; what is saved here is safe. Ask the administrator to correct the site file.",
    hi="हब का पता काम का नहीं है: वह https:// से शुरू हो, या इसी कंप्यूटर के लिए http:// से। कुछ नहीं भेजा गया; यहाँ सुरक्षित सब कुछ "
    "जस का तस है। प्रशासक से साइट फ़ाइल ठीक करवाएँ।",
)
_CA_FILE = Bilingual(
    en="The file with the hub's certificate authority cannot be read, so the hub cannot be trusted and nothing was "
    "sent. What is saved here is safe. Ask the administrator to check the file that the site file names.",
    hi="हब के प्रमाण-पत्र वाली फ़ाइल पढ़ी नहीं जा सकी, इसलिए हब पर भरोसा नहीं किया जा सकता और कुछ नहीं भेजा गया। यहाँ "
    "सुरक्षित सब कुछ जस का तस है। प्रशासक से साइट फ़ाइल में लिखी यह फ़ाइल जाँचवाएँ।",
)
