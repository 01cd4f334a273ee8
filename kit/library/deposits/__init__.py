"""Works offered by participants: sealed from the first byte, opened by a mediator, accepted or refused with a word.

The file goes under a random key as it arrives; that key, the giver's name and what was ticked lie in an envelope of the
journal (organisation and a door of its own). The receipt code, six words, is kept nowhere: its digest finds the
deposit, and a key drawn from it opens the giver's own copy of what was ticked and the team's answer.
"""
