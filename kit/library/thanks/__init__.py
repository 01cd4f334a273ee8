"""Thanks and words to the authors of works that were given. A word is sealed as it comes; staff who may open it show it
or not; what is shown is written again, in clear, by them. Nobody is asked a name."""
