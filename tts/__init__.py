"""Text to speech: an Arabic article in, finished sound out.

A library: it knows no web framework, no queue, no settings and no article source.
"""
