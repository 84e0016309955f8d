"""The Celery application's settings; no settings of ours, no tasks."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from celery import Celery

from workers.dispatch import INTERACTIVE, Send

MAKE = "istami.make"
TEND = "istami.tend"
LOOK = "istami.look"

SOFT_LIMIT_SECONDS = 1_800
"""A task is asked to stop: 200,000 characters take a tenth of this with an answering engine."""
HARD_LIMIT_SECONDS = 1_860
"""A task that did not stop is killed. Under ``lease.DEAD_AFTER_SECONDS``."""
VISIBILITY_SECONDS = 3_600
"""After this Redis hands a killed worker's message out again. Above ``lease.DEAD_AFTER_SECONDS``."""
LOOK_LIMIT_SECONDS = 120
"""A look that a slow source holds up is broken off; what it has found by then is in the line."""
TEND_SECONDS = 5
SOFT_SHUTDOWN_SECONDS = 3
"""A stopping worker's time to finish its task; what it cannot finish goes back to the queue."""


_ONCE_MORE = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
"""The pooled connection may be one that a restart of the broker has cut."""


def celery(broker_url: str, look_seconds: int = 0) -> Celery:
    """The application: at-least-once delivery, one message at a time, no results.

    Every ``look_seconds`` it looks for new articles; 0 is never.
    """
    app = Celery("istami", broker=_kombu_url(broker_url), set_as_current=False)
    app.conf.update(
        task_default_queue=INTERACTIVE,
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=False,  # True would hand a task that kills its worker out for ever.
        task_soft_time_limit=SOFT_LIMIT_SECONDS,
        task_time_limit=HARD_LIMIT_SECONDS,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_soft_shutdown_timeout=SOFT_SHUTDOWN_SECONDS,
        worker_max_tasks_per_child=500,
        worker_cancel_long_running_tasks_on_connection_loss=False,  # The lease decides who goes on.
        worker_hijack_root_logger=True,
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=2,
        broker_transport_options={
            "visibility_timeout": VISIBILITY_SECONDS,
            "socket_connect_timeout": 2,
            "socket_timeout": 30,
            "socket_keepalive": True,
        },
        beat_schedule={
            "tend": {
                "task": TEND,
                "schedule": TEND_SECONDS,
                "options": {"queue": INTERACTIVE, "expires": TEND_SECONDS},
            },
            **({"look": _looking(look_seconds)} if look_seconds else {}),
        },
        timezone="UTC",
    )
    return app


def _looking(seconds: int) -> dict[str, Any]:
    # Among the readers' tasks, for all of the batch's processes may be busy for half an hour.
    return {"task": LOOK, "schedule": seconds, "options": {"queue": INTERACTIVE, "expires": seconds}}


def sender(app: Celery) -> Send:
    """Sends the message that asks for one rendition."""

    def send(queue: str, article_id: str, recipe: str, remake: bool, voice: str) -> None:
        app.send_task(
            MAKE,
            args=[article_id, recipe, remake],
            kwargs={"voice": voice} if voice else {},  # So that workers of before there were voices know the default's.
            queue=queue,
            retry=True,
            retry_policy=_ONCE_MORE,
        )

    return send


def _kombu_url(url: str) -> str:
    """kombu names a unix socket differently from redis-py."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{unquote(parts.path)}?virtual_host={database}"
