"""The embedded voice, with the real library: what is heard, and that neither texts, threads nor forks upset it."""

import ctypes
import locale
import multiprocessing
import re
import signal
import subprocess
import sys
import threading
from array import array
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tts.engines import espeak, spelling
from tts.engines.base import PCM, Engine
from tts.engines.espeak import EspeakEngine
from tts.engines.spelling import spelt_as_heard
from tts.errors import EmptyAudio, EngineUnavailable, Rejected, TooLong
from tts.text.diacritics import diacritize, shadda_first

NEWS = "أعلنت وزارة الصحة أن عدد الإصابات ارتفع إلى ثلاثمئة حالة، وأن الوزير عقد مؤتمرًا صحفيًا."
ENGINE = EspeakEngine()
VOICE = ENGINE.voices[0]
forks = pytest.mark.skipif(not hasattr(espeak.os, "fork"), reason="no fork on this system")


def speak(text, voice=VOICE) -> PCM:
    return ENGINE.synthesize(text, voice)


def seconds(sound: PCM) -> float:
    return len(sound.data) / 2 / sound.rate


def peak(sound: PCM) -> int:
    return max(map(abs, array("h", sound.data)))


def phonemes(text: str) -> str:
    """IPA, without stress."""
    speak("نعم")
    with espeak._speaking:
        read = espeak._library.espeak_TextToPhonemes
        read.restype = ctypes.c_char_p
        rest, clauses = ctypes.c_char_p(text.encode()), []
        while rest.value is not None:
            clauses.append(read(ctypes.byref(rest), 1, 2).decode())
    return re.sub("[ˈˌ]", "", " | ".join(clauses))


# What is heard


def test_it_is_an_engine():
    assert isinstance(ENGINE, Engine)
    assert ENGINE.voices[0].name == "ar"
    assert re.fullmatch(r"espeak-ng-[\d.]+\+text2tashkeel-[\d.]+/\d+", ENGINE.version)


@pytest.mark.parametrize("voice", ENGINE.voices, ids=lambda voice: voice.name)
@pytest.mark.parametrize("text", [NEWS, "قال الرئيس إن بلاده ستتعاون مع الأمم المتحدة", "هل وصل الوفد إلى القاهرة؟"])
def test_arabic_is_loud_and_at_a_newsreaders_pace(text, voice):
    sound = speak(text, voice)
    assert sound.rate == 22_050
    assert 8 <= len(text) / seconds(sound) <= 25
    assert 8_000 < peak(sound) < 32_767


@pytest.mark.parametrize(
    "text", ["Reuters", "Hello world, this is London", "2013", "٢٠١٣", "3.5%", "م", "أ ب ج", "C++"]
)
def test_latin_digits_and_letters_sound(text):
    sound = speak(text)
    assert seconds(sound) > 0.2
    assert peak(sound) > 5_000


def test_latin_is_read_as_english_at_its_own_pace():
    assert "(en)" in phonemes("London")
    assert 8 <= len("Hello world, this is London") / seconds(speak("Hello world, this is London")) <= 20


def test_voices_differ():
    assert len({speak(NEWS, voice).data for voice in ENGINE.voices}) == len(ENGINE.voices)
    pitches = {voice.name: _pitch(speak(NEWS, voice)) for voice in ENGINE.voices}
    assert pitches["ar-deep"] * 1.15 < pitches["ar"] < pitches["ar-female"] / 1.5


def _pitch(sound: PCM) -> float:
    """Median pitch in Hz, by autocorrelation."""
    numpy = pytest.importorskip("numpy")
    samples = numpy.frombuffer(sound.data, "<i2").astype(float)
    found = []
    for start in range(0, len(samples) - 1_600, 1_600):
        frame = samples[start : start + 1_600]
        strength = numpy.correlate(frame, frame, "full")[1_599:]
        best = 55 + int(strength[55:367].argmax())  # 400 to 60 Hz
        if abs(frame).mean() > 800 and strength[best] > 0.5 * strength[0]:
            found.append(22_050 / best)
    return float(numpy.median(found))


def test_an_unknown_voice_is_the_first():
    assert speak(NEWS, espeak.Voice("someone", "ar")) == speak(NEWS)


