"""Arabic text for tests: as much as is wanted, no two sentences alike."""

import random

_WORDS = [
    "أعلنت",
    "الحكومة",
    "اليوم",
    "عن",
    "برنامج",
    "جديد",
    "يهدف",
    "إلى",
    "دعم",
    "التعليم",
    "في",
    "القرى",
    "البعيدة",
    "وتحسين",
    "الطرق",
    "بين",
    "المدن",
    "كما",
    "أكد",
    "الوزير",
    "أن",
    "المشروع",
    "سيبدأ",
    "خلال",
    "الأشهر",
    "المقبلة",
    "بعد",
    "مشاورات",
    "واسعة",
    "مع",
    "النقابات",
    "والجمعيات",
    "وقال",
    "مسؤول",
    "محلي",
    "إن",
    "السكان",
    "ينتظرون",
    "هذه",
    "الخطوة",
    "منذ",
    "سنوات",
    "وأضاف",
    "أن",
    "الميزانية",
    "كافية",
    "لتغطية",
    "المرحلة",
    "الأولى",
    "من",
    "الأشغال",
    "وسط",
    "ترحيب",
    "كبير",
    "من",
    "الفلاحين",
    "والتجار",
]


def sentence(seed: int, words: int = 14) -> str:
    """One sentence of news-like words."""
    chosen = random.Random(seed)
    return " ".join(chosen.choice(_WORDS) for _ in range(words)) + "."


def paragraph(seed: int, sentences: int = 3) -> str:
    """A paragraph of some 80 characters a sentence."""
    return " ".join(sentence(seed * 1000 + n) for n in range(sentences))


def paragraphs(seed: int, count: int, sentences: int = 3) -> list[str]:
    """Distinct paragraphs."""
    return [paragraph(seed * 100 + n, sentences) for n in range(count)]
