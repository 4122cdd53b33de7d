"""Why a sign-in did not succeed, in sentences for the sign-in window."""

from __future__ import annotations

from typing import Final

from kotaconsole import __version__
from kotaconsole.domain.errors import Bilingual, EnvironmentFault, ServerRefusal
from kotaconsole.wire.bodies import Meta, Operator

API: Final = "1"
AT_A_DESK: Final = ("operator", "supervisor")
"""Roles that work at a desk; the others have no list to work on."""

_SAFE = Bilingual("Everything saved on this desk is safe.", "इस डेस्क पर सुरक्षित किया सब कुछ सुरक्षित है।")


def no_hub() -> EnvironmentFault:
    """No address of a hub is set."""
    return _fault("hub-not-set", "hub.url is empty")


def at_sign_in(refusal: ServerRefusal) -> EnvironmentFault:
    """The hub refused the sign-in."""
    return _fault(refusal.code if refusal.code in _BY_CODE else "sign-in-refused", f"{refusal.status} {refusal.code}")


def check_version(meta: Meta) -> None:
    """Hub and console must speak the same API.

    Raises:
        EnvironmentFault: they do not; the older of the two has to be renewed.
    """
    if meta.api != API:
        raise _fault("hub-other-version", f"hub {meta.api}, console {API}")
    if meta.too_new_for(__version__):
        raise _fault("client-too-old", f"console {__version__}, needed {meta.min_console}")


def check_role(operator: Operator) -> None:
    """Only who works on cases sits at a desk.

    Raises:
        EnvironmentFault: the account has another role.
    """
    if operator.role not in AT_A_DESK:
        raise _fault("role-without-desk", operator.role)


def _fault(code: str, technical: str) -> EnvironmentFault:
    sentence = _BY_CODE[code]
    return EnvironmentFault(
        code, Bilingual(sentence.en.format(safe=_SAFE.en), sentence.hi.format(safe=_SAFE.hi)), technical
    )


_BY_CODE: Final = {
    "invalid-credentials": Bilingual(
        "User name or password is wrong. {safe} Type both again; if you have forgotten the password, ask the "
        "administrator.",
        "उपयोगकर्ता नाम या पासवर्ड ग़लत है। {safe} दोनों दोबारा लिखें; पासवर्ड भूल गए हों तो प्रशासक से कहें।",
    ),
    "too-many-attempts": Bilingual(
        "Too many attempts to sign in. {safe} Wait a minute, then try again.",
        "साइन-इन के बहुत अधिक प्रयास हुए। {safe} एक मिनट रुककर फिर प्रयास करें।",
    ),
    "client-too-old": Bilingual(
        "This console is too old for the hub. {safe} Ask the administrator to install the new version.",
        "यह कंसोल हब के लिए बहुत पुराना है। {safe} प्रशासक से नया संस्करण लगवाएँ।",
    ),
    "hub-other-version": Bilingual(
        "The hub speaks another version of the Referral API. {safe} Call the administrator.",
        "हब Referral API का दूसरा संस्करण बोलता है। {safe} प्रशासक को बुलाएँ।",
    ),
    "role-without-desk": Bilingual(
        "This account has no desk: only operators and supervisors work here. {safe} Sign in with another account.",
        "इस खाते की कोई डेस्क नहीं है: यहाँ केवल ऑपरेटर और पर्यवेक्षक काम करते हैं। {safe} दूसरे खाते से साइन इन करें।",
    ),
    "hub-not-set": Bilingual(
        "No hub is set for this desk, so nobody can sign in. {safe} Ask the administrator to write its address "
        "into the site file (hub.url), or start with --hub.",
        "इस डेस्क के लिए कोई हब तय नहीं है, इसलिए साइन इन नहीं हो सकता। {safe} प्रशासक से साइट फ़ाइल (hub.url) में उसका पता "
        "लिखवाएँ, या --hub के साथ शुरू करें।",
    ),
    "sign-in-refused": Bilingual(
        "The hub did not accept the sign-in. {safe} Try again in a minute; if it stays, call the administrator.",
        "हब ने साइन-इन स्वीकार नहीं किया। {safe} एक मिनट बाद फिर प्रयास करें; न हो तो प्रशासक को बुलाएँ।",
    ),
}
