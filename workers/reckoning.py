"""What an article would have an engine sent, counted before anything is asked."""

from articles.model import Article
from audio_cache import keys
from audio_cache.store import Store
from tts.engines.base import Engine, voice_named
from tts.model import Request
from tts.text import script as scripts
from tts.text.lexicon_file import Watched


class Reckoner:
    """Counts for the first engine in order. Numbers are counted as they are spoken, which may be four times as long."""

    def __init__(self, engine: Engine, store: Store, lexicon: Watched, voice: str):
        """``voice`` is the default one."""
        self._engine = engine
        self._store = store
        self._lexicon = lexicon
        self._voice = voice

    def requests(self, article: Article, voice: str = "") -> list[Request]:
        """All that is to be spoken, in order; what stands twice in the article comes twice."""
        engine = self._engine
        script = scripts.build(
            article.title,
            article.paragraphs,
            engine.max_chars,
            reads_latin=engine.reads_latin,
            lexicon=self._lexicon.current(),
        )
        name = voice_named(engine, voice or self._voice).name
        return [
            Request(engine.name, engine.version, name, utterance.spoken)
            for passage in script.passages
            for utterance in passage.utterances
            if utterance.spoken
        ]

    def is_kept(self, request: Request) -> bool:
        """Whether its sound is in the cache."""
        return self._store.has(keys.utterance(request))

    def missing(self, article: Article, voice: str = "") -> int:
        """Characters that would be sent: those of each utterance that is not in the cache."""
        requests = set(self.requests(article, voice))
        return sum(len(request.text) for request in requests if not self.is_kept(request))
