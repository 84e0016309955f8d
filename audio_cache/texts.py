"""Last known texts of articles that live elsewhere, beside their sound: whoever shares the one shares the other."""

import logging
from contextlib import suppress

from audio_cache import keys
from audio_cache.store import Store, StoreFailed

log = logging.getLogger(__name__)


class Texts:
    """A shelf (``articles.sources.kept.Shelf``) in a store."""

    def __init__(self, store: Store):
        self._store = store

    def get(self, name: str) -> bytes | None:
        """What lies there, if anything and if it can be read."""
        with suppress(StoreFailed):
            return self._store.get(keys.known_text(name))
        return None

    def put(self, name: str, data: bytes) -> None:
        """Keep it; a full disk is no reason not to read the article now."""
        try:
            self._store.put(keys.known_text(name), data, durable=False)
        except StoreFailed as error:
            log.warning("the text of an article could not be kept: %s", error.detail)

    def delete(self, name: str) -> None:
        """Forget it."""
        with suppress(StoreFailed):
            self._store.delete(keys.known_text(name))
