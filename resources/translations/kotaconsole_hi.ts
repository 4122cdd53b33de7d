<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="hi_IN" sourcelanguage="en">
<context>
    <name>Banners</name>
    <message>
        <source>The list may be old. What you enter is saved on this desk and sent later. Watch the phone.</source>
        <translation>सूची पुरानी हो सकती है। आप जो लिखेंगे वह इस डेस्क पर सुरक्षित होकर बाद में भेजा जाएगा। फ़ोन पर ध्यान रखें।</translation>
    </message>
    <message>
        <source>NOT LIVE since %1</source>
        <translation>लाइव नहीं: %1 से</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>फिर से साइन इन करें</translation>
    </message>
    <message>
        <source>NOT SENT</source>
        <translation>भेजा नहीं जा रहा</translation>
    </message>
    <message>
        <source>An alarm cannot be heard. Watch the screen; check loudspeaker, cable and volume.</source>
        <translation>अलार्म सुनाई नहीं देगा। स्क्रीन पर नज़र रखें; स्पीकर, तार और आवाज़ जाँचें।</translation>
    </message>
    <message>
        <source>SOUND LOST</source>
        <translation>ध्वनि बंद</translation>
    </message>
    <message>
        <source>SOUND PAUSED %1 s</source>
        <translation>ध्वनि रुकी है %1 से.</translation>
    </message>
    <message>
        <source>What sounded is silent until then. A new red flag sounds at once.</source>
        <translation>जो बज रहा था वह तब तक चुप है। नया रेड फ्लैग तुरंत बजेगा।</translation>
    </message>
    <message>
        <source>Sound again</source>
        <translation>ध्वनि चालू करें</translation>
    </message>
    <message>
        <source>NOBODY LISTENS since %1</source>
        <translation>%1 से कोई नहीं सुन रहा</translation>
    </message>
    <message>
        <source>%1: an alarm is not heard there. Phone them, and take their red flags until they answer.</source>
        <translation>%1: वहाँ अलार्म सुनाई नहीं देता। उन्हें फ़ोन करें, और उनके उत्तर देने तक उनके रेड फ्लैग आप सँभालें।</translation>
    </message>
    <message>
        <source>This computer&apos;s clock is %1 s away from the hub&apos;s. Ages are counted by the hub&apos;s clock. Ask the administrator to set the clock right.</source>
        <translation>इस कंप्यूटर की घड़ी हब की घड़ी से %1 सेकंड अलग है। समय-अंतर हब की घड़ी से गिने जाते हैं। प्रशासक से घड़ी ठीक कराएँ।</translation>
    </message>
    <message>
        <source>CLOCK WRONG</source>
        <translation>घड़ी ग़लत है</translation>
    </message>
    <message>
        <source>Seen</source>
        <translation>देख लिया</translation>
    </message>
    <message>
        <source>TRAINING</source>
        <translation>प्रशिक्षण</translation>
    </message>
    <message>
        <source>Invented people. Nothing here is real.</source>
        <translation>सभी व्यक्ति काल्पनिक हैं। यहाँ कुछ भी वास्तविक नहीं है।</translation>
    </message>
</context>
<context>
    <name>CaseList</name>
    <message>
        <source>%1 new above</source>
        <translation>ऊपर %1 नई</translation>
    </message>
    <message>
        <source>%1 new below</source>
        <translation>नीचे %1 नई</translation>
    </message>
    <message>
        <source>%1 new hidden by the filter</source>
        <translation>फ़िल्टर में छिपी %1 नई</translation>
    </message>
    <message>
        <source>Reading the cases kept on this desk …</source>
        <translation>इस डेस्क पर रखे प्रकरण पढ़े जा रहे हैं …</translation>
    </message>
    <message>
        <source>No case matches this filter.</source>
        <translation>इस फ़िल्टर में कोई प्रकरण नहीं है।</translation>
    </message>
    <message>
        <source>No open case. The link to the hub is live.</source>
        <translation>कोई खुला प्रकरण नहीं। हब से संपर्क चालू है।</translation>
    </message>
    <message>
        <source>No open case is kept on this desk. The link is not live: there may be new ones at the hub.</source>
        <translation>इस डेस्क पर कोई खुला प्रकरण नहीं रखा है। संपर्क लाइव नहीं है: हब पर नए प्रकरण हो सकते हैं।</translation>
    </message>
    <message>
        <source>Search … (F2)</source>
        <translation>खोजें … (F2)</translation>
    </message>
    <message>
        <source>Search the cases</source>
        <translation>प्रकरण खोजें</translation>
    </message>
    <message>
        <source>Cases</source>
        <translation>प्रकरण</translation>
    </message>
    <message>
        <source>All open</source>
        <translation>सभी खुले</translation>
    </message>
    <message>
        <source>New</source>
        <translation>नई</translation>
    </message>
    <message>
        <source>Mine</source>
        <translation>मेरे</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>निस्तारित</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>अस्वीकृत</translation>
    </message>
</context>
<context>
    <name>CasePane</name>
    <message>
        <source>Choose a case in the list (arrow keys).</source>
        <translation>सूची में प्रकरण चुनें (तीर कुंजियाँ)।</translation>
    </message>
    <message>
        <source>Acknowledge</source>
        <translation>पावती दें</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>टिप्पणी</translation>
    </message>
    <message>
        <source>Inform + slip</source>
        <translation>सूचित करें + पर्ची</translation>
    </message>
    <message>
        <source>Contact made</source>
        <translation>संपर्क हुआ</translation>
    </message>
    <message>
        <source>Print slip again</source>
        <translation>पर्ची फिर छापें</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>निस्तारण</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>व्यक्ति</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>अकाउंट</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>स्थान</translation>
    </message>
    <message>
        <source>Red flags</source>
        <translation>रेड फ्लैग</translation>
    </message>
    <message>
        <source>Locations</source>
        <translation>लोकेशन</translation>
    </message>
    <message>
        <source>Units informed</source>
        <translation>सूचित इकाइयाँ</translation>
    </message>
    <message>
        <source>Slips</source>
        <translation>पर्चियाँ</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>घटनाक्रम</translation>
    </message>
    <message>
        <source>Details of the case</source>
        <translation>प्रकरण का विवरण</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>प्रकरण</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>स्वीकार करें</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>छिपाएँ</translation>
    </message>
    <message>
        <source>Show name and numbers</source>
        <translation>नाम व नंबर देखें</translation>
    </message>
    <message>
        <source>Hide excerpts</source>
        <translation>अंश छिपाएँ</translation>
    </message>
    <message>
        <source>Show excerpts</source>
        <translation>पोस्ट का अंश देखें</translation>
    </message>
    <message>
        <source>no number yet</source>
        <translation>संख्या अभी नहीं</translation>
    </message>
    <message>
        <source>Unreadable: see source. The hub sent something this console could not read.</source>
        <translation>अपठनीय: स्रोत देखें। हब ने कुछ भेजा जिसे यह कंसोल पढ़ नहीं सका।</translation>
    </message>
    <message>
        <source>It is kept and rings as P1. Call the platform or the administrator.</source>
        <translation>यह सुरक्षित है और P1 की तरह बजता है। प्लेटफ़ॉर्म या व्यवस्थापक को फ़ोन करें।</translation>
    </message>
    <message>
        <source>%1 characters, closed</source>
        <translation>%1 अक्षर, बंद</translation>
    </message>
    <message>
        <source>As received</source>
        <translation>जैसा प्राप्त हुआ</translation>
    </message>
