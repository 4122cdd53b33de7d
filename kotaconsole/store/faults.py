"""What can go wrong with the desk's files, in sentences for the operator."""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2 as sqlcipher

from kotaconsole.domain.errors import Bilingual, EnvironmentFault

DATABASE_ERRORS: Final[tuple[type[Exception], ...]] = (DBAPIError, sqlcipher.DatabaseError)


def key_wrong(technical: str = "") -> EnvironmentFault:
    """The key does not open the outbox, or its first page is damaged: the two cannot be told apart."""
    return EnvironmentFault("store-key-wrong", _KEY_WRONG, technical)


def newer(found: int, known: int) -> EnvironmentFault:
    """The outbox was written by a later release."""
    return EnvironmentFault("store-newer", _NEWER, f"schema {found}, known {known}")


def damaged(technical: str) -> EnvironmentFault:
    """Pages of the file are not what was written."""
    return EnvironmentFault("store-damaged", _FILE_DAMAGED, technical)


def of_database(problem: Exception) -> EnvironmentFault:
    """The fault for an error of the database, told apart by SQLite's own name for it."""
    cause = getattr(problem, "orig", None) or problem
    name = str(getattr(cause, "sqlite_errorname", "") or type(cause).__name__)
    if name.startswith("SQLITE_FULL"):
        return EnvironmentFault("store-disk-full", _FULL, name)
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return EnvironmentFault("store-damaged", _DAMAGED, name)
    return EnvironmentFault("store-unusable", _UNUSABLE, name)


def closed() -> EnvironmentFault:
    """Somebody writes after the desk's files were closed."""
    return EnvironmentFault("store-closed", _CLOSED)


def text_unusable() -> EnvironmentFault:
    """The text holds characters that no message can carry, or is far too long."""
    return EnvironmentFault("entry-unusable", _ENTRY)


_KEY_WRONG = Bilingual(
    en="The key in the keyring does not open this desk's file of saved entries. The file is untouched and nothing "
    "was made in its place. Do not delete anything; call the administrator, who can bring the right key back.",
    hi="की-रिंग की कुंजी से इस डेस्क की सुरक्षित प्रविष्टियों की फ़ाइल नहीं खुलती। फ़ाइल जस की तस है और उसकी जगह कुछ नया नहीं बनाया गया। "
    "कुछ भी न मिटाएँ; प्रशासक को बुलाएँ, जो सही कुंजी लौटा सकते हैं।",
)
_NEWER = Bilingual(
    en="This desk's files were written by a newer version of the console. They are untouched. "
    "Ask the administrator to install the newer version again.",
    hi="इस डेस्क की फ़ाइलें कंसोल के नए संस्करण ने लिखी हैं। वे जस की तस हैं। प्रशासक से नया संस्करण दोबारा स्थापित करने को कहें।",
)
_FULL = Bilingual(
    en="The disk is full, so this was NOT saved. Everything saved before is safe. "
    "Write it on paper, tell the administrator to make room, then enter it again.",
    hi="डिस्क भर गई है, इसलिए यह सुरक्षित नहीं हुआ। पहले की सब प्रविष्टियाँ सुरक्षित हैं। "
    "इसे काग़ज़ पर लिखें, प्रशासक से जगह बनवाएँ, फिर दोबारा दर्ज करें।",
)
_DAMAGED = Bilingual(
    en="The desk's file is damaged and was not changed. This was NOT saved. Write it on paper and call the "
    "administrator; do not delete anything, what was saved may still be recovered.",
    hi="डेस्क की फ़ाइल ख़राब है और उसमें कुछ नहीं बदला गया। यह सुरक्षित नहीं हुआ। इसे काग़ज़ पर लिखें और प्रशासक को बुलाएँ; "
    "कुछ भी न मिटाएँ, पहले की प्रविष्टियाँ वापस मिल सकती हैं।",
)
_FILE_DAMAGED = Bilingual(
    en="The desk's file of saved entries is damaged. It was not changed. Do not delete anything; call the "
    "administrator, what was saved may still be recovered.",
    hi="इस डेस्क की सुरक्षित प्रविष्टियों की फ़ाइल ख़राब है। उसमें कुछ नहीं बदला गया। कुछ भी न मिटाएँ; प्रशासक को बुलाएँ, "
    "पहले की प्रविष्टियाँ वापस मिल सकती हैं।",
)
_UNUSABLE = Bilingual(
    en="The desk's file could not be written, so this was NOT saved. Everything saved before is safe. "
    "Try once more; if it fails again, write it on paper and call the administrator.",
    hi="डेस्क की फ़ाइल में लिखा नहीं जा सका, इसलिए यह सुरक्षित नहीं हुआ। पहले की सब प्रविष्टियाँ सुरक्षित हैं। "
    "एक बार फिर कोशिश करें; फिर भी न हो तो काग़ज़ पर लिखें और प्रशासक को बुलाएँ।",
)
_CLOSED = Bilingual(
    en="The console is closing, so this was NOT saved. Everything saved before is safe. "
    "Start the console again and enter it there.",
    hi="कंसोल बंद हो रहा है, इसलिए यह सुरक्षित नहीं हुआ। पहले की सब प्रविष्टियाँ सुरक्षित हैं। कंसोल दोबारा शुरू करके दर्ज करें।",
)
_ENTRY = Bilingual(
    en="This entry cannot be sent in this form, so it was NOT saved. Your text is still in the field. "
    "Shorten it or remove unusual characters, then save again.",
    hi="यह प्रविष्टि इस रूप में भेजी नहीं जा सकती, इसलिए सुरक्षित नहीं हुई। आपका लिखा अब भी खाने में है। "
    "उसे छोटा करें या अजीब अक्षर हटाएँ, फिर सुरक्षित करें।",
)
