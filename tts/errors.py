"""One tree of exceptions. ``code`` is stable and public; the docstring is the default message."""

from typing import ClassVar


class IstamiError(Exception):
    """Something went wrong while making or serving speech."""

    code: ClassVar[str] = "internal_error"

    def __init__(self, detail: str | None = None):
        self.detail = detail or (type(self).__doc__ or "").strip().splitlines()[0]
        super().__init__(self.detail)


class NothingToRead(IstamiError):
    """The article has no word that can be pronounced."""

    code = "nothing_to_read"


class UnknownVoice(IstamiError):
    """No engine has a voice of that name."""

    code = "unknown_voice"


class CodecError(IstamiError):
    """The bytes are not sound this service can decode."""

    code = "codec_error"


class EngineError(IstamiError):
    """A speech engine did not give sound."""

    code = "engine_error"


class RateLimited(EngineError):
    """The speech engine asks for fewer requests."""

    code = "rate_limited"

    def __init__(self, retry_after: float, detail: str | None = None):
        super().__init__(detail)
        self.retry_after = retry_after
        """Seconds to wait before the next request."""


class EngineUnavailable(EngineError):
    """The speech engine cannot be used now; try again later, or another engine."""

    code = "engine_unavailable"

    def __init__(self, detail: str | None = None, *, reached: bool = True):
        super().__init__(detail)
        self.reached = reached
        """False when no connection could be made at all: trying again at once is useless."""


class Rejected(EngineError):
    """The speech engine will never speak this text."""

    code = "rejected"


class TooLong(Rejected):
    """The speech engine takes shorter texts only; its ``max_chars`` now says how short."""

    code = "too_long"


class EmptyAudio(EngineError):
    """The speech engine answered without sound, or with less sound than the text needs."""

    code = "empty_audio"


class LexiconError(IstamiError):
    """The pronunciation lexicon cannot be read."""

    code = "lexicon_unreadable"