def test_punctuation_gives_prosody():
    assert seconds(speak("وصل الوزير، ثم غادر")) > seconds(speak("وصل الوزير ثم غادر")) + 0.05
    assert speak("وصل الوزير؟") != speak("وصل الوزير.")


def test_markup_and_phoneme_input_are_only_characters():
    assert seconds(speak("<speak>مرحبا</speak>")) > seconds(speak("مرحبا")) + 0.2
    assert speak('<break time="9s"/>مرحبا') != speak("مرحبا")
    assert seconds(speak('<break time="9s"/>مرحبا')) < 6
    assert seconds(speak("[[h@l'oU]] مرحبا")) > seconds(speak("مرحبا")) + 0.3


@pytest.mark.parametrize("text", ["", " ", ".", "؟!", "…", "\x00", "\ud800", "😀", "\u200f"])
def test_nothing_to_say_is_empty_audio(text):
    with pytest.raises(EmptyAudio):
        speak(text)


def test_letters_it_has_no_sounds_for_are_refused():
    with pytest.raises(Rejected, match="no sounds"):
        speak("漢字")


def test_too_long():
    speak("نعم " * 75)
    with pytest.raises(TooLong):
        speak("نعم " * 75 + "!")


# Spelt as heard

TABLES = ["BEFORE_A_PAUSE", "EVERYWHERE", "JOINED_ALEF", "BEFORE_A_JOINED_ALEF", "GLIDES"]


@pytest.mark.parametrize(
    "rule", [rule for table in TABLES for rule in getattr(spelling, table)], ids=lambda r: r.example
)
def test_each_rule_does_what_its_example_says(rule):
    before, after = map(shadda_first, rule.example.split(" → "))
    assert rule.pattern.sub(rule.replacement, before) == after


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("الشَّمْسُ", "ʔaʃʃams"),
        ("طَلَعَتِ الشَّمْسُ الْيَوْمَ", "t̪a.laʕatiʃ ʃamsu ljawm"),
        ("مُحَمَّدٌ رَسُولٌ", "muħammadun ɾasuːl"),
        ("سَيَزُورُ الرَّئِيسُ دُوَلَ الْخَلِيجِ.", "sajazuːɾu ɾɾaʔiːsu duwala lχaliːdʒ"),
        ("قَالُوا إِنَّ هَذِهِ الْقُوَّةَ كَبِيرَةٌ", "qaːluː ʔinna haːðihi lquwwata kabiːɾa"),
        ("فِي الْبَيْتِ", "fi lbajt"),
        ("بِالصَّوْتِ", "bis̪ːa.wt"),
        ("وَاسْتَقْبَلَ الْوَزِيرُ", "wastaqbala lwaziːɾ"),
        ("الِاسْتِقْلَالُ", "ʔalistiqlaːl"),
        ("بِسْمِ اللَّهِ الرَّحْمَنِ الرَّحِيمِ", "bismil laːhi ɾɾaħmaːni ɾɾaħiːm"),
        ("مُؤْتَمَرًا صَحَفِيًّا كَبِيرًا", "muʔtamaɾan s̪a.ħafijjan kabiːɾaː"),
        ("مُؤْتَمَرَاً كَبِيرًا", "muʔtamaɾan kabiːɾaː"),
        ("وَلِلشَّبَابِ", "waliʃʃabaːb"),
        ("مِنْ الْقَاهِرَةِ", "mina lqaːhiɾa"),
    ],
)
def test_marked_arabic_is_heard_as_a_newsreader_says_it(text, heard):
    assert phonemes(spelt_as_heard(shadda_first(text))).replace("  ", " ") == heard


def test_the_library_needs_the_shadda_before_the_vowel():
    assert phonemes("مُحَم\u0651\u064eد") == "muħammad"
    assert phonemes("مُحَم\u064e\u0651د") == "muħammd"  # the canonical order loses a vowel
    assert phonemes(diacritize("الشمس")).startswith("ʔaʃʃams")


def test_unmarked_text_and_other_scripts_are_left_as_they_are():
    assert spelt_as_heard("قال Reuters إن 3,5% …") == "قال Reuters إن 3,5% …"


