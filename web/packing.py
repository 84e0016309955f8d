"""Texts go compressed to those who accept it: for a reader on a poor network that is a quarter of the bytes."""

import gzip

from flask import Response, request


def pack(response: Response, packed: bytes | None = None) -> Response:
    """The response, gzip-compressed if the client accepts that; ``packed`` is its body so compressed, where it is kept.

    Its ETag becomes a weak one then: two encodings are not the same bytes (RFC 9110, section 8.8.1).
    """
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") > 0:
        response.set_data(packed or gzip.compress(response.get_data(), mtime=0))
        response.content_encoding = "gzip"
        etag, _ = response.get_etag()
        if etag:
            response.set_etag(etag, weak=True)
    return response