</context>
<context>
    <name>CaseWords</name>
    <message>
        <source>Reviewer: %1</source>
        <translation>समीक्षक: %1</translation>
    </message>
    <message>
        <source>(rule %1, revision %2)</source>
        <translation>(नियम %1, संस्करण %2)</translation>
    </message>
    <message>
        <source>level set by a person</source>
        <translation>स्तर किसी व्यक्ति ने तय किया</translation>
    </message>
    <message>
        <source>no rule was sent</source>
        <translation>कोई नियम नहीं भेजा गया</translation>
    </message>
    <message>
        <source>Why %1:</source>
        <translation>%1 क्यों:</translation>
    </message>
    <message>
        <source>training</source>
        <translation>प्रशिक्षण</translation>
    </message>
    <message>
        <source>minor</source>
        <translation>नाबालिग</translation>
    </message>
    <message>
        <source>age unknown</source>
        <translation>आयु अज्ञात</translation>
    </message>
    <message>
        <source>alone</source>
        <translation>अकेले</translation>
    </message>
    <message>
        <source>no location</source>
        <translation>लोकेशन नहीं</translation>
    </message>
    <message>
        <source>location stale</source>
        <translation>लोकेशन पुरानी</translation>
    </message>
    <message>
        <source>account holder is another person</source>
        <translation>खाताधारक कोई और है</translation>
    </message>
    <message>
        <source>the family may be a source of harm</source>
        <translation>परिवार से हानि की आशंका</translation>
    </message>
    <message>
        <source>earlier case on this account</source>
        <translation>इस अकाउंट पर पहले भी प्रकरण</translation>
    </message>
    <message>
        <source>withdrawn by the source</source>
        <translation>स्रोत ने वापस लिया</translation>
    </message>
    <message>
        <source>%1 years</source>
        <translation>%1 वर्ष</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>नाम</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>आयु</translation>
    </message>
    <message>
        <source>Alone</source>
        <translation>अकेले</translation>
    </message>
    <message>
        <source>Mobile</source>
        <translation>मोबाइल नंबर</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>भाषा</translation>
    </message>
    <message>
        <source>Institute</source>
        <translation>कोचिंग संस्थान</translation>
    </message>
    <message>
        <source>Hostel</source>
        <translation>हॉस्टल</translation>
    </message>
    <message>
        <source>Warden</source>
        <translation>वार्डन</translation>
    </message>
    <message>
        <source>Home district</source>
        <translation>गृह जिला</translation>
    </message>
    <message>
        <source>Guardian</source>
        <translation>अभिभावक</translation>
    </message>
    <message>
        <source>Family may harm</source>
        <translation>परिवार से हानि</translation>
    </message>
    <message>
        <source>Take care</source>
        <translation>सावधानी</translation>
    </message>
    <message>
        <source>Guardian&apos;s phone</source>
        <translation>अभिभावक का फ़ोन</translation>
    </message>
    <message>
        <source>(kept closed: ask whether the family may harm)</source>
        <translation>(बंद रखा गया: पहले जानें कि परिवार से हानि तो नहीं)</translation>
    </message>
    <message>
        <source>Display name</source>
        <translation>दिखने वाला नाम</translation>
    </message>
    <message>
        <source>Handle</source>
        <translation>हैंडल</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>फ़ोन</translation>
    </message>
    <message>
        <source>E-mail</source>
        <translation>ई-मेल</translation>
    </message>
    <message>
        <source>Account holder</source>
        <translation>खाताधारक</translation>
    </message>
    <message>
        <source>not at the hub now: as it last stood, with what waits to be sent</source>
        <translation>अभी हब पर नहीं: जैसा अंतिम बार था, भेजे जाने की प्रतीक्षा वाली प्रविष्टियों के साथ</translation>
    </message>
    <message>
        <source>late entry</source>
        <translation>विलंबित प्रविष्टि</translation>
    </message>
    <message>
        <source>legal hold</source>
        <translation>विधिक रोक (मिटाना बंद)</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>पेज</translation>
    </message>
    <message>
        <source>Best</source>
        <translation>सर्वोत्तम</translation>
    </message>
    <message>
        <source>Location</source>
        <translation>लोकेशन</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>इकाई</translation>
    </message>
    <message>
        <source>With</source>
        <translation>पास</translation>
    </message>
    <message>
        <source>nobody yet</source>
        <translation>अभी कोई नहीं</translation>
    </message>
    <message>
        <source>Suggested</source>
        <translation>सुझाव</translation>
    </message>
    <message>
        <source>since %1, waits for you</source>
        <translation>%1 से, आपकी प्रतीक्षा में</translation>
    </message>
    <message>
        <source>Sent to us by</source>
        <translation>हमें भेजा</translation>
    </message>
    <message>
        <source>since %1, receipt awaited</source>
        <translation>%1 से, पावती लंबित</translation>
    </message>
    <message>
        <source>Forwarded to</source>
        <translation>स्थानांतरित</translation>
    </message>
    <message>
        <source>Accepted by phone</source>
        <translation>फ़ोन पर स्वीकार</translation>
    </message>
    <message>
        <source>look again at %1</source>
        <translation>%1 पर फिर देखें</translation>
    </message>
    <message>
        <source>Trace</source>
        <translation>ट्रेस</translation>
    </message>
    <message>
        <source>Perhaps one matter</source>
        <translation>संभवतः जुड़ा प्रकरण</translation>
    </message>
    <message>
        <source>radius %1</source>
        <translation>दायरा %1</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>अज्ञात</translation>
    </message>
    <message>
        <source>%1 old</source>
        <translation>%1 पुरानी</translation>
    </message>
    <message>
        <source>source: %1</source>
        <translation>स्रोत: %1</translation>
    </message>
    <message>
        <source>%1 earlier flags at the hub</source>
        <translation>%1 पुराने रेड फ्लैग हब पर</translation>
    </message>
    <message>
        <source>nothing stated</source>
        <translation>कुछ नहीं बताया गया</translation>
    </message>
    <message>
        <source>ref. %1</source>
        <translation>संदर्भ %1</translation>
    </message>
    <message>
        <source>posted %1</source>
        <translation>पोस्ट %1</translation>
    </message>
    <message>
        <source>withdrawn %1</source>
        <translation>वापस %1</translation>
    </message>
    <message>
        <source>Unreadable part</source>
        <translation>अपठनीय भाग</translation>
    </message>
    <message>
        <source>Excerpt</source>
        <translation>अंश</translation>
    </message>
    <message>
        <source>none was sent</source>
        <translation>कुछ नहीं भेजा गया</translation>
    </message>
    <message>
        <source>As received</source>
        <translation>जैसा प्राप्त हुआ</translation>
    </message>
