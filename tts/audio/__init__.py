"""Sound: decoding, stitching, loudness, encoding, and the tag in front of a file."""
