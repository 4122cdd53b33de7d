"""What is told when the hub's file cannot be used: what happened, what is safe, what to do."""

from __future__ import annotations

from pathlib import Path

from kotaconsole.domain.errors import Bilingual, EnvironmentFault


def not_ours() -> EnvironmentFault:
    """Another kind of database."""
    return EnvironmentFault(
        "hub-database-url",
        Bilingual(
            en="The hub keeps its data in one SQLite file. Nothing was changed. Give it as --db sqlite:////path/hub.db.",
            hi="हब अपना डेटा एक SQLite फ़ाइल में रखता है। कुछ भी बदला नहीं गया। इसे ऐसे बताएँ: --db sqlite:////path/hub.db",
        ),
    )


def no_database(path: Path) -> EnvironmentFault:
    """A mistyped name, or a hub that was never made."""
    return EnvironmentFault(
        "hub-no-database",
        Bilingual(
            en=f"There is no database {path}. Nothing was created. Check --db, or create one with 'kotaconsole hub"
            " init'.",
            hi=f"{path} नाम का कोई डेटाबेस नहीं है। कुछ भी बनाया नहीं गया। --db जाँचें, या 'kotaconsole hub init' से बनाएँ।",
        ),
    )


def no_file(path: Path) -> EnvironmentFault:
    """A folder, or something else in the place of the file."""
    return EnvironmentFault(
        "hub-no-database",
        Bilingual(
            en=f"{path} is a folder or no ordinary file, so no database. Nothing was created. Name the file itself"
            " with --db.",
            hi=f"{path} फ़ोल्डर है या साधारण फ़ाइल नहीं, इसलिए डेटाबेस नहीं है। कुछ भी बनाया नहीं गया। --db से फ़ाइल ही बताएँ।",
        ),
    )


def empty(path: Path) -> EnvironmentFault:
    """A file of 0 bytes, which is never the work of a hub."""
    return EnvironmentFault(
        "hub-database-empty",
        Bilingual(
            en=f"The hub's database {path} is empty (0 bytes): what stood in it is gone, as after a full disk or a slip"
            " of the hand. Nothing was changed and no new hub was put in its place. Leave everything beside it as it"
            f" is, {path.name}-wal above all. If a hub ever ran here, go back to the last backup with 'kotaconsole hub"
            " restore'. If none ever did, take the empty file away and run 'kotaconsole hub init'.",
            hi=f"हब का डेटाबेस {path} खाली है (0 बाइट): उसमें जो था वह नहीं रहा, जैसा भरी डिस्क या हाथ की चूक से होता है। कुछ भी"
            f" बदला नहीं गया और उसकी जगह नया हब नहीं बनाया गया। उसके पास की फ़ाइलें, सबसे पहले {path.name}-wal, वैसी ही रहने दें।"
            " यदि यहाँ कभी हब चला है, तो 'kotaconsole hub restore' से पिछले बैकअप पर लौटें। यदि कभी नहीं, तो खाली फ़ाइल हटाकर"
            " 'kotaconsole hub init' चलाएँ।",
        ),
    )


def lone_log(log: Path) -> EnvironmentFault:
    """The log of a database that is not there: a new one beside it would be mixed with it."""
    return EnvironmentFault(
        "hub-database-lone-log",
        Bilingual(
            en=f"There is no database, but {log} is there: the log of one that was moved or deleted, with its newest"
            " entries. Nothing was created. Put the database back beside it, or go back to a backup with 'kotaconsole"
            " hub restore', which keeps the log. Take it away only if no hub ever ran here.",
            hi=f"डेटाबेस नहीं है, पर {log} है: यह हटाए या मिटाए गए डेटाबेस का लॉग है, उसकी सबसे नई प्रविष्टियों के साथ। कुछ भी बनाया"
            " नहीं गया। डेटाबेस को इसके पास वापस रखें, या 'kotaconsole hub restore' से बैकअप पर लौटें, जो लॉग को रखता है। इसे केवल"
            " तभी हटाएँ जब यहाँ कभी हब न चला हो।",
        ),
    )