</context>
<context>
    <name>ClosingRules</name>
    <message>
        <source>Needs contact made. For a minor, or where the family may harm: also who took the person into care, Child Welfare Committee or 1098, or a supervisor closes.</source>
        <translation>पहले व्यक्ति से संपर्क आवश्यक। नाबालिग हो या परिवार से हानि की आशंका हो तो यह भी बताएँ कि किसने सुपुर्दगी ली (बाल कल्याण समिति या 1098), अथवा पर्यवेक्षक निस्तारित करें।</translation>
    </message>
    <message>
        <source>Needs contact made (F11). “Informed” or “departed” alone never closes a case.</source>
        <translation>पहले व्यक्ति से संपर्क आवश्यक (F11)। केवल “सूचित” या “रवाना” से प्रकरण निस्तारित नहीं होता।</translation>
    </message>
    <message>
        <source>A supervisor closes. With nobody of that role signed in for 15 minutes, an operator may, with a reason; it is marked for review.</source>
        <translation>पर्यवेक्षक निस्तारित करते हैं। 15 मिनट से कोई पर्यवेक्षक साइन-इन न हो तो ऑपरेटर कारण लिखकर कर सकते हैं; बाद में समीक्षा होगी।</translation>
    </message>
    <message>
        <source>Needs the other case; its alarm goes on there.</source>
        <translation>दूसरा प्रकरण चुनना आवश्यक; अलार्म वहीं जारी रहेगा।</translation>
    </message>
    <message>
        <source>Choose an outcome.</source>
        <translation>परिणाम चुनें।</translation>
    </message>
    <message>
        <source>Record first that contact was made (F11).</source>
        <translation>पहले दर्ज करें कि व्यक्ति से संपर्क हुआ (F11)।</translation>
    </message>
    <message>
        <source>Needs contact made (F11), or the platform&apos;s statement that the person is not in distress: who at the platform said it, and what.</source>
        <translation>संपर्क होना (F11) ज़रूरी है, या प्लेटफ़ॉर्म का कथन कि व्यक्ति संकट में नहीं है: प्लेटफ़ॉर्म पर किसने कहा और क्या।</translation>
    </message>
    <message>
        <source>Needs who accepted the person: name, rank and body, outside the list of units.</source>
        <translation>इकाई सूची से बाहर किसने स्वीकार किया: नाम, पद और संस्था आवश्यक।</translation>
    </message>
    <message>
        <source>Record contact (F11), or say who at the platform stated it.</source>
        <translation>संपर्क दर्ज करें (F11), या लिखें कि प्लेटफ़ॉर्म पर किसने कहा।</translation>
    </message>
    <message>
        <source>Write what the platform stated.</source>
        <translation>लिखें कि प्लेटफ़ॉर्म ने क्या कहा।</translation>
    </message>
    <message>
        <source>Acknowledge the case first (Space in the list).</source>
        <translation>पहले प्रकरण की पावती दें (सूची में Space)।</translation>
    </message>
    <message>
        <source>Say why no supervisor decides.</source>
        <translation>बताएँ कि पर्यवेक्षक निर्णय क्यों नहीं ले रहे।</translation>
    </message>
    <message>
        <source>Choose the case this one repeats.</source>
        <translation>वह प्रकरण चुनें जिसकी यह दोहरी सूचना है।</translation>
    </message>
    <message>
        <source>Say who accepted the person, by name.</source>
        <translation>बताएँ कि किसने स्वीकार किया, नाम सहित।</translation>
    </message>
    <message>
        <source>Say the rank or post of who accepted the person.</source>
        <translation>बताएँ कि स्वीकार करने वाले का पद क्या है।</translation>
    </message>
    <message>
        <source>Say which body accepted the person: hospital, committee or office, by name.</source>
        <translation>बताएँ कि किस संस्था ने स्वीकार किया: अस्पताल, समिति या कार्यालय, नाम सहित।</translation>
    </message>
    <message>
        <source>For this person: Child Welfare Committee or child helpline 1098.</source>
        <translation>इस व्यक्ति के लिए: बाल कल्याण समिति या चाइल्ड हेल्पलाइन 1098।</translation>
    </message>
    <message>
        <source>Write one sentence on how it ended.</source>
        <translation>एक वाक्य में लिखें कि परिणाम क्या रहा।</translation>
    </message>
