"""What can go wrong with an article. ``code`` is stable and public; the docstring is the default message."""

from typing import ClassVar


class ArticleError(Exception):
    """The article cannot be used."""

    code: ClassVar[str] = "article_error"

    def __init__(self, detail: str | None = None):
        self.detail = detail or (type(self).__doc__ or "").strip().splitlines()[0]
        """One line that can be shown to whoever sent the article: premise and mend."""
        super().__init__(self.detail)


class ArticleNotFound(ArticleError):
    """There is no article with this id."""

    code = "article_not_found"


class ArticleNotShown(ArticleNotFound):
    """The place does not show this article now; that does not mean that it is gone."""


class InvalidArticleId(ArticleError):
    """An article id is 1 to 200 bytes of UTF-8 without control characters."""

    code = "invalid_article_id"


class InvalidArticle(ArticleError):
    """The article does not have the expected form."""

    code = "invalid_article"


class ArticleTooLarge(ArticleError):
    """The article is longer than this service reads."""

    code = "article_too_large"


class SourceUnavailable(ArticleError):
    """The place where articles are kept cannot be reached."""

    code = "source_unavailable"


class ArticleUnavailable(SourceUnavailable):
    """This article cannot be had from its place now; others may."""
