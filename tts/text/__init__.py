"""The Arabic front end: an article's text in, what an engine is given out. It needs no engine and no network.

`docs/reading.md` says how things are read, `tests/gold/` holds the rules to it. A rule file has a table of rules, each
named, with an example, and a text it must spare.

The frame
==============  =====================================================================================
script          the pipeline: title and paragraphs → script
reading         a text and what is spoken for it, every character traceable to where it came from
seams           where a text may be cut, and the pause a cut there leaves: the one table of pauses
phrasing        cuts a reading into utterances, each at the strongest seam that fits
diacritics      writes the short vowels, for the voices that need them
==============  =====================================================================================

The rules, in the order they run
==============  =====================================================================================
annotations     words that an editor wants spoken otherwise than they are shown
clean           drops and replaces what no voice can say: invisible marks, emoji, odd letter forms
lexicon         the publisher's own words; lexicon_file reads them, in two formats
digits          digits of every script as ASCII ones
web             links by their host, e-mail addresses not at all
abbreviations   short forms written out; titles has those before names
dates           days, months and years; with months, years and eras
times           times of day; with durations, and stoppage for the minutes of a match
codes           telephone numbers, versions, laws, accounts: figures that are no quantity
scores          results of matches and votes
fractions       fractions, marks out of ten, ratios
ranges          from one number to another
percent         percentages
currency        amounts of money
units           measures
ordinals        numbers that say which one; labels; numbers with the article
numbers         numbers that count, with the noun they count; last of all, every figure still there
latin           words in Latin letters; transliteration spells those that no list has
marks           signs that are words, marks that are not read; hashtags, which run early
==============  =====================================================================================

What the rules know
==============  =====================================================================================
grammar         numbers in words, and what they count: gender, case, the definite, the construct
numerals        how numbers are written, and what they are worth
nouns           the gender and number of the nouns that news counts
verbs           which words are verbs, and what a number after them is
context         what stands before a number, and the case it asks for
agreement       what stands after a number, and the gender it gives
beside          the same for years, which look like counts
quantities      what percentages, money and measures have in common
==============  =====================================================================================
"""
