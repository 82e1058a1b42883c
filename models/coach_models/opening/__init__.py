"""Closed questions asked again as open ones, their subject kept, from a parse of the sentence."""