</context>
<context>
    <name>Columns</name>
    <message>
        <source>Level</source>
        <translation>स्तर</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>प्रकरण</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>समय</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>व्यक्ति</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>स्थान</translation>
    </message>
    <message>
        <source>Location</source>
        <translation>लोकेशन</translation>
    </message>
    <message>
        <source>State</source>
        <translation>स्थिति</translation>
    </message>
    <message>
        <source>With</source>
        <translation>पास</translation>
    </message>
    <message>
        <source>Flags</source>
        <translation>फ्लैग</translation>
    </message>
    <message>
        <source>From</source>
        <translation>स्रोत</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>भेजा</translation>
    </message>
    <message>
        <source>minor</source>
        <translation>नाबालिग</translation>
    </message>
    <message>
        <source>age unknown</source>
        <translation>आयु अज्ञात</translation>
    </message>
    <message>
        <source>holder is another person</source>
        <translation>खाताधारक भिन्न</translation>
    </message>
    <message>
        <source>repeat</source>
        <translation>दूसरी सूचना</translation>
    </message>
    <message>
        <source>not at the hub now</source>
        <translation>अभी हब पर नहीं</translation>
    </message>
    <message>
        <source>withdrawn</source>
        <translation>वापस</translation>
    </message>
    <message>
        <source>training</source>
        <translation>प्रशिक्षण</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>अज्ञात</translation>
    </message>
    <message>
        <source>%1, stale</source>
        <translation>%1, पुरानी</translation>
    </message>
    <message>
        <source>not yet at the hub: %1</source>
        <translation>भेजना शेष: %1</translation>
    </message>
    <message>
        <source>refused: %1</source>
        <translation>अस्वीकृत: %1</translation>
    </message>
    <message>
        <source>at the hub</source>
        <translation>हब पर</translation>
    </message>
    <message>
        <source>%1, alarm not acknowledged</source>
        <translation>%1, पावती शेष</translation>
    </message>
</context>
<context>
    <name>ContactSheet</name>
    <message>
        <source>Acknowledge the case first (Space in the list).</source>
        <translation>पहले प्रकरण की पावती दें (सूची में Space)।</translation>
    </message>
    <message>
        <source>Say whether it was face to face.</source>
        <translation>बताएँ कि मुलाक़ात आमने-सामने हुई या नहीं।</translation>
    </message>
    <message>
        <source>Say who reached the person (name or unit).</source>
        <translation>बताएँ कि व्यक्ति तक कौन पहुँचा (नाम या इकाई)।</translation>
    </message>
    <message>
        <source>Contact made</source>
        <translation>व्यक्ति से संपर्क हुआ</translation>
    </message>
    <message>
        <source>Was the person met face to face?</source>
        <translation>क्या व्यक्ति से आमने-सामने मिले?</translation>
    </message>
    <message>
        <source>Yes, in person</source>
        <translation>हाँ, आमने-सामने</translation>
    </message>
    <message>
        <source>No, by phone or otherwise</source>
        <translation>नहीं, फ़ोन से या अन्यथा</translation>
    </message>
    <message>
        <source>Who reached the person</source>
        <translation>व्यक्ति तक कौन पहुँचा</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>सुरक्षित करें</translation>
    </message>
</context>
<context>
    <name>HelpSheet</name>
    <message>
        <source>Up  Down  Home  End</source>
        <translation>ऊपर  नीचे  Home  End</translation>
    </message>
    <message>
        <source>move in the list</source>
        <translation>सूची में चलें</translation>
    </message>
    <message>
        <source>acknowledge the chosen case (after its line was in view for 1 second)</source>
        <translation>चुने प्रकरण की पावती दें (पंक्ति 1 सेकंड दिखने के बाद)</translation>
    </message>
    <message>
        <source>show or hide name and numbers; the opening is recorded</source>
        <translation>नाम व नंबर देखें या छिपाएँ; देखना दर्ज होता है</translation>
    </message>
    <message>
        <source>write a note; Enter saves, Esc goes back to the list</source>
        <translation>टिप्पणी लिखें; Enter सहेजता है, Esc सूची पर लौटाता है</translation>
    </message>
    <message>
        <source>inform a unit and print the slip</source>
        <translation>इकाई को सूचित करें और पर्ची छापें</translation>
    </message>
    <message>
        <source>print the last slip again</source>
        <translation>पिछली पर्ची फिर छापें</translation>
    </message>
    <message>
        <source>outcome: close the case</source>
        <translation>परिणाम: प्रकरण निस्तारित करें</translation>
    </message>
    <message>
        <source>contact made</source>
        <translation>व्यक्ति से संपर्क हुआ</translation>
    </message>
    <message>
        <source>what the hub refused</source>
        <translation>हब ने जो अस्वीकार किया</translation>
    </message>
    <message>
        <source>seen: a lost link calls once a minute instead of every 10 seconds</source>
        <translation>देख लिया: टूटा संपर्क हर 10 सेकंड के बजाय मिनट में एक बार बताएगा</translation>
    </message>
    <message>
        <source>pause what sounds for up to 2 minutes, or let it sound again</source>
        <translation>जो बज रहा है उसे 2 मिनट तक रोकें, या फिर बजने दें</translation>
    </message>
    <message>
        <source>sign in again, once the sign-in has ended</source>
        <translation>साइन-इन समाप्त होने पर फिर से साइन इन करें</translation>
    </message>
    <message>
        <source>search the list</source>
        <translation>सूची में खोजें</translation>
    </message>
    <message>
        <source>copy the focused number, phone or place; in the list, the case number</source>
        <translation>चुना हुआ नंबर, फ़ोन या स्थान कॉपी करें; सूची में प्रकरण संख्या</translation>
    </message>
    <message>
        <source>Hindi or English</source>
        <translation>हिंदी या अंग्रेज़ी</translation>
    </message>
    <message>
        <source>light or night</source>
        <translation>दिन या रात के रंग</translation>
    </message>
    <message>
        <source>larger, smaller, normal</source>
        <translation>बड़ा, छोटा, सामान्य</translation>
    </message>
    <message>
        <source>this sheet</source>
        <translation>यह पत्रक</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>कुंजियाँ</translation>
    </message>
    <message>
        <source>The first column works under every keyboard layout. Letters work while the list or the case has the focus.</source>
        <translation>पहला स्तंभ हर कीबोर्ड लेआउट में चलता है। अक्षर तभी चलते हैं जब सूची या प्रकरण पर फ़ोकस हो।</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>बंद करें</translation>
    </message>
