"""The workers' root: settings in, Celery application out.

celery -A workers.celery_app worker -Q interactive
"""

import logging
import os
from functools import lru_cache

from celery import Task
from celery.exceptions import SoftTimeLimitExceeded
from celery.signals import heartbeat_sent, setup_logging, worker_process_init, worker_ready
from kombu.exceptions import OperationalError

from articles.sources import open_source
from audio_cache.manifest import Manifests
from audio_cache.store import Store
from audio_cache.texts import Texts
from config import Settings
from tts import engines, making
from tts.text.lexicon_file import Watched
from workers import broker, queue, schedule, tasks
from workers.batch import Batch
from workers.budget import Budget
from workers.dispatch import INTERACTIVE, Dispatch
from workers.lanes import Lanes
from workers.limits import FleetGate, FleetMemory
from workers.reckoning import Reckoner

settings = Settings.from_environ()
app = queue.celery(settings.broker_url, settings.batch_every)

PATIENT_RETRIES = 8
"""A broker that restarts is waited for; some 8 s."""
ALIVE_SECONDS = 15


@app.task(name=queue.MAKE, bind=True)
def make(task: Task, article_id: str, recipe: str, remake: bool, voice: str = "") -> str:
    """Make one rendition; messages of before there were voices have none."""
    came_by = task.request.delivery_info["routing_key"]
    return tasks.make(_workshop(os.getpid()), article_id, recipe, remake, voice, came_by)


@app.task(name=queue.TEND)
def tend() -> None:
    """Keep the house in order."""
    tasks.tend(_workshop(os.getpid()))


@app.task(name=queue.LOOK, soft_time_limit=queue.LOOK_LIMIT_SECONDS)
def look() -> None:
    """Look for new and changed articles."""
    try:
        schedule.look_round(_workshop(os.getpid()), settings.batch_every, settings.batch_since)
    except SoftTimeLimitExceeded:
        logging.getLogger(__name__).warning("stopped looking for new articles: the source is too slow")


@lru_cache(maxsize=1)
def _workshop(_pid: int) -> tasks.Workshop:
    """This process's own: connections do not survive a fork."""
    client = broker.connect(settings.broker_url, retries=PATIENT_RETRIES)
    store = Store(settings.audio_cache)
    manifests = Manifests(store)
    order = engines.build(settings.engines, FleetMemory(client))
    budget = Budget(client, dict(settings.daily_chars))
    dispatch = Dispatch(
        client,
        manifests,
        making.signature(order[0], settings.voice),
        settings.voice,
        queue.sender(app),
        lexicon=Watched(settings.lexicon),
        voices={voice.name: making.signature(order[0], voice.name) for voice in order[0].voices},
    )
    source = open_source(settings.articles_url, settings.listen_skip, Texts(store))
    reckoner = Reckoner(order[0], store, dispatch.lexicon, settings.voice)
    return tasks.Workshop(
        source=source,
        store=store,
        manifests=manifests,
        dispatch=dispatch,
        engines=order,
        voice=settings.voice,
        gate=FleetGate(client, budget),
        batch=Batch(
            client,
            dispatch,
            budget,
            order[0].name,
            settings.article_chars,
            reckon=lambda article_id, voice: reckoner.missing(source.get(article_id), voice),
        ),
        budget=budget,
        lanes=Lanes(client, settings.batch_lanes),
        client=client,
        cache_max_bytes=settings.cache_max_bytes,
    )


@worker_process_init.connect
def _be_ready(**_: object) -> None:
    """No reader waits for what a process needs only once."""
    _workshop(os.getpid())


@setup_logging.connect
def _log_plainly(loglevel: int = logging.INFO, **_: object) -> None:
    logging.basicConfig(level=loglevel, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("celery.app.trace").setLevel(logging.WARNING)  # One line a task is ours to write.
    logging.getLogger("celery.worker.strategy").setLevel(logging.WARNING)
    logging.getLogger("celery.beat").setLevel(
        logging.WARNING
    )  # It would say every few seconds that it tends the house.


@worker_ready.connect
@heartbeat_sent.connect
def _say_alive(**_: object) -> None:
    """Tells ``/readyz`` which queues are served."""
    client = _pulse(os.getpid())
    try:
        for name in app.amqp.queues.consume_from:  # What -Q has left of them.
            client.set(f"istami:serves:{name}", 1, ex=ALIVE_SECONDS)
    except broker.redis.RedisError:
        logging.getLogger(__name__).warning("the broker is away")


@worker_ready.connect
def _look_at_once(**_: object) -> None:
    """What was published while the service was down does not wait for the schedule."""
    if settings.batch_every and INTERACTIVE in app.amqp.queues.consume_from:
        try:
            look.apply_async(queue=INTERACTIVE, expires=settings.batch_every, retry=False)
        except OperationalError:
            logging.getLogger(__name__).warning("the broker is away")


@lru_cache(maxsize=1)
def _pulse(_pid: int):
    return broker.connect(settings.broker_url)
