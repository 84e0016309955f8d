"""The try-it pages: a newspaper's front and its articles, each with the listen button."""

from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, request

from articles.errors import ArticleError, SourceUnavailable
from articles.model import Article
from audio_cache.store import StoreFailed
from web import newspaper, wording
from web.errors import RETRY_AFTER_SECONDS
from web.looking import look_later
from web.newspaper import Story
from web.service import article_id, service
from workers.dispatch import Withdrawn

blueprint = Blueprint("pages", __name__, template_folder="templates")
blueprint.add_app_template_filter(wording.day)
blueprint.add_app_template_filter(wording.clock)
blueprint.add_app_template_filter(wording.minutes)
blueprint.add_app_template_filter(wording.unbroken)
blueprint.add_app_template_test(wording.is_arabic, "arabic")

SHOWN = 30
"""Articles on the front."""
READ_ALSO, BELOW = 2, 3
"""Other stories within an article's text, which its player goes on with, and below it."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; media-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@blueprint.get("/")
def front() -> Response:
    """The newest articles, each with its listen button."""
    stories = [newspaper.story(each) for each in service().source.recent(None, SHOWN)]
    durations = {story.article.id: _duration(story.article) for story in stories}
    return _page("front.html", stories, stories=newspaper.lead_first(stories), durations=durations)


@blueprint.get("/demo/<id>")
def article(id: str) -> Response:
    """One article as a newspaper would print it."""
    story = newspaper.story(service().source.get(article_id(id)))
    look_later(story.article.id)
    stories = [newspaper.story(each) for each in service().source.recent(None, SHOWN)]
    others = newspaper.others(story, stories)
    also, below = others[:READ_ALSO], others if story.is_short else others[READ_ALSO:]
    return _page("article.html", stories, story=story, also=also, below=below[:BELOW])


@blueprint.errorhandler(ArticleError)
def refuse(error: ArticleError) -> Response:
    """A page for readers, where the API has a problem document."""
    is_missing = not isinstance(error, SourceUnavailable)
    page = _page("refusal.html", [], is_missing=is_missing)
    page.status_code = 404 if is_missing else 503
    if not is_missing:
        page.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return page


def _page(template: str, recent: list[Story], **values: object) -> Response:
    """A page of the newspaper, whose sections are those of ``recent``."""
    firsts: dict[str, str] = {}
    for each in recent:
        firsts.setdefault(each.section, each.article.id)
    # All addresses are relative: the service may stand behind a proxy, under a path of its own.
    root = "./" if request.endpoint == "pages.front" else "../"
    page = Response(render_template(template, root=root, firsts=firsts, now=wording.local(datetime.now(UTC)), **values))
    page.headers["Content-Security-Policy"] = _POLICY
    page.headers["Cache-Control"] = "no-cache"
    return page


def _duration(article: Article) -> float | None:
    """Seconds of the article's sound, if it is there."""
    try:
        published = service().dispatch.published(article)
    except (Withdrawn, StoreFailed):
        return None
    return published.duration_seconds if published else None