</context>
<context>
    <name>InformSheet</name>
    <message>
        <source>suggested</source>
        <translation>सुझाया गया</translation>
    </message>
    <message>
        <source>no unit chosen yet</source>
        <translation>अभी कोई नहीं चुनी</translation>
    </message>
    <message>
        <source>Unit: %1</source>
        <translation>इकाई: %1</translation>
    </message>
    <message>
        <source>No unit is chosen. The slip is shown here once one is.</source>
        <translation>कोई इकाई नहीं चुनी गई। चुनते ही पर्ची यहाँ दिखेगी।</translation>
    </message>
    <message>
        <source>The slip is being drawn …</source>
        <translation>पर्ची तैयार हो रही है …</translation>
    </message>
    <message>
        <source>Saved. Slip %1 is being printed …</source>
        <translation>सुरक्षित। पर्ची %1 छप रही है …</translation>
    </message>
    <message>
        <source>A note can be saved meanwhile (F4).</source>
        <translation>तब तक टिप्पणी सुरक्षित की जा सकती है (F4)।</translation>
    </message>
    <message>
        <source>The list of units has not come from the hub yet. A note can be saved meanwhile (F4).</source>
        <translation>इकाइयों की सूची अभी हब से नहीं आई। तब तक टिप्पणी सुरक्षित की जा सकती है (F4)।</translation>
    </message>
    <message>
        <source>Choose the unit that was told: type a part of its name, then Down or Enter.</source>
        <translation>जिस इकाई को बताया उसे चुनें: नाम का कुछ भाग लिखें, फिर ↓ या Enter।</translation>
    </message>
    <message>
        <source>Acknowledge the case first (Space in the list).</source>
        <translation>पहले प्रकरण की पावती दें (सूची में Space)।</translation>
    </message>
    <message>
        <source>Inform + slip</source>
        <translation>सूचित करें + पर्ची</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>इकाई</translation>
    </message>
    <message>
        <source>Officer&apos;s name</source>
        <translation>अधिकारी का नाम</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>पद</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>फ़ोन</translation>
    </message>
    <message>
        <source>Search station or control room</source>
        <translation>थाना या कंट्रोल रूम खोजें</translation>
    </message>
    <message>
        <source>Units found</source>
        <translation>मिली इकाइयाँ</translation>
    </message>
    <message>
        <source>Preview of the slip</source>
        <translation>पर्ची का पूर्वावलोकन</translation>
    </message>
    <message>
        <source>Save and print</source>
        <translation>सहेजें और प्रिंट करें</translation>
    </message>
    <message>
        <source>Whole page</source>
        <translation>पूरा पन्ना</translation>
    </message>
    <message>
        <source>Read the slip</source>
        <translation>पर्ची पढ़ें</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Kota Console</source>
        <translation>कोटा कंसोल</translation>
    </message>
</context>
<context>
    <name>NoteLine</name>
    <message>
        <source>Note on %1</source>
        <translation>टिप्पणी %1</translation>
    </message>
    <message>
        <source>Write here (F4)</source>
        <translation>यहाँ लिखें (F4)</translation>
    </message>
    <message>
        <source>Enter saves</source>
        <translation>Enter सहेजें</translation>
    </message>
    <message>
        <source>saving …</source>
        <translation>सहेजा जा रहा है …</translation>
    </message>
    <message>
        <source>saved, not yet sent</source>
        <translation>सुरक्षित, भेजना शेष</translation>
    </message>
    <message>
        <source>at the hub</source>
        <translation>हब पर पहुँची</translation>
    </message>
    <message>
        <source>refused by the hub</source>
        <translation>हब ने अस्वीकार किया</translation>
    </message>
    <message>
        <source>NOT saved: the text is back in the line</source>
        <translation>सुरक्षित नहीं हुई: पाठ वापस पंक्ति में है</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Details</source>
        <translation>विवरण</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>कॉपी करें</translation>
    </message>
    <message>
        <source>Put away</source>
        <translation>हटाएँ</translation>
    </message>
</context>
<context>
    <name>OutcomeSheet</name>
    <message>
        <source>Outcome</source>
        <translation>निस्तारण</translation>
    </message>
    <message>
        <source>How it ended, in one or two sentences</source>
        <translation>क्या परिणाम रहा, एक-दो वाक्य में</translation>
    </message>
    <message>
        <source>Repeats case</source>
        <translation>किस प्रकरण की दोहरी सूचना</translation>
    </message>
    <message>
        <source>Accepted by (name)</source>
        <translation>किसने स्वीकार किया (नाम)</translation>
    </message>
    <message>
        <source>Rank or post</source>
        <translation>पद</translation>
    </message>
    <message>
        <source>Hospital, committee or office (name)</source>
        <translation>अस्पताल, समिति या कार्यालय (नाम)</translation>
    </message>
    <message>
        <source>Kind of body</source>
        <translation>संस्था का प्रकार</translation>
    </message>
    <message>
        <source>Why no supervisor decides</source>
        <translation>पर्यवेक्षक निर्णय क्यों नहीं ले रहे</translation>
    </message>
    <message>
        <source>Who at the platform stated it</source>
        <translation>प्लेटफ़ॉर्म पर किसने कहा</translation>
    </message>
    <message>
        <source>What the platform stated</source>
        <translation>प्लेटफ़ॉर्म ने क्या कहा</translation>
    </message>
    <message>
        <source>Close the case</source>
        <translation>निस्तारित करें</translation>
    </message>
    <message>
        <source>choose</source>
        <translation>चुनें</translation>
    </message>
</context>
<context>
    <name>RefusedSheet</name>
    <message>
        <source>Nothing of this case is kept on this desk.</source>
        <translation>इस प्रकरण का कुछ भी इस डेस्क पर नहीं है।</translation>
    </message>
    <message>
        <source>nobody</source>
        <translation>कोई नहीं</translation>
    </message>
    <message>
        <source>with %1</source>
        <translation>पास: %1</translation>
    </message>
    <message>
        <source>turned into a note</source>
        <translation>टिप्पणी में बदला</translation>
    </message>
    <message>
        <source>Refused by the hub</source>
        <translation>हब ने अस्वीकार किया</translation>
    </message>
    <message>
        <source>Nothing was refused.</source>
        <translation>कुछ भी अस्वीकार नहीं हुआ।</translation>
    </message>
    <message>
        <source>What was asked</source>
        <translation>क्या माँगा गया</translation>
    </message>
    <message>
        <source>Why it was refused</source>
        <translation>क्यों अस्वीकार हुआ</translation>
    </message>
    <message>
        <source>The case now</source>
        <translation>प्रकरण अभी</translation>
    </message>
    <message>
        <source>Reason for setting it aside</source>
        <translation>अलग रखने का कारण</translation>
    </message>
    <message>
        <source>Show the case</source>
        <translation>प्रकरण देखें</translation>
    </message>
    <message>
        <source>Keep as a note</source>
        <translation>टिप्पणी बनाकर रखें</translation>
    </message>
    <message>
        <source>Set aside</source>
        <translation>अलग रखें</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>बंद करें</translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message>
        <source>Close, keep what is typed</source>
        <translation>बंद करें, लिखा रहेगा</translation>
    </message>
