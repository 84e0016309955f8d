// Every word the player shows or says: a row for each, a column for each language.

const LANGUAGES = ["ar", "fr", "en"];
const TABLE = {
  dir: ["rtl", "ltr", "ltr"],
  listen: ["استمع للمقال", "Écouter l’article", "Listen to the article"],
  preparing: ["يُحضَّر الصوت…", "Préparation du son…", "Preparing the sound…"],
  pause: ["إيقاف مؤقت", "Pause", "Pause"],
  resume: ["متابعة الاستماع", "Reprendre", "Resume"],
  again: ["استمع من جديد", "Réécouter", "Listen again"],
  retry: ["حاول مرة أخرى", "Réessayer", "Try again"],
  back: ["رجوع {}", "Reculer de {}", "Back {}"],
  forward: ["تقدّم {}", "Avancer de {}", "Forward {}"],
  previous: ["الجملة السابقة", "Phrase précédente", "Previous sentence"],
  next: ["الجملة التالية", "Phrase suivante", "Next sentence"],
  seek: ["موضع الاستماع", "Position", "Position"],
  of: ["{} من {}", "{} sur {}", "{} of {}"],
  speed: ["سرعة القراءة", "Vitesse", "Speed"],
  volume: ["مستوى الصوت", "Volume", "Volume"],
  along: ["تتبّع النص", "Suivre le texte", "Read along"],
  more: ["المزيد", "Plus", "More"],
  close: ["إغلاق", "Fermer", "Close"],
  download: ["تنزيل الصوت", "Télécharger", "Download"],
  onwards: ["تابع بالمقال التالي تلقائيا", "Enchaîner avec l’article suivant", "Go on to the next article"],
  skip: ["المقال التالي", "Article suivant", "Next article"],
  hint: ["اضغط أي جملة في النص لتسمعها.", "Touchez une phrase pour l’écouter.", "Tap a sentence to hear it."],
  offline: [
    "انقطع الاتصال. نعاود المحاولة…",
    "Connexion perdue. Nouvelle tentative…",
    "Connection lost. Trying again…",
  ],
  article_not_found: ["هذا المقال غير موجود.", "Cet article n’existe pas.", "This article does not exist."],
  withdrawn: ["سُحب هذا التسجيل.", "Cet enregistrement a été retiré.", "This recording was withdrawn."],
  nothing_to_read: [
    "لا يوجد في هذا المقال نص يُقرأ.",
    "Cet article n’a rien à lire.",
    "This article has nothing to read.",
  ],
  busy: ["الطلبات كثيرة الآن.", "Trop de demandes.", "Too many requests."],
  other: [
    "تعذّر تحضير الصوت الآن.",
    "Le son n’est pas disponible.",
    "The sound is not available.",
  ],
  retrying: ["نعاود المحاولة بعد {}…", "Nouvelle tentative dans {}…", "Trying again in {}…"],
  later: ["حاول بعد {}.", "Réessayez dans {}.", "Try again in {}."],
};
TABLE.rate_limited = TABLE.busy;

// The words of one language, and its numbers: digits is a numbering system of CLDR, "latn" or "arab".
export const strings = (lang, digits) => {
  const column = Math.max(0, LANGUAGES.indexOf(lang.slice(0, 2).toLowerCase())); // Arabic for any other.
  const known = LANGUAGES[column];
  const locale = `${known}-u-nu-${digits === "arab" ? "arab" : "latn"}`;
  const number = (value, options) => new Intl.NumberFormat(locale, options).format(value);
  const unit = (value, unit) => number(value, { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 });
  return {
    lang: known,
    dir: TABLE.dir[column],
    say: (key, ...values) => (TABLE[key] ?? TABLE.other)[column].replace(/{}/g, () => values.shift()),
    number,
    seconds: (value) => unit(value, "second"),
    minutes: (value) => unit(Math.max(1, value / 60), "minute"),
    megabytes: (value) => unit(Math.max(1, value / 1e6), "megabyte"),
    clock(value) {
      const parts = [value / 3600, (value / 60) % 60, value % 60].map(Math.floor);
      if (!parts[0]) parts.shift();
      return parts.map((part, i) => number(part, { minimumIntegerDigits: i ? 2 : 1 })).join(":");
    },
  };
};
