"""The Arabic front end: an article's text in, what an engine is given out. It needs no engine and no network.

==============  =====================================================================================
reading         a text and what is spoken for it, every character traceable to where it came from
clean           drops and replaces what no voice can say: invisible marks, emoji, odd letter forms
diacritics      writes the short vowels, for the voices that need them
seams           where a text may be cut, and the pause a cut there leaves: the one table of pauses
phrasing        cuts a reading into utterances, each at the strongest seam that fits
script          the pipeline: title and paragraphs → script
==============  =====================================================================================
"""
