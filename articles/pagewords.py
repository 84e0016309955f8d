"""The words news sites put around an article, as patterns over a *folded* line. Data only: the rules are in pagetext.

A pattern must fit the whole line. Folded means: no vowel marks, one form of alef, ya and ta marbuta, lower case, no
punctuation at the ends, single spaces; so «الكلمات الدّلاليّة :» is written ``الكلمات الدلاليه`` here.
"""

import re


def _lines(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NETWORKS = (
    "فيسبوك|فايسبوك|تويتر|واتساب|تيليغرام|تلغرام|يوتيوب|انستغرام|تيك توك|اخبار جوجل|غوغل|google|منصات|مواقع التواصل"
)
_OURS = "نشرتنا|قناتنا|صفحتنا|مجموعتنا|خدمتنا|النشره البريديه|القائمه البريديه|خدمه الاشعارات"

HOME = _lines("(?:الصفحه )?الرئيسيه", "home", "accueil")
"""First step of a breadcrumb."""

TAGS = _lines(
    "(?:ال)?وسوم(?: المقال| الخبر)?",
    "(?:ال)?كلمات (?:ال)?(?:دلاليه|مفتاحيه)",
    "كلمات البحث",
    "العلامات",
    "تاغات?",
    "هاشتا[غجق]",
    "tags?",
    "mots[- ]cl[eé]s?",
)
"""Label of the tags under an article."""

COMMENTS = _lines(
    r"(?:ال)?تعليقات(?: (?:الزوار|القراء|المتابعين))?(?: ?\(? ?\d+)?",
    r"\d+ (?:تعليق|تعليقا|تعليقات)(?: علي .{1,200})?",
    "(?:عدد التعليقات)(?: ?:? ?\\d+)?",
    "(?:تعليق واحد|تعليقان|لا تعليقات|اراء القراء|شاركنا رايك)",
    "(?:اضف|اكتب|اترك|ضع) تعليق.{0,20}",
    r"\d* ?comments?",
    "leave a (?:comment|reply)",
)
"""Label of the readers' comments."""

COMMENT_NOTICES = _lines(
    "(?:لا|ليست هناك|ليس هناك) (?:توجد )?(?:اي )?تعليقات.{0,40}",
    "كن اول من يعلق.{0,30}",
    "التعليقات (?:مغلقه|معطله|المنشوره).{0,120}",
)
"""Sentence above the readers' comments."""

RIGHTS = _lines(
    r".{0,80}(?:©|\(c\) ?\d).{0,120}",
    "(?:جميع |كل |كافه |سائر )?(?:ال)?حقوق (?:النشر |الملكيه )?محفوظه.{0,80}",
    ".{0,60}(?:copyright|all rights reserved).{0,80}",
)
"""The site's copyright line."""

_RELATED_ACTS = (
    "و?(?:اقرا|اقرؤوا|اقراوا|شاهد|شاهدوا|طالع|طالعوا|تابع|انظر) (?:ايضا|كذلك)",
    "(?:اقرا|طالع) المزيد",
)

RELATED_ACTS = _lines(*_RELATED_ACTS)
"""What tells the reader to follow links."""

_SECTIONS = (
    "(?:اخر|احدث|المزيد من|مزيد من) (?:الاخبار|المقالات|المستجدات|المواضيع)",
    "اخبار اخري",
    "مختارات",
)

SECTIONS = _lines(*_SECTIONS)
"""Labels of links around an article that in an article may head a part of it, a list of links even."""

RELATED = _lines(
    *(f"(?:{act})(?: ?:.{{1,200}})?" for act in _RELATED_ACTS),
    "(?:مواضيع|موضوعات|مقالات|اخبار|مواد|قصص) (?:ذات صله|ذات علاقه|مشابهه|مرتبطه|متعلقه|قد تهمك)",
    "قد (?:يعجبك|يهمك|يهمكم|تعجبك|تهمك|تهمكم) ?(?:ايضا|كذلك)?(?: ?:.{1,200})?",
    "(?:المقالات |الاخبار |المواضيع )?الاكثر (?:قراءه|مشاهده|تعليقا|تداولا)",
    "(?:من|في) نفس (?:القسم|الركن|الباب)",
    "(?:المقال|الخبر|الموضوع) (?:السابق|التالي|الموالي)(?: ?:.{1,200})?",
    *_SECTIONS,
)
"""Label of links to other articles; a headline may follow on the same line behind a colon."""

RELATED_LINKS = _lines(
    "ذات (?:صله|علاقه)(?: ?:.{1,200})?",
    "(?:read|see) also(?: ?:.{1,200})?",
    "(?:[aà] )?(?:lire|voir) (?:aussi|[eé]galement)(?: ?:.{1,200})?",
)
"""The same, but prose unless links follow."""

_POST = "(?:هذه |هذا )?(?:المقاله|المقال|التدوينه|الموضوع|الخبر|المنشور)"
_TITLE, _SITE = "(?: .{1,300})?", "(?: .{1,120})?"

SYNDICATED = _lines(
    f"(?:ظهرت|ظهر|نشرت|نشر) {_POST}{_TITLE} (?:اولا|للمره الاولي) (?:علي|في){_SITE}",
    f"{_POST}{_TITLE} (?:ظهرت|ظهر|نشرت|نشر) (?:اولا|للمره الاولي) (?:علي|في){_SITE}",
    f"the post{_TITLE} (?:appeared first|first appeared) on{_SITE}",
    f"(?:l['’]|cet )article{_TITLE} est apparu en premier sur{_SITE}",
)
"""What WordPress adds to each article of a feed; title and site are links, and may be left out here."""

AD_LABELS = _lines("اعلان(?:ات)?", "مساحه اعلانيه", "advertisements?", "publicit[eé]")
"""The place of an advertisement."""

SOURCE = _lines(
    "(?:المصدر|مصدر الخبر|رابط المصدر|رابط الخبر)(?: ?: ?.{1,60})?",
    "(?:انقر|اضغط|انقروا|اضغطوا) (?:هنا|علي الرابط).{0,80}",
    "لقراءه (?:الخبر|المقال) (?:كاملا |من ).{0,60}",
)
"""Where the page has the article from."""

TOOLS = _lines(
    "بقلم[ :].{1,40}",
    "(?:حجم|تكبير|تصغير|نوع) (?:حجم )?الخط(?: .{0,15})?",
    "الخط(?: ?:? ?(?:[aا][+-]? ?)*)?",
    "(?:ا[+-]? ?){1,3}|(?:a[+-]? ?){1,3}",
    "استمع(?:وا)? (?:ل|الي ).{0,25}(?:مقال|خبر|نص|ماده)(?:ه)?.{0,10}",
    "(?:وقت|مده|زمن) القراءه.{0,20}",
    r"\d+ (?:دقيقه|دقائق|ثانيه) ?(?:ل?ل?قراءه|من القراءه)?",
    r"(?:قراءه )?(?:\d+|واحده) (?:مشاهده|مشاهدات|قراءه|قراءات|زياره)",
    "(?:ال)?(?:اعلان|اعلانات)",
    "advertisement|publicit[eé]|ads?",
    "(?:طباعه|اطبع|حفظ|احفظ|متابعه|تبليغ|ابلاغ|تسجيل الدخول|بحث|القائمه|المزيد|التالي|السابق|اغلاق|الي الاعلي)",
    "(?:تبليغ|ابلاغ|الابلاغ) عن .{1,30}",
    "(?:صوره|صور|تصوير|عدسه|مصدر الصوره|الصوره) ?: ?.{1,60}",
    "(?:سياسه الخصوصيه|شروط الاستخدام|اتصل بنا|من نحن|هيئه التحرير|اعلن معنا)",
)
"""Buttons, counters and labels. None of them has a full stop."""

NOTICES = _lines(
    "شكرا علي (?:الابلاغ|التبليغ|ابلاغنا)",
    "سيتم (?:حجب|حذف|اخفاء) .{0,30}(?:الصوره|الفيديو|التعليق).{0,80}",
    f"(?:اشترك|اشتركوا|انضم|انضموا|سجل) (?:الان )?(?:في|الي) (?:{_OURS}).{{0,80}}",
    f"تابع(?:نا|ونا|وا|و) .{{0,30}}(?:علي|عبر) .{{0,20}}(?:{_NETWORKS}).{{0,40}}",
    "(?:حمل|حملوا|نزل) (?:ال)?تطبيق.{0,60}",
    "(?:نستخدم|نستعمل|يستخدم|يستعمل) (?:هذا |موقعنا )?.{0,20}ملفات تعريف الارتباط.{0,80}",
)
"""What the site says to its reader; may be whole sentences."""

SHARE_ACTS = _words(
    "شارك شاركه شاركها شاركوا مشاركه المشاركه نشر انشر طباعه اطبع ارسل ارسال نسخ انسخ غرد تغريد share email print copy"
    " فيسبوك فايسبوك تويتر واتساب واتس تيليغرام تلغرام تيليجرام تليجرام لينكدان لينكدين ماسنجر بنترست انستغرام"
    " facebook twitter whatsapp telegram linkedin messenger pinterest instagram tiktok viber"
)
"""A row of buttons has at least one of these …"""

SHARE_REQUESTS = _words("شارك شاركه شاركها شاركوا انشر share")
"""A request to share begins with one of these …"""

SHARE_NOUNS = _words("مشاركه المشاركه")
"""… or, if more words follow, with one of these."""

SHARE_WORDS = SHARE_ACTS | _words(
    "علي عبر في الي مع هذا هذه المقال المقاله الخبر الموضوع الماده الصفحه الرابط رابط صديق اصدقائك ايضا اكس x إكس اب ان"
    " البريد بريد الالكتروني الكتروني الكترونيا و يوتيوب تيك توك سناب شات link on by via mail to save this"
)
"""… and nothing but these and numbers."""

AUTHOR = _lines(
    "(?:كتب|كتبه|كتبته|كتبت|اعداد|المحرر|الكاتب|ترجمه|متابعه|مراسله|حاوره|حاورها) ?[:/] ?.{1,40}",
)
"""Who wrote it."""

PUBLISHED = re.compile(
    "(?:تم )?(?:نشر|النشر|نشره|نشرت|اخر تحديث|حدث|التحديث|تحديث|حرر|تاريخ النشر|بتاريخ|اضيف|posted|published|updated)"
    "(?: |:|$)"
)
"""What a line with the date begins with."""

WEEKDAYS = _words("الاثنين الثلاثاء الاربعاء الخميس الجمعه السبت الاحد")

MONTHS = {
    name.replace("_", " "): number
    for number, names in enumerate(
        (
            "يناير جانفي كانون_الثاني",
            "فبراير فيفري شباط",
            "مارس اذار",
            "ابريل افريل نيسان",
            "ماي مايو ايار",
            "يونيو يونيه جوان حزيران",
            "يوليوز يوليو يوليه جويليه تموز",
            "غشت اغسطس اوت اب",
            "شتنبر سبتمبر ايلول",
            "اكتوبر تشرين_الاول",
            "نونبر نوفمبر تشرين_الثاني",
            "دجنبر ديسمبر كانون_الاول",
        ),
        1,
    )
    for name in names.split()
}
"""Folded month names of the Maghreb, Egypt and the Levant, and their numbers."""

DATE_WORDS = WEEKDAYS | _words("يوم بتاريخ علي الساعه في صباحا مساء ص م غ ت و gmt منذ اخر تحديث نشر النشر")
"""Words of a date line that are not a name."""
