"""The recipe of the act annotator: from labelled sentences to the weights that ship."""