# Nothing upsets it


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        st.one_of(st.characters(), st.sampled_from("ابتدرسوي ءأةًٌَُِّْٰ،.؟ aZ09[<&")), min_size=1, max_size=ENGINE.max_chars
    )
)
@example("\u28ef")  # as it stands, it overflows a buffer of the library
@example("[" * 300)
@example("ﷺ" * 300)
@example("م\x00م")
@example("مرحبا\ud800")
@example("\x1b[31mعاجل")
@example("و" * 300)
@example("a" * 300)
@example("9" * 300)
def test_any_text_sounds_or_is_refused(text):
    try:
        assert seconds(speak(text)) > 0.01
    except (EmptyAudio, Rejected):
        assert not re.search("[ابتدرسلمن0-9]", text)


def test_equal_texts_give_equal_bytes_whatever_came_between():
    first = [speak(text, voice) for text in (NEWS, "قرار Reuters") for voice in ENGINE.voices]
    for text in ("قرّر مراقبون", "London", "؟ 12"):
        speak(text)
    assert [speak(text, voice) for text in (NEWS, "قرار Reuters") for voice in ENGINE.voices] == first


def test_threads_speak_the_same_as_one_after_another():
    work = [(f"الخبر رقم {n}، {NEWS}", ENGINE.voices[n % 3]) for n in range(24)]
    expected = [speak(*item) for item in work]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda item: speak(*item), work)) == expected


def _in_child(text):
    return speak(text).data


@forks
def test_a_child_speaks_after_its_parent():
    expected = speak(NEWS).data
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map_async(_in_child, [NEWS] * 6).get(60) == [expected] * 6
    assert speak(NEWS).data == expected


@forks
def test_a_child_can_be_born_while_its_parent_speaks():
    expected = speak(NEWS).data
    done = threading.Event()

    def talk():
        while not done.is_set():
            speak(NEWS)

    talker = threading.Thread(target=talk)
    talker.start()
    try:
        for _ in range(5):
            with multiprocessing.get_context("fork").Pool(1) as pool:
                assert pool.apply_async(_in_child, [NEWS]).get(60) == expected
    finally:
        done.set()
        talker.join()


def test_it_leaves_the_process_as_it_was():
    code = (
        "import locale, signal, threading\n"
        "state = lambda: (locale.setlocale(locale.LC_ALL), [signal.getsignal(s) for s in signal.valid_signals()])\n"
        "from tts.engines.espeak import EspeakEngine\n"
        "engine, before = EspeakEngine(), state()\n"
        "engine.synthesize('خبر Reuters عاجل', engine.voices[0])\n"
        "assert state() == before, (before, state())\n"
        "assert threading.active_count() == 1\n"
    )
    for environment in ({}, {"LC_ALL": "C"}, {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0"}):
        subprocess.run([sys.executable, "-c", code], check=True, env={**espeak.os.environ, **environment})
    assert locale.getlocale(locale.LC_CTYPE) and signal.getsignal(signal.SIGINT)


def test_the_locale_does_not_change_the_sound():
    code = (
        "import hashlib\n"
        "from tts.engines.espeak import EspeakEngine\n"
        "engine = EspeakEngine()\n"
        "print(hashlib.sha256(engine.synthesize('خبر Reuters عاجل، é 12', engine.voices[0]).data).hexdigest())\n"
    )
    heard = {
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, env={**espeak.os.environ, "LC_ALL": name}
        ).stdout
        for name in ("C.UTF-8", "C", "POSIX")
    }
    assert len(heard) == 1


def test_importing_and_building_it_loads_nothing():
    code = (
        "import sys, os\n"
        "from tts.engines import espeak\n"
        "espeak.EspeakEngine()\n"
        "assert espeak._library is None\n"
        "assert not {'onnxruntime', 'numpy'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_the_library_the_engine_is_unavailable_and_says_how_to_mend_it(monkeypatch):
    monkeypatch.setattr(espeak, "_library", None)
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    engine = EspeakEngine()
    assert engine.version.startswith("espeak-ng-missing+")
    with pytest.raises(EngineUnavailable, match="pip install"):
        engine.synthesize(NEWS, VOICE)


def test_without_its_data_the_engine_is_unavailable_and_the_process_lives(monkeypatch, tmp_path):
    loaded = espeak._loaded
    monkeypatch.setattr(espeak, "_library", None)
    monkeypatch.setattr(espeak, "_loaded", lambda: (loaded()[0], Path(tmp_path)))
    with pytest.raises(EngineUnavailable, match="phontab"):
        speak(NEWS)