</context>
<context>
    <name>SignInWindow</name>
    <message>
        <source>Kota Console: sign in</source>
        <translation>कोटा कंसोल: साइन इन</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>साइन इन करें</translation>
    </message>
    <message>
        <source>Hub: %1</source>
        <translation>हब: %1</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>उपयोगकर्ता नाम</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>पासवर्ड</translation>
    </message>
    <message>
        <source>Signing in …</source>
        <translation>साइन इन हो रहा है …</translation>
    </message>
    <message>
        <source>Switch to the other language (Ctrl+L)</source>
        <translation>दूसरी भाषा चुनें (Ctrl+L)</translation>
    </message>
</context>
<context>
    <name>StatusStrip</name>
    <message>
        <source>Language (Ctrl+L)</source>
        <translation>भाषा (Ctrl+L)</translation>
    </message>
    <message>
        <source>Switch to the other language (Ctrl+L)</source>
        <translation>दूसरी भाषा चुनें (Ctrl+L)</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>दिन</translation>
    </message>
    <message>
        <source>Night</source>
        <translation>रात</translation>
    </message>
    <message>
        <source>Light or night (Ctrl+T)</source>
        <translation>दिन या रात (Ctrl+T)</translation>
    </message>
    <message>
        <source>Switch between light and night (Ctrl+T)</source>
        <translation>दिन और रात के रंग बदलें (Ctrl+T)</translation>
    </message>
    <message>
        <source>Time at the hub, IST</source>
        <translation>हब का समय, IST</translation>
    </message>
    <message>
        <source>Shift %1</source>
        <translation>पारी %1</translation>
    </message>
    <message>
        <source>AWAITING</source>
        <translation>पावती लंबित</translation>
    </message>
    <message>
        <source>AWAITING RECEIPT</source>
        <translation>पावती लंबित</translation>
    </message>
    <message>
        <source>NEW</source>
        <translation>नई</translation>
    </message>
    <message>
        <source>IN HAND</source>
        <translation>कार्यवाही में</translation>
    </message>
    <message>
        <source>OVERDUE</source>
        <translation>विलंबित</translation>
    </message>
    <message>
        <source>Alarm not acknowledged</source>
        <translation>अलार्म की पावती शेष</translation>
    </message>
    <message>
        <source>Acknowledged and open, with this unit</source>
        <translation>पावती दी जा चुकी, खुले, इसी इकाई के पास</translation>
    </message>
    <message>
        <source>Forwarded; the other unit has not confirmed receipt</source>
        <translation>स्थानांतरित; दूसरी इकाई की पावती शेष</translation>
    </message>
    <message>
        <source>Alarm not acknowledged for more than 60 seconds</source>
        <translation>60 सेकंड से अधिक से अलार्म की पावती शेष</translation>
    </message>
    <message>
        <source>link %1</source>
        <translation>लिंक %1</translation>
    </message>
    <message>
        <source>link weak %1</source>
        <translation>लिंक कमज़ोर %1</translation>
    </message>
    <message>
        <source>NOT LIVE</source>
        <translation>लाइव नहीं</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>जुड़ रहा है</translation>
    </message>
    <message>
        <source>sound ok</source>
        <translation>ध्वनि ठीक</translation>
    </message>
    <message>
        <source>SOUND LOST</source>
        <translation>ध्वनि बंद</translation>
    </message>
    <message>
        <source>sound not yet checked</source>
        <translation>ध्वनि जाँची नहीं</translation>
    </message>
    <message>
        <source>to send %1</source>
        <translation>भेजना शेष %1</translation>
    </message>
