"""A worker's workshop with scripted engines, and what its workers do with the messages that are sent."""

from collections.abc import Mapping
from pathlib import Path

import redis

from articles.sources.base import Source
from audio_cache.manifest import Manifests
from audio_cache.store import Store
from tts import making
from tts.engines.base import Engine
from workers import tasks
from workers.batch import Batch
from workers.budget import Budget
from workers.dispatch import Dispatch
from workers.lanes import Lanes
from workers.limits import FleetGate
from workers.tasks import Workshop

Message = tuple[str, str, str, bool, str]
"""Queue, article id, recipe, whether it is a remake, voice."""


def workshop_of(
    client: redis.Redis,
    folder: Path,
    source: Source,
    engines: list[Engine],
    sent: list[Message],
    caps: Mapping[str, int] | None = None,
) -> Workshop:
    """Messages go into ``sent``, the store into ``folder``."""
    star, store = engines[0], Store(folder)
    manifests = Manifests(store)
    voices = {voice.name: making.signature(star, voice.name) for voice in star.voices}
    dispatch = Dispatch(client, manifests, voices["ar"], "ar", lambda *message: sent.append(message), voices=voices)
    budget = Budget(client, caps or {})
    return Workshop(
        source=source,
        store=store,
        manifests=manifests,
        dispatch=dispatch,
        engines=engines,
        voice="ar",
        gate=FleetGate(client, budget),
        batch=Batch(client, dispatch, budget, star.name),
        budget=budget,
        lanes=Lanes(client, 4),
        client=client,
        cache_max_bytes=0,
    )


def work(workshop: Workshop, sent: list[Message]) -> list[str]:
    """Serves all messages, each as its queue's worker does; gives a word for each."""
    messages = sent[:]
    sent.clear()
    return [tasks.make(workshop, *message[1:], queue=message[0]) for message in messages]
