"""The round that looks for new and changed articles, so that their sound is ready before anyone clicks."""

import logging
from collections import Counter
from datetime import UTC, datetime, timedelta

from articles.errors import ArticleError
from tts.errors import IstamiError
from workers.batch import Asked
from workers.broker import BrokerUnavailable, named_errors
from workers.tasks import Workshop

log = logging.getLogger(__name__)

MOST_ARTICLES = 1000
"""In one round; the newest."""
_LOOKING = "istami:looking"


def look_round(workshop: Workshop, every: int, since: int) -> None:
    """Put what was published or changed in the last ``since`` seconds, and has no fresh sound, into the line.

    Of several beats that come within ``every`` seconds, one looks. A source or a broker that is away is only logged:
    the next round comes soon enough.
    """
    try:
        with named_errors():
            # A little short of the whole time, or every other beat would come too early.
            if not workshop.client.set(_LOOKING, 1, nx=True, px=max(every * 900, 1)):
                return
        articles = workshop.source.recent(datetime.now(UTC) - timedelta(seconds=since), MOST_ARTICLES)
    except (ArticleError, BrokerUnavailable) as error:
        log.warning("could not look for new articles: %s", error.detail)
        return
    found: Counter[Asked] = Counter()
    for article in articles:
        try:
            found[workshop.batch.add(article)] += 1
        except BrokerUnavailable as error:
            log.warning("stopped looking for new articles: %s", error.detail)
            return
        except IstamiError as error:  # One bad article is no reason to pass the others over.
            log.warning("article %r cannot be made ready: %s", article.id, error.detail)
    if found[Asked.ASKED]:
        log.info("%d articles are new or changed, of %d looked at", found[Asked.ASKED], len(articles))