</context>
<context>
    <name>TimelineWords</name>
    <message>
        <source>%1 earlier entries</source>
        <translation>%1 पुरानी प्रविष्टियाँ</translation>
    </message>
    <message>
        <source>not yet sent</source>
        <translation>भेजना शेष</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>अस्वीकृत</translation>
    </message>
    <message>
        <source>in person</source>
        <translation>आमने-सामने</translation>
    </message>
    <message>
        <source>not in person</source>
        <translation>आमने-सामने नहीं</translation>
    </message>
    <message>
        <source>kept only: the case had gone on</source>
        <translation>केवल दर्ज: प्रकरण आगे बढ़ चुका था</translation>
    </message>
    <message>
        <source>without a supervisor: to be reviewed</source>
        <translation>पर्यवेक्षक के बिना: समीक्षा होनी है</translation>
    </message>
    <message>
        <source>second stage</source>
        <translation>दूसरा चरण</translation>
    </message>
    <message>
        <source>first stage</source>
        <translation>पहला चरण</translation>
    </message>
    <message>
        <source>at the unit that was asked to take it</source>
        <translation>जिस इकाई से लेने को कहा गया, वहाँ</translation>
    </message>
    <message>
        <source>no step was taken for five minutes</source>
        <translation>पाँच मिनट तक कोई कदम नहीं उठाया गया</translation>
    </message>
    <message>
        <source>the trace is due to be looked at</source>
        <translation>ट्रेस फिर देखने का समय हो गया</translation>
    </message>
    <message>
        <source>the other unit has not accepted</source>
        <translation>दूसरी इकाई ने अभी स्वीकार नहीं किया</translation>
    </message>
    <message>
        <source>accepted by phone: ask whether contact was made</source>
        <translation>फ़ोन पर स्वीकार: पूछें कि संपर्क हुआ या नहीं</translation>
    </message>
    <message>
        <source>look again at %1</source>
        <translation>%1 पर फिर देखें</translation>
    </message>
    <message>
        <source>look again in %1 min</source>
        <translation>%1 मिनट में फिर देखें</translation>
    </message>
    <message>
        <source>flags: %1</source>
        <translation>फ़्लैग: %1</translation>
    </message>
    <message>
        <source>on</source>
        <translation>चालू</translation>
    </message>
    <message>
        <source>off</source>
        <translation>बंद</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Immediate</source>
        <translation>तत्काल</translation>
    </message>
    <message>
        <source>Urgent</source>
        <translation>अति आवश्यक</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>आवश्यक</translation>
    </message>
    <message>
        <source>New</source>
        <translation>नई सूचना</translation>
    </message>
    <message>
        <source>In hand</source>
        <translation>कार्यवाही में</translation>
    </message>
    <message>
        <source>Station informed</source>
        <translation>थाने को सूचित</translation>
    </message>
    <message>
        <source>Departed</source>
        <translation>रवाना</translation>
    </message>
    <message>
        <source>On scene</source>
        <translation>मौके पर पहुँचे</translation>
    </message>
    <message>
        <source>Contact made</source>
        <translation>संपर्क हुआ</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>निस्तारित</translation>
    </message>
    <message>
        <source>Forwarded, awaiting receipt</source>
        <translation>स्थानांतरित – पावती लंबित</translation>
    </message>
    <message>
        <source>Incoming: accept it</source>
        <translation>आया हुआ: स्वीकार करें</translation>
    </message>
    <message>
        <source>Unreadable: see source</source>
        <translation>अपठनीय: स्रोत देखें</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>अच्छी</translation>
    </message>
    <message>
        <source>Poor</source>
        <translation>कमज़ोर</translation>
    </message>
    <message>
        <source>None</source>
        <translation>नहीं</translation>
    </message>
    <message>
        <source>Facebook</source>
        <translation>फ़ेसबुक</translation>
    </message>
    <message>
        <source>Instagram</source>
        <translation>इंस्टाग्राम</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>थ्रेड्स</translation>
    </message>
    <message>
        <source>WhatsApp</source>
        <translation>व्हाट्सऐप</translation>
    </message>
    <message>
        <source>Other platform</source>
        <translation>अन्य प्लेटफ़ॉर्म</translation>
    </message>
    <message>
        <source>under 18</source>
        <translation>18 से कम</translation>
    </message>
    <message>
        <source>18 to 24</source>
        <translation>18 से 24</translation>
    </message>
    <message>
        <source>25 or more</source>
        <translation>25 या अधिक</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>अज्ञात</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>हाँ</translation>
    </message>
    <message>
        <source>No</source>
        <translation>नहीं</translation>
    </message>
    <message>
        <source>the same person</source>
        <translation>वही व्यक्ति</translation>
    </message>
    <message>
        <source>another person</source>
        <translation>कोई और व्यक्ति</translation>
    </message>
    <message>
        <source>Hindi</source>
        <translation>हिंदी</translation>
    </message>
    <message>
        <source>English</source>
        <translation>अंग्रेज़ी</translation>
    </message>
    <message>
        <source>Hindi in Latin letters</source>
        <translation>रोमन में हिंदी</translation>
    </message>
    <message>
        <source>female</source>
        <translation>महिला</translation>
    </message>
    <message>
        <source>male</source>
        <translation>पुरुष</translation>
    </message>
    <message>
        <source>other</source>
        <translation>अन्य</translation>
    </message>
    <message>
        <source>post</source>
        <translation>पोस्ट</translation>
    </message>
    <message>
        <source>story</source>
        <translation>स्टोरी</translation>
    </message>
    <message>
        <source>reel</source>
        <translation>रील</translation>
    </message>
    <message>
        <source>live broadcast</source>
        <translation>लाइव प्रसारण</translation>
    </message>
    <message>
        <source>comment</source>
        <translation>कमेंट</translation>
    </message>
    <message>
        <source>message</source>
        <translation>संदेश</translation>
    </message>
    <message>
        <source>source says: imminent</source>
        <translation>स्रोत: आसन्न</translation>
    </message>
    <message>
        <source>source says: high</source>
        <translation>स्रोत: उच्च</translation>
    </message>
    <message>
        <source>live now</source>
        <translation>अभी लाइव</translation>
    </message>
    <message>
        <source>act in progress</source>
        <translation>घटना जारी</translation>
    </message>
    <message>
        <source>injury stated</source>
        <translation>चोट बताई गई</translation>
    </message>
    <message>
        <source>means in hand</source>
        <translation>साधन पास में</translation>
    </message>
    <message>
        <source>time stated</source>
        <translation>समय बताया गया</translation>
    </message>
    <message>
        <source>dangerous place</source>
        <translation>खतरनाक जगह</translation>
    </message>
    <message>
        <source>plan</source>
        <translation>योजना</translation>
    </message>
    <message>
        <source>farewell</source>
        <translation>विदाई</translation>
    </message>
    <message>
        <source>method named</source>
        <translation>तरीका बताया गया</translation>
    </message>
    <message>
        <source>recent attempt</source>
        <translation>हाल का प्रयास</translation>
    </message>
    <message>
        <source>IP address</source>
        <translation>आईपी एड्रेस</translation>
    </message>
    <message>
        <source>mobile tower</source>
        <translation>मोबाइल टावर</translation>
    </message>
    <message>
        <source>stored address</source>
        <translation>दर्ज पता</translation>
    </message>
    <message>
        <source>clue in the post</source>
        <translation>पोस्ट से संकेत</translation>
    </message>
    <message>
        <source>told by family</source>
        <translation>परिजन ने बताया</translation>
    </message>
    <message>
        <source>operator</source>
        <translation>ऑपरेटर</translation>
    </message>
    <message>
        <source>Safe with family</source>
        <translation>परिजन के साथ सुरक्षित</translation>
    </message>
    <message>
        <source>In medical care</source>
        <translation>अस्पताल में उपचाराधीन</translation>
    </message>
    <message>
        <source>Counselled</source>
        <translation>समझाइश की गई</translation>
    </message>
    <message>
        <source>No current distress</source>
        <translation>अभी कोई संकट नहीं</translation>
    </message>
    <message>
        <source>Not located</source>
        <translation>पता नहीं चल सका</translation>
    </message>
    <message>
        <source>Accepted elsewhere</source>
        <translation>अन्यत्र स्वीकार</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>दोहरी सूचना</translation>
    </message>
    <message>
        <source>Deceased</source>
        <translation>मृत्यु</translation>
    </message>
    <message>
        <source>Drill ended</source>
        <translation>अभ्यास समाप्त</translation>
    </message>
    <message>
        <source>Child Welfare Committee</source>
        <translation>बाल कल्याण समिति</translation>
    </message>
    <message>
        <source>Child helpline 1098</source>
        <translation>चाइल्ड हेल्पलाइन 1098</translation>
    </message>
    <message>
        <source>Hospital</source>
        <translation>अस्पताल</translation>
    </message>
    <message>
        <source>Police</source>
        <translation>पुलिस</translation>
    </message>
    <message>
        <source>Other body</source>
        <translation>अन्य संस्था</translation>
    </message>
    <message>
        <source>sent to the printer</source>
        <translation>प्रिंटर को भेजी</translation>
    </message>
    <message>
        <source>printed</source>
        <translation>छप गई</translation>
    </message>
    <message>
        <source>print failed</source>
        <translation>छपी नहीं</translation>
    </message>
    <message>
        <source>void</source>
        <translation>निरस्त</translation>
    </message>
    <message>
        <source>Red flag received</source>
        <translation>रेड फ्लैग मिला</translation>
    </message>
    <message>
        <source>Another red flag</source>
        <translation>एक और रेड फ्लैग</translation>
    </message>
    <message>
        <source>Red flag updated</source>
        <translation>रेड फ्लैग बदला</translation>
    </message>
    <message>
        <source>Red flag withdrawn</source>
        <translation>रेड फ्लैग वापस</translation>
    </message>
    <message>
        <source>Case opened</source>
        <translation>प्रकरण खोला</translation>
    </message>
    <message>
        <source>Acknowledged</source>
        <translation>पावती दी</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>टिप्पणी</translation>
    </message>
    <message>
        <source>Slip</source>
        <translation>पर्ची</translation>
    </message>
    <message>
        <source>Reopened</source>
        <translation>पुनः खोला</translation>
    </message>
    <message>
        <source>Escalated</source>
        <translation>आगे बढ़ाया</translation>
    </message>
    <message>
        <source>Alarm again</source>
        <translation>पुनः अलार्म</translation>
    </message>
    <message>
        <source>Declined</source>
        <translation>लेने से मना</translation>
    </message>
    <message>
        <source>Level raised</source>
        <translation>स्तर बढ़ाया</translation>
    </message>
    <message>
        <source>Level lowered</source>
        <translation>स्तर घटाया</translation>
    </message>
    <message>
        <source>Assessed</source>
        <translation>आकलन</translation>
    </message>
    <message>
        <source>Location being traced</source>
        <translation>लोकेशन ट्रेस जारी</translation>
    </message>
    <message>
        <source>Location added</source>
        <translation>लोकेशन जोड़ी</translation>
    </message>
    <message>
        <source>Location accepted</source>
        <translation>लोकेशन मानी</translation>
    </message>
    <message>
        <source>Call</source>
        <translation>कॉल</translation>
    </message>
    <message>
        <source>Forwarded</source>
        <translation>स्थानांतरित</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>स्वीकार</translation>
    </message>
    <message>
        <source>Accepted by phone</source>
        <translation>फ़ोन पर स्वीकार</translation>
    </message>
    <message>
        <source>Returned</source>
        <translation>लौटाया</translation>
    </message>
    <message>
        <source>Recalled</source>
        <translation>वापस बुलाया</translation>
    </message>
    <message>
        <source>Released</source>
        <translation>छोड़ा</translation>
    </message>
    <message>
        <source>Taken over</source>
        <translation>अपने पास लिया</translation>
    </message>
    <message>
        <source>Linked</source>
        <translation>जोड़ा</translation>
    </message>
    <message>
        <source>Separated</source>
        <translation>अलग किया</translation>
    </message>
    <message>
        <source>Details changed</source>
        <translation>विवरण बदला</translation>
    </message>
    <message>
        <source>Legal hold</source>
        <translation>विधिक रोक</translation>
    </message>
    <message>
        <source>Erased on schedule</source>
        <translation>समय पर मिटाया गया</translation>
    </message>
    <message>
        <source>Opened to read</source>
        <translation>पढ़ने के लिए खोला</translation>
    </message>
    <message>
        <source>control room</source>
        <translation>कंट्रोल रूम</translation>
    </message>
    <message>
        <source>person in distress</source>
        <translation>संकटग्रस्त व्यक्ति</translation>
    </message>
    <message>
        <source>guardian</source>
        <translation>अभिभावक</translation>
    </message>
    <message>
        <source>hostel</source>
        <translation>हॉस्टल</translation>
    </message>
    <message>
        <source>institute</source>
        <translation>कोचिंग संस्थान</translation>
    </message>
    <message>
        <source>helpline</source>
        <translation>हेल्पलाइन</translation>
    </message>
    <message>
        <source>platform</source>
        <translation>प्लेटफ़ॉर्म</translation>
    </message>
    <message>
        <source>the same matter</source>
        <translation>वही मामला</translation>
    </message>
    <message>
        <source>related</source>
        <translation>जुड़ा हुआ</translation>
    </message>
    <message>
        <source>name</source>
        <translation>नाम</translation>
    </message>
    <message>
        <source>age</source>
        <translation>आयु</translation>
    </message>
    <message>
        <source>sex</source>
        <translation>लिंग</translation>
    </message>
    <message>
        <source>language</source>
        <translation>भाषा</translation>
    </message>
    <message>
        <source>mobile</source>
        <translation>मोबाइल</translation>
    </message>
    <message>
        <source>guardian&apos;s name</source>
        <translation>अभिभावक का नाम</translation>
    </message>
    <message>
        <source>guardian&apos;s phone</source>
        <translation>अभिभावक का फ़ोन</translation>
    </message>
    <message>
        <source>room</source>
        <translation>कमरा</translation>
    </message>
    <message>
        <source>warden</source>
        <translation>वार्डन</translation>
    </message>
    <message>
        <source>home district</source>
        <translation>गृह जिला</translation>
    </message>
    <message>
        <source>what to take care of</source>
        <translation>सावधानी की बात</translation>
    </message>
    <message>
        <source>alone or not</source>
        <translation>अकेले हैं या नहीं</translation>
    </message>
    <message>
        <source>whether the family may harm</source>
        <translation>परिवार से हानि की आशंका</translation>
    </message>
    <message>
        <source>account id</source>
        <translation>अकाउंट आईडी</translation>
    </message>
    <message>
        <source>display name</source>
        <translation>दिखने वाला नाम</translation>
    </message>
    <message>
        <source>handle</source>
        <translation>हैंडल</translation>
    </message>
    <message>
        <source>page</source>
        <translation>पेज</translation>
    </message>
    <message>
        <source>phones</source>
        <translation>फ़ोन नंबर</translation>
    </message>
    <message>
        <source>e-mails</source>
        <translation>ई-मेल</translation>
    </message>
    <message>
        <source>whose account it is</source>
        <translation>अकाउंट किसका है</translation>
    </message>
    <message>
        <source>Police HQ</source>
        <translation>पुलिस मुख्यालय</translation>
    </message>
    <message>
        <source>Range</source>
        <translation>रेंज</translation>
    </message>
    <message>
        <source>District control room</source>
        <translation>जिला कंट्रोल रूम</translation>
    </message>
    <message>
        <source>Commissionerate</source>
        <translation>कमिश्नरेट</translation>
    </message>
    <message>
        <source>Railway police</source>
        <translation>जीआरपी</translation>
    </message>
    <message>
        <source>Police station</source>
        <translation>थाना</translation>
    </message>
</context>
</TS>
