"""Finished sound: what it is called, where it lies, and which rendition of an article is current."""