def wrong_key(path: Path, at: Path) -> EnvironmentFault:
    """Another file's key, or a damaged file: the first page only says that the two do not belong together."""
    return EnvironmentFault(
        "hub-key-wrong",
        Bilingual(
            en=f"The hub's database {path} cannot be opened with the key in {at}. Either this is not its key, or the"
            " file is damaged or no database of a hub: an encrypted file does not show which. Nothing was changed."
            " Look first whether the key file is the one that belongs to it (--key-file) and --db names the right"
            " file. If both are right, the file is damaged: keep it, and go back to a backup with 'kotaconsole hub"
            " restore'.",
            hi=f"हब का डेटाबेस {path} कुंजी {at} से नहीं खुला। या तो यह उसकी कुंजी नहीं है, या फ़ाइल खराब है या हब का डेटाबेस नहीं है:"
            " एन्क्रिप्टेड फ़ाइल से यह पता नहीं चलता। कुछ भी बदला नहीं गया। पहले देखें कि कुंजी की फ़ाइल इसी की है (--key-file) और --db"
            " सही फ़ाइल बताता है। यदि दोनों सही हैं, तो फ़ाइल खराब है: उसे रखें, और 'kotaconsole hub restore' से बैकअप पर लौटें।",
        ),
    )


def damaged(path: Path, technical: str) -> EnvironmentFault:
    """Cut short, or written over in places."""
    return EnvironmentFault(
        "hub-database-damaged",
        Bilingual(
            en=f"The hub's database {path} is damaged: parts of it are not as they were written, or are missing. No"
            " part of it was replaced, and no backup was made of it. Stop the hub, keep the file as it is, check the"
            " disk, and go back to the last backup with 'kotaconsole hub restore'.",
            hi=f"हब का डेटाबेस {path} खराब है: उसके कुछ हिस्से वैसे नहीं हैं जैसे लिखे गए थे, या नहीं हैं। उसका कोई हिस्सा बदला नहीं गया,"
            " और उसका बैकअप नहीं बनाया गया। हब रोकें, फ़ाइल वैसी ही रखें, डिस्क जाँचें, और 'kotaconsole hub restore' से पिछले"
            " बैकअप पर लौटें।",
        ),
        technical,
    )


def unencrypted(path: Path) -> EnvironmentFault:
    """A file of an earlier release: its backup would be one that everybody can read."""
    return EnvironmentFault(
        "hub-database-plain",
        Bilingual(
            en=f"The hub's database {path} comes from an earlier release and is not encrypted yet. No backup was made,"
            " and nothing was changed. Run 'kotaconsole hub init' once, which encrypts it with all that is in it, then"
            " the backup again.",
            hi=f"हब का डेटाबेस {path} पहले के संस्करण का है और अभी एन्क्रिप्टेड नहीं है। बैकअप नहीं बनाया गया, और कुछ भी बदला नहीं गया।"
            " 'kotaconsole hub init' एक बार चलाएँ, जो उसे पूरा एन्क्रिप्ट करता है, फिर बैकअप लें।",
        ),
    )


def newer() -> EnvironmentFault:
    """A schema this release does not know."""
    return EnvironmentFault(
        "hub-newer",
        Bilingual(
            en="The hub's database was written by a later release of this program. It was left as it is. Start that"
            " release, or go back to a backup.",
            hi="हब का डेटाबेस इस प्रोग्राम के बाद के संस्करण का है। वह वैसा ही है। वही संस्करण चलाएँ, या बैकअप पर लौटें।",
        ),
    )


def unusable(technical: str) -> EnvironmentFault:
    """The surroundings of the file: its folder, rights, room."""
    return EnvironmentFault(
        "hub-database",
        Bilingual(
            en="The hub's database file cannot be opened or brought up to date. What is in it was left as it is."
            " Check the path, the rights and the free space.",
            hi="हब की डेटाबेस फ़ाइल खोली या अद्यतन नहीं की जा सकी। उसमें जो है वह वैसा ही है। पथ, अनुमति और खाली जगह जाँचें।",
        ),
        technical,
    )


def interrupted(technical: str) -> EnvironmentFault:
    """The file was open, and then could not be read or written."""
    return EnvironmentFault(
        "hub-database-busy",
        Bilingual(
            en="The hub's database could not be read or written just now: the disk is full or fails, or another"
            " program holds the file. What was told as done is done; beyond that nothing was changed. Check the free"
            " space and the disk, then run it again.",
            hi="हब का डेटाबेस अभी पढ़ा या लिखा नहीं जा सका: डिस्क भरी है या खराब है, या कोई दूसरा प्रोग्राम फ़ाइल को रोके है। जो हुआ"
            " बताया गया वह हो चुका है; उसके आगे कुछ भी बदला नहीं गया। खाली जगह और डिस्क जाँचें, फिर दोबारा चलाएँ।",
        ),
        technical,
    )
